package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorporaTests {
    @ParameterizedTest
    @MethodSource("all")
    void everySampleHasBytes(Corpora.Sample sample) {
        assertThat(sample.bytes()).isNotEmpty();
    }

    @Test
    void choosesFolders() {
        assertThat(Corpora.in("bind_null_fuzzer", "connect_null_fuzzer")).hasSize(5);
    }

    @Test
    void readsTheDictionary() {
        assertThat(Corpora.dictionary())
                .filteredOn(token -> token.name().equals("ready"))
                .singleElement()
                .satisfies(token -> assertThat(token.bytes()).containsExactly(5, 'R', 'E', 'A', 'D', 'Y'));
    }

    static Stream<Corpora.Sample> all() {
        return Corpora.all();
    }
}
