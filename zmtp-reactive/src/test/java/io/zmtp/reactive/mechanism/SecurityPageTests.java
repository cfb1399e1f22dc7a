package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on security, in the package's Javadoc, names tests for what it says: they are there. */
class SecurityPageTests {
    private static final Path PAGE = Path.of("src/main/java/io/zmtp/reactive/mechanism/package-info.java");
    private static final Path TESTS = Path.of("src/test/java/io/zmtp/reactive");
    private static final Pattern NAMED = Pattern.compile("\\{@code (\\w+Tests)\\.(\\w+)}");

    @Test
    void namesTestsThatAreThere() throws IOException {
        List<MatchResult> named =
                NAMED.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(4);
        for (MatchResult each : named) {
            try (Stream<Path> files = Files.walk(TESTS)) {
                Path file = files.filter(path -> path.endsWith(each.group(1) + ".java"))
                        .findAny()
                        .orElseThrow(() -> new AssertionError("no " + each.group(1)));
                assertThat(Files.readString(file)).contains(" void " + each.group(2) + "(");
            }
        }
    }
}
