package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEncoderTests {
    @Test
    void encodesOnePart() {
        assertThat(FrameEncoder.encode(Message.of("hello")).hex()).isEqualTo("0005" + "68656c6c6f");
    }

    @Test
    void encodesManyParts() {
        assertThat(FrameEncoder.encode(Message.of("a", "", "bc")).hex()).isEqualTo("010161" + "0100" + "00026263");
    }

    @Test
    void encodesAnEmptyPart() {
        assertThat(FrameEncoder.encode(Message.of("")).hex()).isEqualTo("0000");
    }

    @Test
    void encodesUpTo255OctetsShort() {
        assertThat(FrameEncoder.encode(Message.of(new byte[255])).hex()).isEqualTo("00ff" + "00".repeat(255));
    }

    @Test
    void encodes256OctetsLong() {
        assertThat(FrameEncoder.encode(Message.of(new byte[256])).hex())
                .isEqualTo("020000000000000100" + "00".repeat(256));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 65_536, 65_537})
    void sizeIsWhatIsWritten(int size) {
        Message message = Message.of(Bytes.of(new byte[size]), Bytes.EMPTY, Bytes.of(new byte[size]));
        assertThat(FrameEncoder.encode(message).size()).isEqualTo((int) FrameEncoder.size(message));
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "255, 2", "256, 9", "2147483648, 9"})
    void aHeaderIsShortUpTo255Octets(long body, int header) {
        assertThat(FrameEncoder.headerSize(body)).isEqualTo(header);
    }

    @Test
    void writesWhereItIsTold() {
        byte[] target = new byte[6];
        assertThat(FrameEncoder.write(Message.of("a"), target, 2)).isEqualTo(5);
        assertThat(Bytes.of(target).hex()).isEqualTo("000000016100");
    }

    @Test
    void obeysLongWhereItIsNotNeeded() {
        byte[] target = new byte[9];
        assertThat(FrameEncoder.header(target, 0, Frame.LONG | Frame.COMMAND, 5))
                .isEqualTo(9);
        assertThat(Bytes.of(target).hex()).isEqualTo("060000000000000005");
    }

    @Test
    void writesSizesOf64Bits() {
        byte[] target = new byte[9];
        FrameEncoder.header(target, 0, Frame.MORE, Long.MAX_VALUE);
        assertThat(Bytes.of(target).hex()).isEqualTo("037fffffffffffffff");
    }

    @Test
    void doesNotWriteBeyondTheArray() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> FrameEncoder.write(Message.of("abc"), new byte[4], 0));
    }
}
