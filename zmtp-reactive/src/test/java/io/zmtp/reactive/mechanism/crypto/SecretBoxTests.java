package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.Vectors;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBoxTests {
    private static final Vectors NACL = Vectors.load("nacl-box");
    static final List<Vectors> BOXES = NACL.list("afternm");
    static final List<Vectors> SECRET_BOXES = NACL.list("secretbox");

    @ParameterizedTest
    @FieldSource("BOXES")
    void sealsAndOpensTextOfAnyLengthAsNaClDoes(Vectors known) throws NoSuchAlgorithmException {
        byte[] text = Vectors.pattern(known.number("length"));
        byte[] box = SecretBox.seal(NACL.hex("afternm_key"), known.hex("nonce"), text);
        assertThat(Arrays.copyOf(box, 16)).isEqualTo(known.hex("tag"));
        byte[] cipher = Arrays.copyOfRange(box, 16, box.length);
        if (known.has("ciphertext")) {
            assertThat(cipher).isEqualTo(known.hex("ciphertext"));
        } else {
            assertThat(MessageDigest.getInstance("SHA-256").digest(cipher)).isEqualTo(known.hex("ciphertext_sha256"));
        }
        assertThat(SecretBox.open(NACL.hex("afternm_key"), known.hex("nonce"), box))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @FieldSource("SECRET_BOXES")
    void sealsAsTheSecretBoxOfNaClDoes(Vectors known) {
        byte[] box = SecretBox.seal(known.hex("key"), known.hex("nonce"), known.hex("message"));
        assertThat(box).isEqualTo(known.hex("box"));
    }

    @Test
    void opensTheExampleOfNaCl() {
        Vectors example = NACL.at("nacl_example");
        assertThat(SecretBox.open(example.hex("beforenm"), example.hex("nonce"), example.hex("box")))
                .isEqualTo(example.hex("message"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 100, 9000})
    void opensNothingThatWasChangedAnywhereAndLeavesItAsItWas(int length) {
        SecretBox box = SecretBox.of(Vectors.pattern(32), new byte[16]);
        byte[] sealed = new byte[3 + 16 + length];
        box.seal(7, sealed, 3, sealed.length);
        int step = Math.max(1, length / 100);
        for (int at = 3; at < sealed.length; at += at < 40 ? 1 : step) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            byte[] before = changed.clone();
            assertThat(box.open(7, changed, 3, changed.length))
                    .as("octet %d", at)
                    .isFalse();
            assertThat(changed).isEqualTo(before);
        }
        assertThat(box.open(8, sealed.clone(), 3, sealed.length)).isFalse();
        assertThat(box.open(7, sealed, 3, sealed.length)).isTrue();
        assertThat(Arrays.copyOfRange(sealed, 19, sealed.length)).isEqualTo(new byte[length]);
    }

    @Test
    void opensNothingThatIsShorterThanATag() {
        assertThat(SecretBox.open(new byte[32], new byte[24], new byte[15])).isNull();
    }

    @Test
    void usesTheCounterAsTheEndOfTheNonce() {
        byte[] nonce = Vectors.pattern(24);
        byte[] whole = SecretBox.seal(new byte[32], nonce, new byte[5]);
        byte[] inPlace = new byte[21];
        long counter = Long.reverseBytes(Words.getLong(nonce, 16));
        SecretBox.of(new byte[32], Arrays.copyOf(nonce, 16)).seal(counter, inPlace, 0, 21);
        assertThat(inPlace).isEqualTo(whole);
    }
}
