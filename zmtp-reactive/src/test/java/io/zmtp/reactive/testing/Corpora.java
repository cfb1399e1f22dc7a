package io.zmtp.reactive.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs that once broke some ZMTP parser, for parameterised tests: {@code @MethodSource} a method that returns
 * {@link #all()} or the folders it needs.
 */
public final class Corpora {
    private Corpora() {}

    /** One input: {@code folder/file} (or the name of a token) and its bytes. */
    public record Sample(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name + " (" + bytes.length + " bytes)";
        }
    }

    /** Every input, of all folders. */
    public static Stream<Sample> all() {
        return samples(root()).stream();
    }

    /** The inputs of these folders, such as {@code "bind_null_fuzzer"}. */
    public static Stream<Sample> in(String... folders) {
        return Stream.of(folders).flatMap(folder -> samples(root().resolve(folder)).stream());
    }

    /** The tokens of {@code zmtp.dict}: the words a fuzzer likes to put together. */
    public static List<Sample> dictionary() {
        try (Stream<String> lines = Files.lines(root().resolve("zmtp.dict"), StandardCharsets.US_ASCII)) {
            return lines.filter(line -> line.contains("=\""))
                    .map(line -> new Sample(
                            line.substring(0, line.indexOf('=')),
                            unescape(line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Sample> samples(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .map(Corpora::sample)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sample sample(Path file) {
        try {
            return new Sample(root().relativize(file).toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        var folder = Corpora.class.getResource("/corpora");
        if (folder == null) {
            throw new IllegalStateException("the folder corpora is not on the test class path");
        }
        try {
            return Path.of(folder.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unescape(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < token.length(); ) {
            if (token.startsWith("\\x", i)) {
                bytes.write(Integer.parseInt(token.substring(i + 2, i + 4), 16));
                i += 4;
            } else {
                i += token.charAt(i) == '\\' ? 1 : 0;
                bytes.write(token.charAt(i++));
            }
        }
        return bytes.toByteArray();
    }
}
