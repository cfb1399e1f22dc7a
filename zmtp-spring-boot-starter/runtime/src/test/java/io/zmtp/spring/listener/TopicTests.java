package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTests {

    @ParameterizedTest
    @CsvSource({"md.,md.", "md.*,md.", "md.{symbol}.trade,md.", "**,''", "md.**,md", "a?c,a"})
    void subscribesToWhatComesBeforeTheFirstWildcard(String topic, String prefix) {
        assertThat(new Topic(topic).prefix()).isEqualTo(prefix);
    }

    @Test
    void takesATopicWithoutWildcardsForAPrefix() {
        assertThat(new Topic("md.").match(Bytes.utf8("md.trade.X"))).isEmpty();
        assertThat(new Topic("md.").match(Bytes.utf8("news"))).isNull();
    }

    @Test
    void takesAPatternForTheWholeTopic() {
        assertThat(new Topic("md.*").match(Bytes.utf8("md.trade"))).isEmpty();
        assertThat(new Topic("md.*").match(Bytes.utf8("md.trade.X"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"quote.EUR/USD", "quote.a b", "quote.a-1_2", "quote.ä"})
    void takesAnythingButADotForAWord(String topic) {
        assertThat(new Topic("quote.{symbol}").match(Bytes.utf8(topic))).containsEntry("symbol", topic.substring(6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quote", "quote.", "quote.a.b", "quotes.a"})
    void aVariableIsExactlyOneWord(String topic) {
        assertThat(new Topic("quote.{symbol}").match(Bytes.utf8(topic))).isNull();
    }

    @Test
    void readsVariables() {
        assertThat(new Topic("quote.{symbol}").match(Bytes.utf8("quote.X"))).isEqualTo(Map.of("symbol", "X"));
    }

    @Test
    void matchesNoPatternWithATopicThatIsTooLong() {
        String most = "md." + "x".repeat(Topic.MAX_OCTETS - 3);
        assertThat(new Topic("md.*").match(Bytes.utf8(most))).isEmpty();
        assertThat(new Topic("md.*").match(Bytes.utf8(most + "x"))).isNull();
        assertThat(new Topic("md.**").match(Bytes.wrap(new byte[16 << 20]))).isNull();
        assertThat(new Topic("md.").match(Bytes.utf8(most + "x"))).isEmpty();
    }

    @Test
    void takesAPrefixByItsOctets() {
        assertThat(new Topic("md.").match(Bytes.of((byte) 'm', (byte) 'd', (byte) '.', (byte) 0xff)))
                .isEmpty();
        assertThat(new Topic("\ufffd").match(Bytes.of((byte) 0xff))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a}-{b}-{c}", "md.*x*y*", "md.a***", "{day:[0-9]+}.{a}{b}{c}"})
    void refusesPatternsThatTakeTooLong(String pattern) {
        assertThatThrownBy(() -> new Topic(pattern)).hasMessageContaining("expected at most 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{day:[0-9}", "{day:(a|b)}"})
    void refusesExpressionsThatCouldNotBeMatched(String pattern) {
        assertThatThrownBy(() -> new Topic(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "**, a.b.c",
        "md.**.trade, md.a.b.trade",
        "{a}-{b}, 1-2",
        "'{y:[0-9]{4}}-{m:[0-9]+}-{d:[0-9]+}', 2026-11-28",
        "'{day:(?:mon|tue)}', tue",
        "a*b*.{x}.*, aabb.1.2"
    })
    void takesPatternsOfAnyNumberOfWords(String pattern, String topic) {
        assertThat(new Topic(pattern).match(Bytes.utf8(topic))).isNotNull();
    }
}
