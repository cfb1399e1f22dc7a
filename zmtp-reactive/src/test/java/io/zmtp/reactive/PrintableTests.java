package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTests {

    @ParameterizedTest
    @CsvSource({
        "0a, \\u000a",
        "0d, \\u000d",
        "1b, \\u001b",
        "7f, \\u007f",
        "9b, \\u009b",
        "85, \\u0085",
        "ad, \\u00ad",
        "200b, \\u200b",
        "202e, \\u202e",
        "2028, \\u2028",
        "2029, \\u2029",
        "2066, \\u2066",
        "feff, \\ufeff",
        "e000, \\ue000",
        "d800, \\ud800",
        "ffff, \\uffff",
        "e0001, \\udb40\\udc01"
    })
    void whatIsNotPrintableIsEscaped(String hex, String shown) {
        String text = "a" + Character.toString(Integer.parseInt(hex, 16)) + "b";
        assertThat(Printable.of(text)).isEqualTo("a" + shown + "b");
        assertThat(Printable.isPrintable(text)).isFalse();
        assertThat(Printable.isPrintable(Printable.of(text))).isTrue();
    }

    @Test
    void whatIsPrintableStays() {
        String text = "Größe 1 \\ \"größer\" … 数 😀";
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @Test
    void aLongTextIsCutAndSaysHowLongItWas() {
        assertThat(Printable.of("x".repeat(65_000))).isEqualTo("x".repeat(200) + "… (65000 characters)");
        assertThat(Printable.of("x".repeat(200))).hasSize(200);
    }

    @Test
    void aPairOfSurrogatesAndAnEscapeAreNotCutInTwo() {
        assertThat(Printable.of("ab😀", 3)).isEqualTo("ab… (4 characters)");
        assertThat(Printable.of("ab\n", 7)).isEqualTo("ab… (3 characters)");
    }

    @Test
    void nullIsShownAsSuch() {
        assertThat(Printable.of((String) null)).isEqualTo("null");
    }

    @Test
    void aFailureIsDescribedWithoutItsText() {
        Throwable failure = failure();
        assertThat(Printable.of(failure))
                .startsWith("java.lang.IllegalStateException at io.zmtp.reactive.PrintableTests.failure(")
                .endsWith("), caused by java.lang.NumberFormatException")
                .doesNotContain("payload");
    }

    @Test
    void aFailureOfOursKeepsItsText() {
        assertThat(Printable.of(new ZmtpSendException("no way out"))).isEqualTo("ZmtpSendException: no way out");
    }

    @Test
    void aTraceHasClassesAndFramesAndNoText() {
        StringWriter trace = new StringWriter();
        Printable.trace(failure()).printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .contains("java.lang.IllegalStateException", "Caused by: ", "java.lang.NumberFormatException")
                .contains("at io.zmtp.reactive.PrintableTests.failure(")
                .doesNotContain("payload");
    }

    @Test
    void aTraceOfCausesThatGoRoundEnds() {
        IllegalStateException one = new IllegalStateException("one");
        IllegalStateException other = new IllegalStateException("other", one);
        one.initCause(other);
        assertThat(Printable.trace(one)).hasCauseInstanceOf(Throwable.class);
        assertThat(Printable.of((Throwable) one)).startsWith("java.lang.IllegalStateException");
    }

    private static Throwable failure() {
        try {
            Integer.parseInt("payload");
            throw new AssertionError();
        } catch (NumberFormatException quoting) {
            return new IllegalStateException("cannot take payload", quoting);
        }
    }
}
