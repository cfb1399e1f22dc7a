package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.zmtp.spring.listener.ConversionFuzz;
import io.zmtp.spring.listener.TopicFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a fuzzer has found, and what it begins with, once more. {@code .ci/fuzz} looks for more. */
class FuzzTests {
    static Stream<Path> topics() throws IOException {
        return seeds("TopicFuzz");
    }

    static Stream<Path> conversions() throws IOException {
        return seeds("ConversionFuzz");
    }

    private static Stream<Path> seeds(String target) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz", target))) {
            List<Path> all = files.sorted().toList();
            return all.stream();
        }
    }

    @ParameterizedTest
    @MethodSource
    void topics(Path seed) throws IOException {
        byte[] octets = Files.readAllBytes(seed);
        assertThatCode(() -> TopicFuzz.fuzzerTestOneInput(octets)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource
    void conversions(Path seed) throws IOException {
        byte[] octets = Files.readAllBytes(seed);
        assertThatCode(() -> ConversionFuzz.fuzzerTestOneInput(octets)).doesNotThrowAnyException();
    }
}
