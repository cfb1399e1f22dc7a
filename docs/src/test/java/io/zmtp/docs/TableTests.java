package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.zmtp.reactive.connection.ConnectionSpec;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.socket.SocketOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tables in the pages that repeat what the code or its Javadoc says are the same. */
class TableTests {

    private static final Pattern OF_JAVADOC =
            Pattern.compile("(<!-- table of ([\\w.-]+): (.*?) -->\n).*?(<!-- end -->)", Pattern.DOTALL);
    private static final String AGAIN =
            "mvn -pl docs -am test -Dtest=TableTests -Dsurefire.failIfNoSpecifiedTests=false -Dwrite=true";

    @TestFactory
    Stream<DynamicTest> areThoseOfTheJavadoc() {
        return Page.all().stream()
                .filter(page -> OF_JAVADOC.matcher(page.text()).find())
                .map(page -> DynamicTest.dynamicTest(page.toString(), () -> {
                    String made = OF_JAVADOC.matcher(page.text()).replaceAll(table -> remade(table, page));
                    if (Boolean.getBoolean("write")) {
                        Files.writeString(page.file(), made);
                    }
                    assertThat(Files.readString(page.file()))
                            .as("the tables of %s; write them anew with\n%s", page, AGAIN)
                            .isEqualTo(made);
                }));
    }

    private static String remade(MatchResult table, Page page) {
        try {
            String made = JavadocTable.markdown(
                    table.group(2), table.group(3), page.file().getParent());
            return Matcher.quoteReplacement(table.group(1) + "\n" + made + "\n" + table.group(4));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void limitsAreThoseOfTheCode() {
        Map<String, String> limits = new LinkedHashMap<>();
        rows("docs/limits.md", 3)
                .forEach(row -> Pattern.compile("`(\\w+)[`(]")
                        .matcher(row.get(2))
                        .results()
                        .forEach(option ->
                                limits.merge(option.group(1), row.get(1), (one, other) -> one + "; " + other)));
        assertThat(limits)
                .contains(
                        entry("maxMessageSize", octets(ConnectionSpec.DEFAULT_MAX_MESSAGE_SIZE)),
                        entry("maxParts", number(ConnectionSpec.DEFAULT_MAX_PARTS)),
                        entry("handshakeTimeout", time(ConnectionSpec.DEFAULT_HANDSHAKE_TIMEOUT)),
                        entry("connectTimeout", time(ZmtpClient.DEFAULT_CONNECT_TIMEOUT)),
                        entry("maxConnections", number(ZmtpServer.DEFAULT_MAX_CONNECTIONS)),
                        entry("maxHandshakes", number(ZmtpServer.DEFAULT_MAX_HANDSHAKES)),
                        entry("linger", time(SocketOptions.DEFAULT_LINGER)),
                        entry(
                                "reconnect",
                                time(SocketOptions.DEFAULT_RECONNECT) + " to "
                                        + time(SocketOptions.DEFAULT_RECONNECT_MAX)));
        assertThat(limits.get("sendHwm"))
                .isEqualTo(number(SocketOptions.DEFAULT_SEND_HWM) + " messages, "
                        + octets(SocketOptions.DEFAULT_SEND_HWM_BYTES));
        assertThat(limits.get("recvHwm")).startsWith(number(SocketOptions.DEFAULT_RECV_HWM) + " messages");
        assertThat(limits.get("maxSubscriptions")).startsWith(number(SocketOptions.DEFAULT_MAX_SUBSCRIPTIONS));
    }

    /** These are no options, and known to their classes only. */
    @Test
    void limitsOfBareConnectionsAreThoseOfTheCode() throws ReflectiveOperationException {
        Map<String, String> limits = new LinkedHashMap<>();
        rows("docs/limits.md", 3).forEach(row -> limits.put(row.get(0), row.get(1)));
        assertThat(limits)
                .contains(
                        entry("read ahead on a bare connection", octets(constant("InboundPipe", "HIGH"))),
                        entry("accepted by a bare connection, before `send` waits", octets(constant("Outbox", "HIGH"))),
                        entry(
                                "accepted by a bare connection, before `write` throws",
                                octets(constant("Outbox", "WRITE_LIMIT"))));
    }

    private static long constant(String type, String name) throws ReflectiveOperationException {
        Field field = Class.forName("io.zmtp.reactive.connection." + type).getDeclaredField(name);
        field.setAccessible(true);
        return field.getLong(null);
    }

    @Test
    void figuresOfTheFirstPageAreThoseOfThePageOnPerformance() {
        List<List<String>> figures = rows("README.md", 7);
        assertThat(figures).hasSizeGreaterThan(5);
        assertThat(rows("docs/performance.md", 7)).containsAll(figures);
    }

    @Test
    void packagesSeeWhatTheArchitectureAllows() throws IOException {
        String rules = Files.readString(
                Page.ROOT.resolve("zmtp-reactive/src/test/java/io/zmtp/reactive/ArchitectureTests.java"));
        Map<String, String> allowed = new TreeMap<>();
        Pattern.compile("new Row\\(\\s*\"([\\w.]+)\",\\s*List\\.of\\(([^)]*)\\)")
                .matcher(rules)
                .results()
                .forEach(row -> allowed.put(row.group(1), sorted(row.group(2).replace("\"", ""))));
        Map<String, String> shown = new TreeMap<>();
        rows("docs/architecture.md", 3).stream()
                .filter(row -> row.get(0).matches("`[\\w.]+`"))
                .forEach(row ->
                        shown.put(row.get(0).replace("`", ""), sorted(row.get(2).replace("`", ""))));
        assertThat(shown).isEqualTo(allowed);
    }

    private static String sorted(String names) {
        return Arrays.stream(names.split(","))
                .map(String::strip)
                .collect(Collectors.toCollection(TreeSet::new))
                .toString();
    }

    /** The rows of the tables of a page that have so many cells, without their heads. */
    private static List<List<String>> rows(String page, int cells) {
        return Page.of(page)
                .text()
                .lines()
                .filter(line -> line.startsWith("| ") && line.endsWith("|"))
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .filter(row -> row.size() == cells)
                .toList();
    }

    private static String octets(long octets) {
        return octets >= 1 << 20 ? (octets >> 20) + " MiB" : (octets >> 10) + " KiB";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String time(Duration time) {
        return time.toSeconds() == 0 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }
}
