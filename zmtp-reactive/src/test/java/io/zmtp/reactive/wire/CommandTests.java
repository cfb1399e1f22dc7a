package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpProtocolException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTests {
    private static final Metadata DEALER =
            Metadata.EMPTY.with("Socket-Type", Bytes.utf8("DEALER")).with("Identity", Bytes.EMPTY);
    private static final String DEALER_HEX = "0b536f636b65742d54797065" + "00000006" + "4445414c4552" // Socket-Type
            + "084964656e74697479" + "00000000"; // Identity

    private static Command parse(String bodyHex) {
        return Command.parse(Frame.command(Bytes.hex(bodyHex)));
    }

    private static Command parseText(String body) {
        return Command.parse(Frame.command(Bytes.utf8(body)));
    }

    private static void assertMalformed(String expected, Runnable reading) {
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(reading::run)
                .withMessageContaining(expected)
                .satisfies(thrown -> assertThat(thrown.section()).startsWith("RFC 37"))
                .satisfies(thrown -> assertThat(thrown.isTooLarge()).isFalse());
    }

    @Test
    void writesReady() {
        assertThat(Command.ready(DEALER).frame().octets().hex()).isEqualTo("0429" + "055245414459" + DEALER_HEX);
    }

    @Test
    void readsReady() {
        Command ready = parse("055245414459" + DEALER_HEX);
        assertThat(ready.name()).isEqualTo("READY");
        assertThat(ready.metadata()).isEqualTo(DEALER);
        assertThat(ready.metadata().names()).containsExactly("Socket-Type", "Identity");
    }

    @Test
    void writesError() {
        assertThat(Command.error("400").frame().octets().hex()).isEqualTo("040a" + "054552524f52" + "03343030");
    }

    @Test
    void errorIsCutTo255PrintableCharacters() {
        assertThat(Command.error("é\n" + "x".repeat(300)).errorReason()).isEqualTo("??" + "x".repeat(253));
    }

    @Test
    void writesPing() {
        assertThat(Command.ping(Duration.ofSeconds(30), Bytes.utf8("ctx"))
                        .frame()
                        .octets()
                        .hex())
                .isEqualTo("040a" + "0450494e47" + "012c" + "637478");
    }

    @ParameterizedTest
    @CsvSource({"0, 0000", "99, 0000", "100, 0001", "65500, 028f", "65600, 028f", "9999999999, 028f", "-5, 0000"})
    void aPingsTtlIsInTenthsOfASecond(long millis, String hex) {
        assertThat(Command.ping(Duration.ofMillis(millis), Bytes.EMPTY).data().hex())
                .isEqualTo(hex);
    }

    @Test
    void aPingsTtlMayBeForEver() {
        assertThat(Command.ping(Duration.ofSeconds(Long.MAX_VALUE), Bytes.EMPTY).pingTtl())
                .isEqualTo(Command.MAX_TTL);
    }

    @Test
    void readsPing() {
        Command ping = parse("0450494e47" + "ffff" + "637478");
        assertThat(ping.pingTtl()).isEqualTo(Duration.ofMillis(6_553_500));
        assertThat(ping.pingContext().utf8()).isEqualTo("ctx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0450494e47", "0450494e4700"})
    void refusesAPingWithoutTtl(String hex) {
        assertMalformed("TTL", () -> parse(hex).pingTtl());
        assertMalformed("TTL", () -> parse(hex).pingContext());
    }

    @Test
    void aPingsContextIsCutTo16Octets() {
        assertThat(parse("0450494e47" + "0000" + "ab".repeat(17)).pingContext().hex())
                .isEqualTo("ab".repeat(16));
    }

    @Test
    void ourContextsHave16OctetsAtMost() {
        Bytes tooLarge = Bytes.of(new byte[17]);
        assertThat(Command.pong(Bytes.of(new byte[16])).pongContext().size()).isEqualTo(16);
        assertThatIllegalArgumentException().isThrownBy(() -> Command.ping(Duration.ZERO, tooLarge));
        assertThatIllegalArgumentException().isThrownBy(() -> Command.pong(tooLarge));
    }

    @Test
    void writesPong() {
        assertThat(Command.pong(Bytes.utf8("ctx")).frame().octets().hex()).isEqualTo("0408" + "04504f4e47" + "637478");
    }

    @Test
    void writesSubscriptionsAndGroups() {
        Bytes a = Bytes.utf8("a");
        assertThat(Command.subscribe(a).frame().octets().hex()).isEqualTo("040b" + "09535542534352494245" + "61");
        assertThat(Command.cancel(a).frame().octets().hex()).isEqualTo("0408" + "0643414e43454c" + "61");
        assertThat(Command.join(a).frame().octets().hex()).isEqualTo("0406" + "044a4f494e" + "61");
        assertThat(Command.leave(a).frame().octets().hex()).isEqualTo("0407" + "054c45415645" + "61");
    }

    @Test
    void aGroupHas255OctetsAtMost() {
        Bytes tooLarge = Bytes.of(new byte[256]);
        assertThatIllegalArgumentException().isThrownBy(() -> Command.join(tooLarge));
        assertThatIllegalArgumentException().isThrownBy(() -> Command.leave(tooLarge));
    }

    @Test
    void aBodyOfMoreThan255OctetsTakesALongFrame() {
        assertThat(Command.subscribe(Bytes.of(new byte[245])).frame().header().hex())
                .isEqualTo("04ff");
        assertThat(Command.subscribe(Bytes.of(new byte[246])).frame().header().hex())
                .isEqualTo("060000000000000100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a1", "a b", "é"})
    void oursHaveNamesOfLetters(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Command.of(name, Bytes.EMPTY));
    }

    @Test
    void keepsTheFrameThatCame() {
        Frame longForm = new Frame((byte) (Frame.COMMAND | Frame.LONG), Bytes.hex("0450494e470000"));
        assertThat(Command.parse(longForm).frame()).isSameAs(longForm);
        assertThat(Command.parse(longForm)).isEqualTo(Command.ping(Duration.ZERO, Bytes.EMPTY));
    }

    @Test
    void readsACommandFromAFrameWithoutTheFlag() {
        assertThat(Command.parse(Frame.of(Bytes.hex("0141"), false)).name()).isEqualTo("A");
    }

    @Test
    void readsANameOf255Letters() {
        assertThat(parse("ff" + "41".repeat(255)).name()).isEqualTo("A".repeat(255));
    }

    @Test
    void refusesACommandWithoutName() {
        assertMalformed("empty", () -> parse(""));
        assertMalformed("size of the name is 0", () -> parse("00"));
        assertMalformed("size of the name is 0", () -> parse("004142"));
    }

    @Test
    void refusesATruncatedName() {
        assertMalformed("expected a command's name of 5 octets, but there are 4", () -> parse("0552454144"));
        assertMalformed("expected a command's name of 1 octets, but there are 0", () -> parse("01"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100", "0120", "0231ff", "035f4142"})
    void refusesANameThatIsNotOfLetters(String hex) {
        assertMalformed("letters", () -> parse(hex));
    }

    @Test
    void readsAnErrorsReason() {
        assertThat(parse("054552524f52" + "03343030").errorReason()).isEqualTo("400");
        assertThat(parse("054552524f52" + "00").errorReason()).isEmpty();
    }

    @Test
    void readsAnErrorWithoutReason() {
        assertThat(parse("054552524f52").errorReason()).isEmpty();
    }

    @Test
    void readsAnErrorThatLacksTheSizeOfItsName() {
        Command error = parseText("ERROR\u0003400");
        assertThat(error.name()).isEqualTo(Command.ERROR);
        assertThat(error.errorReason()).isEqualTo("400");
        assertThat(parseText("ERROR").errorReason()).isEmpty();
    }

    @Test
    void takesNothingElseThatBeginsWithErrorForOne() {
        assertMalformed("69 octets", () -> parseText("ERROR\u0003"));
        assertMalformed("69 octets", () -> parseText("ERRORS"));
        assertThat(parseText("E" + "RROR" + "S".repeat(65)).name()).hasSize(69);
    }

    @Test
    void refusesATruncatedReason() {
        assertMalformed(
                "reason of 4 octets", () -> parse("054552524f52" + "04343030").errorReason());
    }

    @Test
    void aReasonCannotForgeALineOfALog() {
        assertThat(parse("054552524f52" + "04610ac362").errorReason()).isEqualTo("a??b");
    }

    @Test
    void doesNotShowItsData() {
        assertThat(Command.of("HELLO", Bytes.utf8("password"))).hasToString("HELLO with 8 octets");
    }

    @Test
    void equalCommandsAreEqual() {
        assertThat(parse("0141ff")).isEqualTo(Command.of("A", Bytes.hex("ff"))).hasSameHashCodeAs(parse("0141ff"));
        assertThat(parse("0141ff")).isNotEqualTo(parse("0142ff")).isNotEqualTo(parse("0141fe"));
    }

    @Test
    void metadataGoBothWays() {
        Metadata metadata = DEALER.with("X-" + "n".repeat(253), Bytes.of(new byte[70_000]));
        Bytes octets = Command.writeMetadata(metadata);
        assertThat(Command.readMetadata(octets, 0)).isEqualTo(metadata);
        assertThat(Command.readMetadata(Bytes.EMPTY, 0)).isEqualTo(Metadata.EMPTY);
    }

    @Test
    void metadataMayStartAnywhere() {
        assertThat(Command.readMetadata(Bytes.hex("ffff" + DEALER_HEX), 2)).isEqualTo(DEALER);
    }

    @Test
    void metadataCutAnywhereButBetweenPropertiesAreRefused() {
        Bytes octets = Bytes.hex(DEALER_HEX);
        int first = 1 + 11 + 4 + 6;
        for (int end = 1; end < octets.size(); end++) {
            Bytes cut = octets.slice(0, end);
            if (end == first) {
                assertThat(Command.readMetadata(cut, 0).size()).isEqualTo(1);
            } else {
                assertMalformed("expected", () -> Command.readMetadata(cut, 0));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00, it is empty",
        "0000000000, it is empty",
        "02, expected a property name of 2 octets; but there are 0",
        "0241, expected a property name of 2 octets; but there are 1",
        "0141, four octets of value size",
        "0141000000, four octets of value size",
        "014100000001, expected a value of 1 octets for A; but there are 0",
        "01417fffffff00, value of 2147483647 octets",
        "0141ffffffff00, 4294967295",
        "014180000000, 2147483648",
        "010a00000000, printable ASCII"
    })
    void saysWhatIsWrongWithMetadata(String hex, String expected) {
        assertMalformed(expected.replace(';', ','), () -> Command.readMetadata(Bytes.hex(hex), 0));
    }

    @Test
    void theFirstOfTwoPropertiesOfOneNameCounts() {
        assertThat(Command.readMetadata(Bytes.hex("01410000000131" + "01610000000132" + "01410000000133"), 0)
                        .text("a"))
                .contains("1");
    }

    @Test
    void readsThousandsOfPropertiesInNoTime() {
        StringBuilder hex = new StringBuilder();
        for (int index = 0; index < 8_000; index++) {
            hex.append("04")
                    .append(Bytes.utf8(String.format("%04d", index)).hex())
                    .append("00000000");
        }
        assertThat(Command.readMetadata(Bytes.hex(hex.toString()), 0).size()).isEqualTo(8_000);
    }
}
