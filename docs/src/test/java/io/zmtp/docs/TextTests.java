package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The log lines and error texts that the pages explain are those of the code, and every reason and event is explained. */
class TextTests {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern METER = Pattern.compile("\"(zmtp[.][a-z.]+)\"");
    private static final List<String> QUOTED = List.of("the line has", "text");

    @Test
    void logLinesAreThoseOfTheCode() {
        assertAreInSources(quoted("docs/operations.md"), 20);
    }

    @Test
    void errorTextsAreThoseOfTheCode() {
        assertAreInSources(quoted("docs/troubleshooting.md"), 15);
    }

    @Test
    void whatIsNotInTheCodeIsFound() {
        assertThat(missing(List.of("expected pigs that fly"))).containsExactly("expected pigs that fly");
    }

    @Test
    void metersAreThoseOfTheCode() {
        String code = Stream.of(
                        "zmtp-reactive/src/main/java/io/zmtp/reactive/metrics",
                        "zmtp-spring-boot-starter/autoconfigure/src/main/java/io/zmtp/spring/metrics")
                .flatMap(folder -> sources(Page.ROOT.resolve(folder)))
                .collect(Collectors.joining());
        List<String> meters = METER.matcher(code)
                .results()
                .map(name -> name.group(1))
                .distinct()
                .toList();
        assertThat(meters).hasSizeGreaterThan(10);
        assertThat(Page.of("docs/spring-observability.md").words()).containsAll(meters);
    }

    @Test
    void everyReasonAndEventIsExplained() {
        List<String> operations = Page.of("docs/operations.md").words();
        assertThat(operations).containsAll(names(DropReason.values()));
        assertThat(operations)
                .containsAll(Arrays.stream(MonitorEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
        assertThat(Page.of("docs/troubleshooting.md").words())
                .containsAll(names(ZmtpHandshakeException.Failure.values()));
    }

    private static List<String> names(Enum<?>... values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static void assertAreInSources(List<String> texts, int atLeast) {
        assertThat(texts).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(missing(texts)).isEmpty();
    }

    private static List<String> missing(List<String> texts) {
        String sources = Stream.of("zmtp-reactive", "zmtp-spring-boot-starter")
                .flatMap(module -> sources(Page.ROOT.resolve(module)))
                .collect(Collectors.joining());
        return texts.stream().filter(text -> !sources.contains(text)).toList();
    }

    private static Stream<String> sources(Path module) {
        try (Stream<Path> files = Files.walk(module)) {
            List<String> sources = new ArrayList<>();
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> each.toString().contains("src/main"))
                    .toList()) {
                sources.add(JOINT.matcher(Files.readString(file)).replaceAll(""));
            }
            return sources.stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What is set in code in the columns of tables whose head says that it is quoted. */
    private static List<String> quoted(String page) {
        List<String> texts = new ArrayList<>();
        int column = -1;
        for (String line : Page.of(page).text().lines().toList()) {
            if (!line.startsWith("|")) {
                column = -1;
                continue;
            }
            List<String> cells =
                    Arrays.stream(line.split("\\|")).map(String::strip).toList();
            int head = QUOTED.stream()
                    .mapToInt(cells::indexOf)
                    .filter(at -> at >= 0)
                    .findFirst()
                    .orElse(-1);
            if (head >= 0) {
                column = head;
            } else if (column >= 0 && column < cells.size()) {
                CODE.matcher(cells.get(column)).results().forEach(code -> texts.add(code.group(1)));
            }
        }
        return texts;
    }
}
