package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTests {

    private final Digest digest = new Digest();

    /** The values that XXH64 has with seed 0 everywhere. */
    @ParameterizedTest
    @CsvSource({"'', ef46db3751d8e999", "a, d24ec4f1a98c6e5b", "abc, 44bc2cf5ad770999"})
    void isXxh64(String text, String expected) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);

        assertThat(Long.toHexString(Digest.of(octets, 0, octets.length))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 255, 256, 1000, 1024, 2022, 2023, 2024, 2030, 2031, 2048, 4070, 4095, 16_000, 65_536, 200_000,
                1_000_000
            })
    void isThatOfTheFramesAsTheyAreEncoded(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        Message message = Message.of(Bytes.utf8("first"), Bytes.of(octets), Bytes.EMPTY);
        byte[] wire = FrameEncoder.encode(message).toByteArray();

        assertThat(digest.of(message)).isEqualTo(Digest.of(wire, 0, wire.length));
    }

    @Test
    void differsWhereOnlyTheFramesDo() {
        assertThat(digest.of(Message.of("AB", "CD"))).isNotEqualTo(digest.of(Message.of("A", "BCD")));
    }
}
