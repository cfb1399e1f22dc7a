package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderLimitsTests {
    private static final Limits NONE = new Limits(Long.MAX_VALUE, Integer.MAX_VALUE);

    private static FrameDecoder decode(Limits limits, String hex) {
        FrameDecoder decoder = new FrameDecoder(limits);
        Decoded.decode(decoder, Bytes.hex(hex).toByteArray());
        return decoder;
    }

    private static void assertRefused(Limits limits, Bytes octets, boolean tooLarge, String... expected) {
        for (int cut = 0; cut < octets.size(); cut++) {
            FrameDecoder decoder = new FrameDecoder(limits);
            int first = cut;
            assertThatExceptionOfType(ZmtpProtocolException.class)
                    .isThrownBy(() -> Decoded.decode(decoder, octets.toByteArray(), first))
                    .withMessageContainingAll(expected)
                    .satisfies(thrown -> assertThat(thrown.isTooLarge()).isEqualTo(tooLarge));
        }
    }

    private static void assertTooLarge(Limits limits, String hex, String... expected) {
        assertRefused(limits, Bytes.hex(hex), true, expected);
    }

    private static void assertMalformed(String hex, String... expected) {
        assertRefused(NONE, Bytes.hex(hex), false, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "028000000000000000, 9223372036854775808",
        "02ffffffffffffffff, 18446744073709551615",
        "038000000000000000, 9223372036854775808",
        "068000000000000000, 9223372036854775808",
        "0100028000000000000001, 9223372036854775809"
    })
    void aSizeWithItsTopBitIsMalformed(String hex, String size) {
        assertMalformed(hex, size);
    }

    /** At the start, behind messages, within a message, behind a command, and where a large body would follow. */
    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x10, 0x20, 0x40, 0x80, 0xf8, 0x09, 0x0c, 0x0d, 0x0a, 0x82, 0xff})
    void reservedFlagsAreMalformed(int flags) {
        String shown = String.format("0x%02x", flags);
        String header = String.format("%02x", flags) + ((flags & Frame.LONG) == 0 ? "01" : "0000000000001000");
        for (String before : new String[] {"", "000161", "010161", "040201410001610100"}) {
            assertMalformed(before + header, "reserved", shown);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7fffffffffffffff",
                "4000000000000000",
                "0000000100000000",
                "0000000080000000",
                "000000007ffffff0"
            })
    void aSizeThatFitsNoArrayIsTooLarge(String size) {
        assertTooLarge(NONE, "02" + size, Long.toString(Long.parseLong(size, 16)));
        assertTooLarge(Limits.DEFAULT, "02" + size, "octets");
        assertTooLarge(NONE, "010161" + "02" + size, "2147483631");
    }

    @Test
    void theLargestArrayIsWaitedForButNotAllocated() {
        FrameDecoder decoder = decode(NONE, "02000000007fffffef");
        assertThat(decoder.body.octets().length).isEqualTo(4_096);
        assertThat(decoder.idle()).isFalse();
    }

    @Test
    void aFrameOfTheLimitIsTakenAndOneAboveRefusedByItsHeader() {
        Limits limits = new Limits(1_000, 10);
        assertThat(decode(limits, "0200000000000003e8").held()).isEqualTo(9);
        assertTooLarge(limits, "0200000000000003e9", "1000", "1001");
        assertTooLarge(limits, "0300000000000003e9", "1000", "1001");
    }

    @Test
    void thePartsOfAMessageAreAddedUp() {
        Limits limits = new Limits(10, 10);
        String six = "0106" + "00".repeat(6);
        assertThatCode(() -> decode(limits, six + "0004" + "00".repeat(4))).doesNotThrowAnyException();
        assertTooLarge(limits, six + "0005", "10 octets", "frame of 5", "11");
        assertTooLarge(limits, "000161" + six + "0105", "11");
    }

    @Test
    void theSumStartsAnewWithEachMessage() {
        Limits limits = new Limits(10, 10);
        String message = "0106" + "00".repeat(6) + "0004" + "00".repeat(4);
        assertThat(decode(limits, message.repeat(5) + "04020141" + message).idle())
                .isTrue();
    }

    @Test
    void commandsDoNotCountAsPartsOfAMessage() {
        Limits limits = new Limits(2, 2);
        assertThatCode(() -> decode(limits, "010161" + "0406" + "0141000000ff" + "000162"))
                .doesNotThrowAnyException();
    }

    @Test
    void aMessageWithoutOctetsFitsALimitOfZero() {
        assertThatCode(() -> decode(new Limits(0, 3), "01000000")).doesNotThrowAnyException();
        assertTooLarge(new Limits(0, 3), "000161", "at most 0 octets");
    }

    @Test
    void theNumberOfPartsIsLimited() {
        Limits limits = new Limits(100, 3);
        assertThatCode(() -> decode(limits, "0100" + "0100" + "0000")).doesNotThrowAnyException();
        assertTooLarge(limits, "0100" + "0100" + "0100", "3 parts");
        assertTooLarge(limits, "000161" + "0100" + "0100" + "04020141" + "0100", "3 parts");
    }

    @Test
    void aLimitOfOnePartRefusesMore() {
        assertThatCode(() -> decode(new Limits(10, 1), "000161")).doesNotThrowAnyException();
        assertTooLarge(new Limits(10, 1), "010161", "1 parts");
    }

    @Test
    void partsWithoutEndAreRefused() {
        byte[] parts = Bytes.hex("0100".repeat(1_000)).toByteArray();
        FrameDecoder decoder = new FrameDecoder(Limits.DEFAULT);
        Decoded decoded = new Decoded();
        for (int run = 0; run < 65; run++) {
            decoder.decode(ByteBuffer.wrap(parts), decoded);
        }
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> decoder.decode(ByteBuffer.wrap(parts), decoded))
                .withMessageContaining("65536 parts")
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isTrue());
    }

    @Test
    void aCommandIsLimitedTo64KiB() {
        assertThatCode(() -> decode(new Limits(10, 1), "060000000000010000")).doesNotThrowAnyException();
        assertTooLarge(NONE, "060000000000010001", "command", "65536", "65537");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0500", "0502", "070000000000000000", "070000000000000002"})
    void aCommandWithMoreIsMalformed(String hex) {
        assertMalformed(hex, "MORE");
    }

    @Test
    void memoryForALargeBodyGrowsWithWhatHasCome() {
        Bytes wire = FrameEncoder.encode(Message.of(new byte[10 << 20]));
        FrameDecoder decoder = new FrameDecoder(Limits.DEFAULT);
        Decoded decoded = new Decoded();
        ByteBuffer in = wire.asByteBuffer();
        while (in.position() < wire.size()) {
            decoder.decode(in.limit(Math.min(in.position() + 10_000, wire.size())), decoded);
            assertThat(decoder.body.octets().length).isLessThanOrEqualTo(Math.max(4_096, 2 * in.position()));
        }
        assertThat(decoded.events).hasSize(1);
        assertThat(decoder.body.octets().length).isZero();
    }

    @Test
    void memoryForALargeBodyIsTakenAtOnceOnceAnotherCameThatWasAsLarge() {
        byte[] wire = FrameEncoder.encode(Message.of(new byte[100_000])).toByteArray();
        FrameDecoder decoder = new FrameDecoder(Limits.DEFAULT);
        Decoded decoded = new Decoded();
        decoder.decode(ByteBuffer.wrap(wire, 0, 5_000), decoded);
        assertThat(decoder.body.octets().length).isLessThanOrEqualTo(10_000);
        decoder.decode(ByteBuffer.wrap(wire, 5_000, wire.length - 5_000), decoded);
        decoder.decode(ByteBuffer.wrap(wire, 0, 5_000), decoded);
        assertThat(decoder.body.octets().length).isEqualTo(100_000);

        decoder.decode(ByteBuffer.wrap(wire, 5_000, wire.length - 5_000), decoded);
        decoder.decode(ByteBuffer.wrap(RawPeer.longFrame(0, new byte[100_001]), 0, 5_000), decoded);
        assertThat(decoder.body.octets().length).isLessThanOrEqualTo(10_000);
    }

    @Test
    void noMoreIsTakenAtOnceThanASmallPartOfTheHeap() {
        int large = GrowingBody.MAX_TRUSTED_SIZE + 1;
        assertThat(new GrowingBody(0, large, large, 1).octets().length).isEqualTo(4_096);
        assertThat(new GrowingBody(0, large - 1, large, 1).octets().length).isEqualTo(large - 1);
    }

    @Test
    void theBodyOfALargeFrameIsExactlyAsLargeAsItIs() {
        assertThat(decode(NONE, "020000000000000401").body.octets().length).isEqualTo(1_025);
        assertThat(decode(NONE, "020000000000000400").body.octets().length).isZero();
    }

    @Test
    void limitsCannotBeNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, 0));
    }
}
