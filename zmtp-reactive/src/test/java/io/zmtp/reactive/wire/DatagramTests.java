package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.ZmtpSendException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatagramTests {
    private static Datagram read(String hex) {
        return Datagram.read(Bytes.hex(hex).asByteBuffer());
    }

    private static Bytes written(Datagram datagram) {
        ByteBuffer out = ByteBuffer.allocate(datagram.size());
        datagram.write(out);
        assertThat(out.remaining()).isZero();
        return Bytes.wrap(out.array());
    }

    private static Datagram datagram(int group, int body) {
        return new Datagram(Bytes.utf8("g".repeat(group)), Bytes.wrap(new byte[body]));
    }

    @ParameterizedTest
    @CsvSource({
        "news, hello, 046e65777368656c6c6f",
        "'', hello, 0068656c6c6f",
        "news, '', 046e657773",
        "'', '', 00",
        "é, ü, 02c3a9c3bc"
    })
    void isTheSizeOfTheGroupTheGroupAndTheBody(String group, String body, String hex) {
        Datagram datagram = new Datagram(Bytes.utf8(group), Bytes.utf8(body));
        assertThat(written(datagram).hex()).isEqualTo(hex);
        assertThat(datagram.size()).isEqualTo(hex.length() / 2);
        assertThat(read(hex)).isEqualTo(datagram);
    }

    @Test
    void hasAGroupOf255OctetsAtMost() {
        assertThat(written(datagram(255, 1)).hex()).startsWith("ff67").hasSize(514);
        assertThat(Datagram.read(written(datagram(255, 1)).asByteBuffer())).isEqualTo(datagram(255, 1));
        assertThatExceptionOfType(ZmtpSendException.class)
                .isThrownBy(() -> datagram(256, 0))
                .withMessageContaining("255 octets, but it has 256");
    }

    @Test
    void has8192OctetsAtMost() {
        assertThat(written(datagram(3, 8188)).size()).isEqualTo(8192);
        assertThat(Datagram.read(written(datagram(3, 8188)).asByteBuffer())).isEqualTo(datagram(3, 8188));
        assertThatExceptionOfType(ZmtpSendException.class)
                .isThrownBy(() -> datagram(3, 8189))
                .withMessageContaining("8188, but it has 8189");
    }

    @Test
    void refusesToSendAGroupWithAZeroOctet() {
        assertThatExceptionOfType(ZmtpSendException.class)
                .isThrownBy(() -> new Datagram(Bytes.hex("610062"), Bytes.EMPTY))
                .withMessageContaining("zero");
    }

    @Test
    void refusesAnEmptyDatagram() {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read(""))
                .withMessageContaining("empty");
    }

    @Test
    void refusesADatagramThatIsTooLarge() {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read("00".repeat(8193)))
                .withMessageContaining("8192")
                .satisfies(refused -> assertThat(refused.isTooLarge()).isTrue());
    }

    @Test
    void refusesAGroupWithAZeroOctet() {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> read("0361006262"))
                .withMessageContaining("0x610062")
                .satisfies(refused -> assertThat(refused.section()).isEqualTo("RFC 48, Group"));
    }

    @Test
    void refusesEveryCutWithinTheGroupAndTakesEveryOtherAsAShorterBody() {
        Bytes whole = Bytes.hex("046e65777368656c6c6f");
        for (int come = 1; come <= whole.size(); come++) {
            ByteBuffer in = whole.asByteBuffer().limit(come);
            if (come < 5) {
                String expected = "expected a group of 4 octets, but only " + (come - 1) + " came";
                assertThatExceptionOfType(ZmtpProtocolException.class)
                        .isThrownBy(() -> Datagram.read(in))
                        .withMessage(expected);
            } else {
                assertThat(Datagram.read(in).body()).isEqualTo(whole.slice(5, come));
            }
        }
    }

    @Test
    void readsFromTheBuffersPosition() {
        ByteBuffer in = Bytes.hex("ffff0161626c").asByteBuffer().position(2);
        assertThat(Datagram.read(in)).isEqualTo(new Datagram(Bytes.utf8("a"), Bytes.utf8("bl")));
        assertThat(in.remaining()).isZero();
    }

    @Test
    void readsOrRefusesWhateverComes() {
        Random random = new Random(48);
        for (int times = 0; times < 20_000; times++) {
            byte[] octets = new byte[random.nextInt(40)];
            random.nextBytes(octets);
            if (octets.length > 0 && random.nextBoolean()) {
                octets[0] = (byte) random.nextInt(40);
            }
            try {
                assertThat(written(Datagram.read(ByteBuffer.wrap(octets)))).isEqualTo(Bytes.wrap(octets));
            } catch (ZmtpProtocolException refused) {
                assertThat(refused.getMessage()).contains("expected");
            }
        }
    }
}
