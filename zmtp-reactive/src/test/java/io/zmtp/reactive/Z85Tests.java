package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Z85Tests {
    @Test
    void encodesTheExampleOfTheRfc() {
        assertThat(Bytes.hex("86 4f d2 6f b5 59 f7 5b").z85()).isEqualTo("HelloWorld");
    }

    @Test
    void decodesTheExampleOfTheRfc() {
        assertThat(Bytes.z85("HelloWorld").hex()).isEqualTo("864fd26fb559f75b");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = ' ',
            value = {
                "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 "
                        + "54fcba24e93249969316fb617c872bb0c1d1ff14800427c594cbfacf1bc2d652",
                "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6 "
                        + "8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7",
                "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs "
                        + "7bb864b489afa3671fbe69101f94b38972f24816dfb01b51656b3fec8dfd0888",
                "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID "
                        + "bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518"
            })
    void convertsWellKnownKeys(String text, String hex) {
        assertThat(Bytes.z85(text).hex()).isEqualTo(hex);
        assertThat(Bytes.hex(hex).z85()).isEqualTo(text);
    }

    @Test
    void convertsTheExtremes() {
        assertThat(Bytes.hex("00000000").z85()).isEqualTo("00000");
        assertThat(Bytes.hex("ffffffff").z85()).isEqualTo("%nSc0");
        assertThat(Bytes.z85("%nSc0").hex()).isEqualTo("ffffffff");
        assertThat(Bytes.z85("")).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void refusesOctetsThatAreNoMultipleOfFour() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.hex("0102030405").z85())
                .withMessageContaining("multiple of 4")
                .withMessageContaining("5");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 6, 39, 41})
    void refusesTextThatIsNoMultipleOfFive(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.z85("a".repeat(length)))
                .withMessageContaining("multiple of 5")
                .withMessageContaining(String.valueOf(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\"", "~", "|", "\\", "\0", "\u007f", "é", "\uffff"})
    void refusesForeignCharacters(String character) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.z85("SecretKe" + character + "0"))
                .withMessageContaining("index 8")
                .withMessageNotContaining("Secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%nSc1", "#####", "$0000"})
    void refusesGroupsAboveFourOctets(String group) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.z85("Hello" + group))
                .withMessageContaining("index 5")
                .withMessageNotContaining("Hello");
    }
}
