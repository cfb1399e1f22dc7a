package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedDecoderTests {
    private static final int OVERHEAD = 33;

    private final List<String> came = new ArrayList<>();

    private void take(int flags, byte[] octets, int from, int to) {
        came.add(flags + " " + HexFormat.of().formatHex(octets, from, to));
        Arrays.fill(octets, from, to, (byte) 0x55); // whoever opens it may
    }

    private static SealedDecoder decoder(Limits limits) {
        return new SealedDecoder(limits, OVERHEAD);
    }

    private void decode(SealedDecoder decoder, byte[] octets) {
        decoder.decode(ByteBuffer.wrap(octets), this::take);
    }

    private static byte[] stream(List<String> expected, int... sizes) {
        Random random = new Random(1);
        StringBuilder hex = new StringBuilder();
        for (int size : sizes) {
            byte[] body = new byte[size];
            random.nextBytes(body);
            Frame frame = size % 3 == 0 ? Frame.command(Bytes.wrap(body)) : Frame.of(Bytes.wrap(body), size % 2 == 0);
            expected.add(frame.flags() + " " + frame.body().hex());
            hex.append(frame.octets().hex());
        }
        return Bytes.hex(hex.toString()).toByteArray();
    }

    @Test
    void handsOutFramesHoweverTheyAreCut() {
        List<String> expected = new ArrayList<>();
        byte[] octets = stream(expected, 0, 1, 33, 255, 256, 5000, 34, 1025, 1024, 100);
        for (int cut = 0; cut <= octets.length; cut++) {
            came.clear();
            SealedDecoder decoder = decoder(Limits.DEFAULT);
            decode(decoder, Arrays.copyOf(octets, cut));
            decode(decoder, Arrays.copyOfRange(octets, cut, octets.length));
            assertThat(came).as("cut at %s", cut).isEqualTo(expected);
            assertThat(decoder.idle()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 4096, 1_000_000})
    void handsOutFramesThatComeInPieces(int size) {
        List<String> expected = new ArrayList<>();
        byte[] octets = stream(expected, 40, 300, 70_000, 33, 0, 2000, 2000, 2000, 9);
        SealedDecoder decoder = decoder(Limits.DEFAULT);
        for (int at = 0; at < octets.length; at += size) {
            decode(decoder, Arrays.copyOfRange(octets, at, Math.min(octets.length, at + size)));
        }
        assertThat(came).isEqualTo(expected);
    }

    @Test
    void isIdleBetweenFramesOnly() {
        byte[] octets = stream(new ArrayList<>(), 2000);
        for (int cut = 0; cut <= octets.length; cut++) {
            SealedDecoder decoder = decoder(Limits.DEFAULT);
            decode(decoder, Arrays.copyOf(octets, cut));
            assertThat(decoder.idle()).as("cut at %s", cut).isEqualTo(cut == 0 || cut == octets.length);
        }
    }

    @Test
    void refusesAFrameByItsHeaderThatIsLargerThanAnyMessageCanBecome() {
        Limits limits = new Limits(1 << 20, 1);
        assertThatCode(() ->
                        decode(decoder(limits), Bytes.hex("020000000000100021").toByteArray()))
                .doesNotThrowAnyException();
        assertRefused(limits, "020000000000100022", true);
        assertRefused(new Limits(10, 1), "020000000000010022", true);
        assertRefused(new Limits(Long.MAX_VALUE, 1), "02000000007fffffff", true);
        assertRefused(limits, "028000000000000000", false);
        assertRefused(limits, "0500", false);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x10, 0x20, 0x40, 0x80, 0xf8, 0x0c, 0x82, 0xff})
    void refusesReservedFlagsHoweverTheyAreCut(int flags) {
        String header = String.format("%02x", flags) + ((flags & Frame.LONG) == 0 ? "21" : "0000000000001021");
        byte[] octets = Bytes.hex("000161" + header).toByteArray();
        for (int cut = 0; cut < octets.length; cut++) {
            came.clear();
            SealedDecoder decoder = decoder(Limits.DEFAULT);
            byte[] first = Arrays.copyOf(octets, cut);
            byte[] second = Arrays.copyOfRange(octets, cut, octets.length);
            assertThatExceptionOfType(ZmtpProtocolException.class)
                    .isThrownBy(() -> {
                        decode(decoder, first);
                        decode(decoder, second);
                    })
                    .withMessageContainingAll("reserved", String.format("0x%02x", flags))
                    .satisfies(thrown -> assertThat(thrown.isTooLarge()).isFalse());
            assertThat(came).containsExactly("0 61");
        }
    }

    private void assertRefused(Limits limits, String hex, boolean tooLarge) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(
                        () -> decode(decoder(limits), Bytes.hex("000161" + hex).toByteArray()))
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isEqualTo(tooLarge));
        assertThat(came).endsWith("0 61");
    }
}
