package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingTests {
    private static final String NULL_PADDED = "4e554c4c" + "00".repeat(16);

    private static String greeting(String version) {
        return "ff" + "00".repeat(8) + "7f" + version + NULL_PADDED + "00".repeat(32);
    }

    private static Greeting read(String hex) {
        return Greeting.read(Bytes.hex(hex).asByteBuffer());
    }

    private static void assertRefused(String hex, Failure failure, String... expected) {
        ByteBuffer in = Bytes.hex(hex).asByteBuffer();
        assertThatExceptionOfType(ZmtpHandshakeException.class)
                .isThrownBy(() -> Greeting.read(in))
                .withMessageContainingAll(expected)
                .satisfies(thrown -> assertThat(thrown.failure()).isEqualTo(failure));
        assertThat(in.position()).isZero();
    }

    @Test
    void oursIsZmtp31() {
        assertThat(Greeting.of("NULL", false).octets().hex()).isEqualTo(greeting("0301"));
    }

    @Test
    void oursTellsTheServer() {
        assertThat(Greeting.of("CURVE", true).octets().hex())
                .isEqualTo("ff" + "00".repeat(8) + "7f0301" + "4355525645" + "00".repeat(15) + "01" + "00".repeat(31));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "ABCDEFGHIJKLMNOPQRSTU", "A B", "É"})
    void oursRefusesAMechanismThatCannotBe(String mechanism) {
        assertThatIllegalArgumentException().isThrownBy(() -> Greeting.of(mechanism, false));
    }

    @Test
    void readsWhatOursLooksLike() {
        Greeting ours = Greeting.of("PLAIN", true);
        Greeting read = Greeting.read(ours.octets().asByteBuffer());
        assertThat(read).isEqualTo(ours).hasSameHashCodeAs(ours).hasToString("ZMTP 3.1 PLAIN as server");
        assertThat(read.major()).isEqualTo(3);
        assertThat(read.minor()).isEqualTo(1);
        assertThat(read.mechanism()).isEqualTo("PLAIN");
        assertThat(read.asServer()).isTrue();
    }

    @Test
    void consumesItsOctetsOnlyAndOnlyWhenAllHaveCome() {
        ByteBuffer in = Bytes.hex(greeting("0301") + "0400").asByteBuffer();
        for (int come = 0; come < Greeting.SIZE; come++) {
            assertThat(Greeting.read(in.limit(come))).isNull();
            assertThat(in.position()).isZero();
        }
        assertThat(Greeting.read(in.limit(66))).isNotNull();
        assertThat(in.remaining()).isEqualTo(2);
    }

    @Test
    void readsFromTheBuffersPosition() {
        ByteBuffer in = Bytes.hex("0102" + greeting("0300")).asByteBuffer().position(2);
        assertThat(Greeting.read(in).minor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000001", "0123456789abcdef", "ffffffffffffffff"})
    void ignoresThePadding(String padding) {
        assertThat(read("ff" + padding + "7f0301" + NULL_PADDED + "00".repeat(32))
                        .mechanism())
                .isEqualTo("NULL");
    }

    @Test
    void ignoresTheFiller() {
        assertThat(read("ff" + "00".repeat(8) + "7f0301" + NULL_PADDED + "00" + "aa".repeat(31))
                        .asServer())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "0301", "0302", "0400", "ff07"})
    void takesVersionsFrom30On(String version) {
        Greeting greeting = read(greeting(version));
        assertThat(greeting.major()).isEqualTo(Integer.parseInt(version.substring(0, 2), 16));
        assertThat(greeting.minor()).isEqualTo(Integer.parseInt(version.substring(2), 16));
    }

    @Test
    void keepsTheOctetsThatCame() {
        String hex = "ff" + "12".repeat(8) + "7f0409" + NULL_PADDED + "01" + "34".repeat(31);
        assertThat(read(hex).octets().hex()).isEqualTo(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "47455420", "fe", "160301"})
    void refusesOtherProtocolsByTheirFirstOctet(String hex) {
        assertRefused(hex, Failure.VERSION, "ZMTP 1.0 or no ZMTP", "0x" + hex);
    }

    @Test
    void refusesZmtp1ByTheTenthOctet() {
        assertThat(read("ff0000000000000001")).isNull();
        assertRefused("ff0000000000000001" + "00", Failure.VERSION, "ZMTP 1.0", "0xff000000000000000100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "02"})
    void refusesZmtp2ByTheEleventhOctet(String revision) {
        assertThat(read("ff00000000000000017f")).isNull();
        assertRefused("ff00000000000000017f" + revision, Failure.VERSION, "ZMTP 2.x", "7f" + revision);
    }

    @Test
    void showsElevenOctetsAtMostOfWhatCame() {
        assertRefused("47".repeat(100), Failure.VERSION, "0x" + "47".repeat(11));
        assertThatExceptionOfType(ZmtpHandshakeException.class)
                .isThrownBy(() -> read("47".repeat(100)))
                .withMessageNotContaining("47".repeat(12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000", // empty
                "4e554c4c00000000000000000000000000000041", // not padded
                "4e55004c4c000000000000000000000000000000", // zero within
                "4ecc4c4c00000000000000000000000000000000", // not ASCII
                "4e554c0a00000000000000000000000000000000", // not printable
                "4e554c4c20202020202020202020202020202020" // padded with blanks
            })
    void refusesAMechanismThatCannotBeRead(String mechanism) {
        String hex = "ff" + "00".repeat(8) + "7f0301" + mechanism + "00".repeat(32);
        assertThatExceptionOfType(ZmtpHandshakeException.class)
                .isThrownBy(() -> read(hex))
                .withMessageContaining("0x" + mechanism)
                .satisfies(thrown -> assertThat(thrown.failure()).isEqualTo(Failure.MALFORMED));
    }

    @Test
    void readsAMechanismOfTwentyCharacters() {
        String name = "ABCDEFGHIJKLMNOPQRST";
        assertThat(Greeting.read(Greeting.of(name, false).octets().asByteBuffer())
                        .mechanism())
                .isEqualTo(name);
    }
}
