package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;

class XxHash64Tests {

    private static final XXHash64 OTHER = XXHashFactory.safeInstance().hash64();

    private final Random random = new Random(64);

    @Test
    void anotherImplementationAgreesOnShortInputsOfAllLengths() {
        byte[] octets = new byte[400];
        for (int round = 0; round < 1_000_000; round++) {
            if (round % 100 == 0) {
                random.nextBytes(octets);
            }
            int from = random.nextInt(100);
            int length = round % 301;
            long hash = XxHash64.of(octets, from, from + length);
            if (hash != OTHER.hash(octets, from, length, 0)) {
                assertThat(hash).as("%d octets", length).isEqualTo(OTHER.hash(octets, from, length, 0));
            }
        }
    }

    @Test
    void anotherImplementationAgreesOnLongInputs() {
        for (int length = 1; length < 4_000_000; length = 3 * length + 1) {
            byte[] octets = octets(length);
            assertThat(XxHash64.of(octets, 0, length))
                    .as("%d octets", length)
                    .isEqualTo(OTHER.hash(octets, 0, length, 0));
        }
    }

    @Test
    void messagesAreHashedAsTheyAreEncodedWhereverPiecesEnd() {
        for (int size = 65_400; size < 65_560; size++) {
            agree(List.of(size));
            agree(List.of(size, 0, 40, 3));
            agree(List.of(20, size, 70_000));
        }
        agree(List.of(1_000_000));
        List<Integer> many = new ArrayList<>();
        for (int part = 0; part < 20_000; part++) {
            many.add(part % 300);
        }
        agree(many);
    }

    private void agree(List<Integer> sizes) {
        Message message =
                Message.of(sizes.stream().map(size -> Bytes.wrap(octets(size))).toArray(Bytes[]::new));
        byte[] wire = FrameEncoder.encode(message).toByteArray();
        assertThat(new Digest().of(message))
                .as("%s octets", sizes.size() > 5 ? "many" : sizes)
                .isEqualTo(OTHER.hash(wire, 0, wire.length, 0));
    }

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }
}
