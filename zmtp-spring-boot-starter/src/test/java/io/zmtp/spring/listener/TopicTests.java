package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTests {

    @ParameterizedTest
    @CsvSource({"md.,md.", "md.*,md.", "md.{symbol}.trade,md.", "**,''", "md.**,md", "a?c,a"})
    void subscribesToWhatComesBeforeTheFirstWildcard(String topic, String prefix) {
        assertThat(new Topic(topic).prefix()).isEqualTo(prefix);
    }

    @Test
    void takesATopicWithoutWildcardsForAPrefix() {
        assertThat(new Topic("md.").match("md.trade.X")).isEmpty();
        assertThat(new Topic("md.").match("news")).isNull();
    }

    @Test
    void takesAPatternForTheWholeTopic() {
        assertThat(new Topic("md.*").match("md.trade")).isEmpty();
        assertThat(new Topic("md.*").match("md.trade.X")).isNull();
    }

    @Test
    void readsVariables() {
        assertThat(new Topic("quote.{symbol}").match("quote.X")).isEqualTo(Map.of("symbol", "X"));
    }
}
