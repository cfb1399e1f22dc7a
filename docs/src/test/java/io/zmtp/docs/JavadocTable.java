package io.zmtp.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table of a Javadoc comment in Markdown. Of the tests that it names there is a link to the class, with the tests as its title. */
final class JavadocTable {

    private static final Pattern ROW = Pattern.compile("<tr>(.*?)</tr>", Pattern.DOTALL);
    private static final Pattern CELL = Pattern.compile("<t([hd])[^>]*>(.*?)</t[hd]>", Pattern.DOTALL);
    private static final Pattern TEST = Pattern.compile("\\{@code (\\w+Tests)\\.(\\w+)}");
    private static final Pattern TESTS = Pattern.compile("(\\{@code \\w+Tests\\.\\w+}(,\\s*)?)+");

    private JavadocTable() {}

    /**
     * Reads a table.
     *
     * @param type the full name of the type; of a package, with {@code package-info}
     * @param caption the table's caption
     * @param folder where the page is that shows it
     */
    static String markdown(String type, String caption, Path folder) throws IOException {
        Path source = Page.ROOT.resolve("zmtp-reactive/src/main/java").resolve(type.replace('.', '/') + ".java");
        String comment = Files.readString(source).replaceAll("\n \\* ?", "\n");
        int begin = comment.indexOf("<caption>" + caption + "</caption>");
        if (begin < 0) {
            throw new IllegalArgumentException("no table \"" + caption + "\" in " + source);
        }
        List<List<String>> rows = new ArrayList<>();
        boolean isHeaded = false;
        Matcher row = ROW.matcher(comment.substring(begin, comment.indexOf("</table>", begin)));
        while (row.find()) {
            List<String> cells = new ArrayList<>();
            Matcher cell = CELL.matcher(row.group(1));
            while (cell.find()) {
                isHeaded |= cell.group(1).equals("h");
                cells.add(cell(cell.group(2), folder));
            }
            rows.add(cells);
        }
        if (!isHeaded) {
            rows.add(0, rows.get(0).stream().map(each -> "").toList());
        }
        rows.add(1, rows.get(0).stream().map(each -> "---").toList());
        return rows.stream()
                .map(cells -> "| " + String.join(" | ", cells) + " |\n")
                .collect(Collectors.joining())
                .replace("|  |", "| |")
                .replace("| --- ", "|---")
                .replace("|--- |", "|---|");
    }

    private static String cell(String html, Path folder) {
        String tests = TESTS.matcher(html).replaceAll(all -> Matcher.quoteReplacement(links(all.group(), folder)));
        return tests.replaceAll("\\s+", " ")
                .strip()
                .replaceAll("\\{@link (?:[a-z]\\w*\\.)*(\\w+)#(\\w+)(?:\\([^)]*\\))?}", "`$1.$2`")
                .replaceAll("\\{@link (?:[a-z]\\w*\\.)*(\\w+)}", "`$1`")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replace("|", "\\|");
    }

    private static String links(String named, Path folder) {
        Map<String, List<String>> tests = new LinkedHashMap<>();
        Matcher test = TEST.matcher(named);
        while (test.find()) {
            tests.computeIfAbsent(test.group(1), none -> new ArrayList<>()).add(test.group(2));
        }
        return tests.entrySet().stream()
                .map(each -> "[" + each.getKey() + "](" + folder.relativize(file(each.getKey())) + " \""
                        + String.join(", ", each.getValue()) + "\")")
                .collect(Collectors.joining(", "));
    }

    private static Path file(String tests) {
        try (Stream<Path> files = Files.walk(Page.ROOT.resolve("zmtp-reactive/src/test/java"))) {
            return files.filter(file -> file.endsWith(tests + ".java"))
                    .findAny()
                    .orElseThrow(() -> new IllegalArgumentException("no " + tests));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
