package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTests {
    private static Frame read(String hex, long maxBody) {
        return Frame.read(Bytes.hex(hex).asByteBuffer(), maxBody);
    }

    @Test
    void aShortPart() {
        Frame frame = Frame.of(Bytes.utf8("abc"), false);
        assertThat(frame.octets().hex()).isEqualTo("0003616263");
        assertThat(frame.header().hex()).isEqualTo("0003");
        assertThat(frame.isMore() || frame.isLong() || frame.isCommand()).isFalse();
    }

    @Test
    void aPartThatIsNotTheLast() {
        Frame frame = Frame.of(Bytes.EMPTY, true);
        assertThat(frame.octets().hex()).isEqualTo("0100");
        assertThat(frame.isMore()).isTrue();
        assertThat(frame.flags()).isEqualTo(Frame.MORE);
    }

    @Test
    void aPartOf255OctetsIsShort() {
        assertThat(Frame.of(Bytes.of(new byte[255]), false).header().hex()).isEqualTo("00ff");
    }

    @Test
    void aPartOf256OctetsIsLong() {
        Frame frame = Frame.of(Bytes.of(new byte[256]), true);
        assertThat(frame.header().hex()).isEqualTo("030000000000000100");
        assertThat(frame.isLong()).isTrue();
    }

    @Test
    void aCommand() {
        assertThat(Frame.command(Bytes.hex("0141")).octets().hex()).isEqualTo("04020141");
        assertThat(Frame.command(Bytes.of(new byte[256])).header().hex()).isEqualTo("060000000000000100");
    }

    @Test
    void needsLongForMoreThan255Octets() {
        Bytes body = Bytes.of(new byte[256]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Frame((byte) 0, body))
                .withMessageContaining("LONG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "0100", "000161", "02000000000000000161", "0402014a"})
    void keepsTheOctetsThatCame(String hex) {
        assertThat(read(hex, 10).octets().hex()).isEqualTo(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0003616263", "020000000000000003616263", "0605", "07"})
    void consumesNothingWhileIncomplete(String hex) {
        Bytes octets = Bytes.hex(hex);
        for (int come = 0; come < octets.size(); come++) {
            ByteBuffer in = octets.slice(0, come).asByteBuffer();
            assertThat(Frame.read(in, 10)).isNull();
            assertThat(in.position()).isZero();
        }
    }

    @Test
    void consumesOneFrameOnly() {
        ByteBuffer in = Bytes.hex("0001610000").asByteBuffer();
        assertThat(Frame.read(in, 10)).isEqualTo(Frame.of(Bytes.utf8("a"), false));
        assertThat(in.position()).isEqualTo(3);
        assertThat(Frame.read(in, 10)).isEqualTo(Frame.of(Bytes.EMPTY, false));
        assertThat(in.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"8000000000000000, 9223372036854775808", "ffffffffffffffff, 18446744073709551615"})
    void refusesTheTopBitOfASizeAsMalformed(String size, String shown) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read("02" + size, Long.MAX_VALUE))
                .withMessageContaining(shown)
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isFalse())
                .satisfies(thrown -> assertThat(thrown.section()).isEqualTo("RFC 37, Framing"));
    }

    @ParameterizedTest
    @CsvSource({"7fffffffffffffff", "4000000000000000", "0000000100000000", "0000000080000000", "000000007ffffff0"})
    void refusesWhatFitsNoArrayAsTooLarge(String size) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read("02" + size, Long.MAX_VALUE))
                .withMessageContaining(Long.toString(Long.parseLong(size, 16)))
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isTrue());
    }

    @Test
    void waitsForTheLargestArray() {
        assertThat(read("02000000007fffffef", Long.MAX_VALUE)).isNull();
    }

    @Test
    void refusesABodyAboveTheLimitByItsHeader() {
        assertThat(read("000a", 10)).isNull();
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read("000b", 10))
                .withMessageContainingAll("10", "11")
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0500", "070000000000000000"})
    void refusesACommandWithMore(String hex) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read(hex, 10))
                .withMessageContaining("MORE")
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0800", "1100", "2400", "4000", "8000", "f8ff", "0a0000000000000000", "fa8000000000000000"})
    void refusesReservedFlags(String hex) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read(hex, 10))
                .withMessageContainingAll("reserved", "0x" + hex.substring(0, 2))
                .satisfies(thrown -> assertThat(thrown.section()).isEqualTo("RFC 37, Framing"))
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x10, 0x20, 0x40, 0x80, 0xfb})
    void isNotMadeWithReservedFlags(int flags) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Frame((byte) flags, Bytes.EMPTY))
                .withMessageContaining(String.format("0x%02x", flags));
    }

    @Test
    void equalFramesAreEqual() {
        assertThat(read("000161", 1))
                .isEqualTo(Frame.of(Bytes.utf8("a"), false))
                .hasSameHashCodeAs(read("000161", 1));
        assertThat(read("000161", 1)).isNotEqualTo(read("010161", 1)).isNotEqualTo(read("000162", 1));
    }

    @Test
    void doesNotShowItsBody() {
        assertThat(Frame.of(Bytes.utf8("secret"), false)).hasToString("last part of 6 octets");
    }
}
