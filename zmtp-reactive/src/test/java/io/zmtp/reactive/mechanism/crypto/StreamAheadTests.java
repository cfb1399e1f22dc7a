package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Boxes are the same whether their stream was made in advance or for each alone. */
class StreamAheadTests {
    private static final byte[] KEY = KeyExchange.secretKey();
    private static final byte[] PREFIX = KeyExchange.random(16);

    private final SecretBox sealing = SecretBox.of(KEY, PREFIX);
    private final SecretBox opening = SecretBox.of(KEY, PREFIX);

    private void assertPasses(long counter, byte[] text) {
        byte[] octets = new byte[16 + text.length];
        System.arraycopy(text, 0, octets, 16, text.length);
        sealing.seal(counter, octets, 0, octets.length);
        byte[] nonce = ByteBuffer.allocate(24).put(PREFIX).putLong(counter).array();
        assertThat(octets).as("%s octets, nonce %s", text.length, counter).isEqualTo(SecretBox.seal(KEY, nonce, text));
        byte[] changed = octets.clone();
        changed[text.length % 16] ^= 1;
        assertThat(SecretBox.of(KEY, PREFIX).open(counter, changed, 0, changed.length))
                .isFalse();
        assertThat(opening.open(counter, octets, 0, octets.length)).isTrue();
        assertThat(ByteBuffer.wrap(octets, 16, text.length)).isEqualTo(ByteBuffer.wrap(text));
    }

    private static byte[] text(Random random, int size) {
        byte[] text = new byte[size];
        random.nextBytes(text);
        return text;
    }

    @Test
    void sealsMessagesOfOneSize() {
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 31, 32, 33, 95, 96, 97, 100, 1024, 2015, 2016, 2017}) {
            for (int i = 0; i < 300; i++) {
                assertPasses(1000L * size + i, text(random, size));
            }
        }
    }

    @Test
    void sealsMessagesOfAllSizesOneAfterAnother() {
        Random random = new Random(2);
        long counter = 0xffff_fff0L; // soon beyond 32 bits
        for (int i = 0; i < 5000; i++) {
            int most = i % 100 == 0 ? 20_000 : i % 7 == 0 ? 3000 : 150;
            assertPasses(counter++, text(random, random.nextInt(most)));
        }
    }

    @Test
    void sealsAcrossGapsAndTheEndOfSignedNumbers() {
        Random random = new Random(3);
        long counter = Long.MAX_VALUE - 1000;
        for (int i = 0; i < 3000; i++) {
            assertPasses(counter, text(random, random.nextInt(200)));
            counter += random.nextInt(90) == 0 ? 1 + random.nextInt(200) : 1;
        }
    }

    @Test
    void knowsNothingOfTheMessagesToComeOnceWiped() {
        StreamAhead ahead = new StreamAhead();
        Salsa20 salsa = new Salsa20(new int[] {1, 2, 3, 4, 5, 6, 7, 8});
        for (int i = 1; i <= StreamAhead.MIN_RUN + 1; i++) {
            ahead.find(salsa, i, 3);
        }
        assertThat(ahead.octets()).isNotEqualTo(new byte[ahead.octets().length]);
        ahead.wipe();
        assertThat(ahead.octets()).isEqualTo(new byte[ahead.octets().length]);
        assertThat(ahead.find(salsa, StreamAhead.MIN_RUN + 1, 3)).isNegative();
    }

    @Test
    void sealsNothingWithWhatWasMadeBeforeTheKeyWasWiped() {
        byte[] octets = new byte[116];
        for (int i = 1; i <= StreamAhead.MIN_RUN + 1; i++) {
            sealing.seal(i, octets, 0, octets.length);
        }
        sealing.wipe();
        byte[] last = new byte[116];
        sealing.seal(StreamAhead.MIN_RUN + 2, last, 0, last.length);
        byte[] nonce = ByteBuffer.allocate(24)
                .put(PREFIX)
                .putLong(StreamAhead.MIN_RUN + 2)
                .array();
        assertThat(last).isNotEqualTo(SecretBox.seal(KEY, nonce, new byte[100]));
    }

    @Test
    void spendsNoMemoryOnAFewMessages() {
        StreamAhead ahead = new StreamAhead();
        Salsa20 salsa = new Salsa20(new int[8]);
        for (int i = 1; i < StreamAhead.MIN_RUN; i++) {
            assertThat(ahead.find(salsa, i, 3)).isNegative();
        }
        assertThat(ahead.octets()).isEmpty();
        for (int i = StreamAhead.MIN_RUN; i < 2 * StreamAhead.MIN_RUN; i++) {
            ahead.find(salsa, i, 3);
        }
        assertThat(ahead.octets()).hasSize(StreamAhead.BLOCKS * Salsa20.BLOCK);
    }
}
