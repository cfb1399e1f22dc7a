package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcknowledgementTests {

    private static final long DIGEST = 0x0102030405060708L;
    private static final String DIGEST_HEX = "78" + "0807060504030201";

    private static String write(Kind kind) {
        byte[] target = new byte[Acknowledgement.MAX_FRAME];
        return Bytes.copyOf(target, 0, Acknowledgement.write(kind, DIGEST, target, 0))
                .hex();
    }

    private static Frame frame(String bodyHex) {
        return Frame.command(Bytes.hex(bodyHex));
    }

    @ParameterizedTest
    @CsvSource({"ACK, 040d0341434b", "CLR, 040d03434c52", "COMP, 040e04434f4d50"})
    void isWrittenAsTheRulesSay(Kind kind, String begin) {
        assertThat(write(kind)).isEqualTo(begin + DIGEST_HEX);
    }

    @Test
    void nackHasACodeAndAText() {
        assertThat(Acknowledgement.nack(DIGEST, 0x83, "né").hex())
                .isEqualTo("0414" + "044e41434b" + DIGEST_HEX + "83" + "0003" + "6ec3a9");
    }

    @Test
    void aLongTextIsCutBetweenTwoCharacters() {
        Bytes wire = Acknowledgement.nack(DIGEST, 2, "x" + "é".repeat(40_000));
        Acknowledgement read = Acknowledgement.read(Frame.read(wire.asByteBuffer(), Integer.MAX_VALUE));

        assertThat(read.text()).isEqualTo("x" + "é".repeat(32_767));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ACK", "CLR", "COMP"})
    void isReadAsItIsWritten(Kind kind) {
        Frame frame = Frame.read(Bytes.hex(write(kind)).asByteBuffer(), Integer.MAX_VALUE);

        assertThat(Acknowledgement.read(frame)).isEqualTo(new Acknowledgement(kind, DIGEST, 0, ""));
    }

    @Test
    void nackIsReadAsItIsWritten() {
        Frame frame = Frame.read(Acknowledgement.nack(DIGEST, 0x81, "tëxt").asByteBuffer(), Integer.MAX_VALUE);

        assertThat(Acknowledgement.read(frame)).isEqualTo(new Acknowledgement(Kind.NACK, DIGEST, 0x81, "tëxt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0450494e470000", "055245414459", "0341434c" + DIGEST_HEX, "03", "00", "0241434b" + DIGEST_HEX})
    void otherCommandsAreLeftAlone(String bodyHex) {
        assertThat(Acknowledgement.read(frame(bodyHex))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0341434b" + DIGEST_HEX,
                "03434c52" + DIGEST_HEX,
                "04434f4d50" + DIGEST_HEX,
                "044e41434b" + DIGEST_HEX + "83" + "0002" + "6f6b"
            })
    void isRefusedWhereverItIsCut(String bodyHex) {
        byte[] whole = Bytes.hex(bodyHex).toByteArray();
        for (int end = 1 + whole[0]; end < whole.length; end++) {
            Frame cut = Frame.command(Bytes.of(Arrays.copyOf(whole, end)));

            assertThatExceptionOfType(ZmtpProtocolException.class)
                    .as("cut at %d", end)
                    .isThrownBy(() -> Acknowledgement.read(cut))
                    .satisfies(thrown -> assertThat(thrown.section()).startsWith("ZMTP Quality of Service"));
        }
        Frame longer = Frame.command(Bytes.of(Arrays.copyOf(whole, whole.length + 1)));
        assertThatExceptionOfType(ZmtpProtocolException.class).isThrownBy(() -> Acknowledgement.read(longer));
    }

    @Test
    void anotherAlgorithmIsRefused() {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> Acknowledgement.read(frame("0341434b" + "79" + "0807060504030201")))
                .withMessageContaining("0x79");
    }

    @Test
    void aFrameThatIsNotWholeIsWaitedFor() {
        byte[] whole = Bytes.hex(write(Kind.ACK)).toByteArray();
        for (int end = 0; end < whole.length; end++) {
            assertThat(Frame.read(ByteBuffer.wrap(whole, 0, end), Integer.MAX_VALUE))
                    .isNull();
        }
    }
}
