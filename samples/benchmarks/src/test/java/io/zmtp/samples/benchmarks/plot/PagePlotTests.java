package io.zmtp.samples.benchmarks.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The plot in the page on performance shows the numbers of its table. */
class PagePlotTests {

    private static final Path PAGE = Path.of("../../docs/performance.md");
    private static final Path PLOT = Path.of("../../docs/images/throughput.svg");
    private static final String AGAIN = "mvn -pl samples/benchmarks -am test -Dtest=PagePlotTests"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dwrite=true";
    private static final Map<String, Integer> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("zmtp-reactive", 1);
        COLUMNS.put("libzmq", 2);
        COLUMNS.put("zmtp-reactive with CURVE", 4);
        COLUMNS.put("libzmq with CURVE", 5);
    }

    @Test
    void showsTheTable() throws IOException {
        Map<String, SortedMap<Double, Double>> curves = new LinkedHashMap<>();
        for (List<String> row : rows()) {
            COLUMNS.forEach((name, column) -> {
                if (!row.get(column).isEmpty()) {
                    curves.computeIfAbsent(name, none -> new TreeMap<>())
                            .put(number(row.get(0)), number(row.get(column)));
                }
            });
        }
        assertThat(curves).hasSameSizeAs(COLUMNS);
        Svg drawn = Curves.draw("PUSH to PULL over loopback TCP", "octets of a message", "messages/s", curves);
        if (Boolean.getBoolean("write")) {
            drawn.write(PLOT);
        }
        assertThat(Files.readString(PLOT))
                .as("the plot of %s; draw it anew with\n%s", PAGE, AGAIN)
                .isEqualTo(drawn.toString());
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("[|] [0-9]+ (B|KiB|MiB) [|].*"))
                .map(line -> Arrays.stream(line.substring(1).split("[|]"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** Such as 16 KiB, 3.45 M or 734 k. */
    private static double number(String text) {
        String[] parts = text.split(" ");
        double unit = parts.length == 1
                ? 1
                : switch (parts[1]) {
                    case "KiB" -> 1024;
                    case "MiB" -> 1024 * 1024;
                    case "k" -> 1e3;
                    case "M" -> 1e6;
                    default -> 1;
                };
        return Double.parseDouble(parts[0]) * unit;
    }
}
