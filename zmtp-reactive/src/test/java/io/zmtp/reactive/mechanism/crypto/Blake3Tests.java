package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class Blake3Tests {
    private static final Vectors KNOWN = Vectors.load("chacha20-blake3");
    static final List<Vectors> LENGTHS = KNOWN.list("blake3");

    private static byte[] input(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i % 251);
        }
        return octets;
    }

    @ParameterizedTest
    @FieldSource("LENGTHS")
    void hashesPlainWithAKeyAndToDeriveAKey(Vectors known) {
        byte[] whole = input(known.number("length"));
        byte[] first = Arrays.copyOf(whole, whole.length / 3);
        byte[] rest = Arrays.copyOfRange(whole, first.length, whole.length);
        byte[] key = KNOWN.text("blake3_key_ascii").getBytes(StandardCharsets.US_ASCII);
        assertThat(Blake3.hash(first, rest)).isEqualTo(Arrays.copyOf(known.hex("hash"), 32));
        assertThat(Blake3.keyed(key, 131, first, rest)).isEqualTo(known.hex("keyed"));
        assertThat(Blake3.derive(KNOWN.text("blake3_context"), 131, first, rest))
                .isEqualTo(known.hex("derive"));
    }
}
