package io.zmtp.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.PeerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.XPubSocket;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the pages of documentation show and name is there. */
class PagesTests {

    private static final Path DOCS = Path.of("../../docs");

    private static final Pattern PROGRAM = Pattern.compile("\n## [^\n]*`(\\w+)`\n.*?```java\n(.*?)```", Pattern.DOTALL);

    private static final Pattern METHOD = Pattern.compile("\\b([a-z]\\w*)\\(");

    @TestFactory
    Stream<DynamicTest> showsProgramsAsTheyAre() throws IOException {
        List<MatchResult> shown = pages().stream()
                .flatMap(page -> PROGRAM.matcher(page).results())
                .toList();
        assertThat(shown).hasSize(10);
        return shown.stream()
                .map(each -> dynamicTest(
                        each.group(1),
                        () -> assertThat(lines(source(each.group(1)))).containsSequence(lines(each.group(2)))));
    }

    @Test
    void namesOptionsThatAreThere() throws IOException {
        Set<String> methods = Stream.of(
                        SocketOptions.class,
                        XPubSocket.class,
                        SubSocket.class,
                        DishSocket.class,
                        RouterSocket.class,
                        PeerSocket.class,
                        ZmtpClient.class,
                        ZmtpServer.class,
                        ZmtpConnection.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .map(Method::getName)
                .collect(Collectors.toSet());
        List<String> rows = Files.readAllLines(DOCS.resolve("migrating.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(30);
        List<String> named = rows.stream()
                .flatMap(
                        row -> METHOD.matcher(row.substring(row.indexOf(" | "))).results())
                .map(method -> method.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(methods).containsAll(named);
    }

    private static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            List<String> pages = new ArrayList<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".md")).toList()) {
                pages.add(Files.readString(file));
            }
            return pages;
        }
    }

    private static String source(String program) throws IOException {
        return Files.readString(Path.of("src/main/java/io/zmtp/samples/quickstart", program + ".java"));
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(text.lines().map(String::strip).toList());
        lines.removeIf(String::isEmpty);
        return lines;
    }
}
