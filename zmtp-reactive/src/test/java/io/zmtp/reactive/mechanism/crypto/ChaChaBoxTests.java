package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.Vectors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ChaChaBoxTests {
    private static final Vectors KNOWN = Vectors.load("chacha20-blake3");
    static final List<Vectors> SINGLE = KNOWN.list("aead");

    private static ChaChaBox stream() {
        Vectors session = KNOWN.at("session");
        return new ChaChaBox(session.hex("enc_key"), session.hex("auth_key"), session.hex("nonce8"));
    }

    @ParameterizedTest
    @FieldSource("SINGLE")
    void sealsAndOpensTheKnownBoxes(Vectors known) {
        byte[] box = ChaChaBox.seal(known.hex("key"), known.hex("nonce24"), known.hex("plaintext"), known.hex("aad"));
        assertThat(box).isEqualTo(known.hex("ciphertext_and_tag"));
        assertThat(ChaChaBox.open(known.hex("key"), known.hex("nonce24"), box, known.hex("aad")))
                .isEqualTo(known.hex("plaintext"));
    }

    @Test
    void sealsAndOpensTheKnownStreamOfBoxes() {
        ChaChaBox sealing = stream();
        ChaChaBox opening = stream();
        for (Vectors frame : KNOWN.list("session", "frames")) {
            byte[] with = frame.hex("aad");
            int length = frame.number("plaintext_length");
            byte[] octets = Arrays.copyOf(Vectors.pattern(length), length + 32);
            sealing.seal(octets, 0, octets.length, with, with.length);
            assertThat(octets).as("%s", frame).isEqualTo(frame.hex("ciphertext_and_tag"));
            assertThat(opening.open(octets, 0, octets.length, with, with.length))
                    .isTrue();
            assertThat(Arrays.copyOf(octets, length)).isEqualTo(Vectors.pattern(length));
        }
    }

    @Test
    void encryptsWithNoKeyOnceWiped() {
        byte[] sealed = new byte[132];
        stream().seal(sealed, 0, 132, new byte[0], 0);
        ChaChaBox box = stream();
        box.wipe();
        byte[] after = new byte[132];
        box.seal(after, 0, 132, new byte[0], 0);
        assertThat(Arrays.copyOf(after, 100)).isNotEqualTo(Arrays.copyOf(sealed, 100));
        assertThat(Arrays.copyOfRange(after, 100, 132)).isNotEqualTo(Arrays.copyOfRange(sealed, 100, 132));
    }

    @Test
    void opensNothingThatWasChangedAnywhereAndLeavesItAsItWas() {
        byte[] with = {1, 2, 3};
        byte[] sealed = new byte[100];
        stream().seal(sealed, 0, 100, with, 3);
        for (int at = 0; at < 100; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            byte[] before = changed.clone();
            assertThat(stream().open(changed, 0, 100, with, 3)).isFalse();
            assertThat(changed).isEqualTo(before);
        }
        assertThat(stream().open(sealed.clone(), 0, 100, new byte[] {1, 2, 4}, 3))
                .isFalse();
        assertThat(stream().open(sealed, 0, 100, with, 3)).isTrue();
        assertThat(ChaChaBox.open(new byte[32], new byte[24], new byte[31], with))
                .isNull();
    }
}
