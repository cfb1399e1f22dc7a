package io.zmtp.reactive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a fuzzer has found, and what it begins with, once more: all targets, {@code *Fuzz} with a method
 * {@code fuzzerTestOneInput}, with the octets in their folders under {@code src/test/resources/fuzz}. {@code .ci/fuzz}
 * looks for more.
 */
class FuzzTests {
    private static final Path TARGETS = Path.of("target/test-classes");
    private static final Path SEEDS = Path.of("src/test/resources/fuzz");

    static Stream<Arguments> seeds() {
        return files(TARGETS, "Fuzz.class")
                .map(file ->
                        TARGETS.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", ""))
                .flatMap(target -> files(SEEDS.resolve(target.substring(target.lastIndexOf('.') + 1)), "")
                        .map(seed -> Arguments.of(target, seed)));
    }

    private static Stream<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException failed) {
            throw new UncheckedIOException("a target without seeds", failed);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void survives(String target, Path seed) throws Throwable {
        Method method = Class.forName(target).getMethod("fuzzerTestOneInput", byte[].class);
        try {
            method.invoke(null, (Object) Files.readAllBytes(seed));
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
