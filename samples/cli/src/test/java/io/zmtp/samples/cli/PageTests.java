package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.SocketType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import reactor.core.publisher.Mono;

/** The page docs/tool.md and the manual, beside the tool that they are about. */
class PageTests {

    private static final Path PAGE = Path.of("../../docs/tool.md");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][a-z0-9-]*");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(.*?)^```$");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

    private static CommandLine tool() {
        return Zmtp.commandLine(new Streams(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream()),
                Mono.never()));
    }

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    /** The first two columns of the table of all options. */
    private static Set<String> rows(String page) {
        return page.lines()
                .dropWhile(line -> !line.equals("## All options"))
                .filter(line -> line.startsWith("| `-"))
                .map(row -> row.substring(0, row.indexOf('|', row.indexOf('|', 1) + 1) + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What should be there. */
    private static Set<String> options() {
        Map<String, Set<String>> commands = new TreeMap<>();
        all().forEach(command -> command.getCommandSpec()
                .options()
                .forEach(option -> commands.computeIfAbsent(written(option), any -> new TreeSet<>())
                        .add(command.getCommandName())));
        Set<String> rows = new TreeSet<>();
        commands.forEach((option, names) -> rows.add("| `" + option + "` | " + summary(names) + " |"));
        return rows;
    }

    private static Stream<CommandLine> all() {
        CommandLine zmtp = tool();
        return Stream.concat(Stream.of(zmtp), zmtp.getSubcommands().values().stream());
    }

    private static String written(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    /** Types of sockets in a word. */
    private static String summary(Set<String> names) {
        Set<String> rest = new TreeSet<>(names);
        if (rest.equals(all().map(CommandLine::getCommandName).collect(Collectors.toSet()))) {
            return "all";
        }
        List<String> words = new ArrayList<>();
        Set<String> types =
                Stream.of(SocketType.values()).map(SocketCommand::name).collect(Collectors.toCollection(TreeSet::new));
        if (rest.containsAll(types)) {
            words.add("all types");
        } else if (rest.containsAll(List.of("push", "req"))) {
            types.removeAll(List.of("pull", "sub", "dish", "gather", "rep"));
            words.add("types that read input");
        } else if (rest.containsAll(List.of("pull", "req"))) {
            types.removeAll(List.of("push", "pub", "scatter", "radio"));
            words.add("types that print");
        } else {
            types.clear();
        }
        assertThat(rest).containsAll(types);
        rest.removeAll(types);
        words.addAll(rest);
        return String.join(", ", words);
    }

    @Test
    void theTableHasEveryOptionAndNoOther() throws IOException {
        assertThat(rows(page())).isEqualTo(options());
    }

    @Test
    void everyOptionThatThePageNamesExists() throws IOException {
        Set<String> known = Stream.concat(Stream.of(tool()), tool().getSubcommands().values().stream())
                .flatMap(command -> command.getCommandSpec().optionsMap().keySet().stream())
                .collect(Collectors.toSet());
        String ours = page().substring(0, page().indexOf("## Coming from"));
        List<String> named = new ArrayList<>();
        Matcher code =
                Pattern.compile("`([^`\\n]+)`").matcher(BLOCK.matcher(ours).replaceAll(""));
        while (code.find()) {
            if (!code.group(1).startsWith("mvn")) {
                OPTION.matcher(code.group(1)).results().map(MatchResult::group).forEach(named::add);
            }
        }
        named.removeAll(List.of("--name", "-jar", "-c")); // of other commands
        assertThat(named)
                .hasSizeGreaterThan(60)
                .allSatisfy(option -> assertThat(known).contains(option));
    }

    private static Stream<String> examples() throws IOException {
        return BLOCK.matcher(page())
                .results()
                .flatMap(block -> block.group(1).lines())
                .flatMap(line -> Stream.of(line.split("[|;] +")))
                .map(command -> command.replaceAll("[<>] \\S+$", "").replaceAll(" > \\S+\\)$", ""))
                .filter(command -> command.startsWith("zmtp "));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyCommandOfThePageCanBeGiven(String command) {
        List<String> words = WORD.matcher(command)
                .results()
                .map(word -> word.group().replaceAll("^['\"]|['\"]$", ""))
                .skip(1)
                .toList();
        CommandLine.ParseResult parsed = tool().parseArgs(words.toArray(String[]::new));
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.hasSubcommand()).isTrue();
    }

    @Test
    void theManualHasAPageForEachCommandWithItsExamples(@TempDir Path folder) throws IOException {
        Path completion = folder.resolve("completion/zmtp");
        Manual.write(folder.toFile(), completion);
        for (String name : tool().getSubcommands().keySet()) {
            assertThat(folder.resolve("zmtp-" + name + ".adoc"))
                    .content()
                    .contains("== Examples\n", "zmtp " + name, "*--help*");
        }
        assertThat(folder.resolve("zmtp-pull.adoc"))
                .content()
                .contains("tcp://{asterisk}:5555, tcp://127.0.0.1:{asterisk}") // else it would be bold
                .contains("zmtp pull --bind 'tcp://*:5557'");
        assertThat(folder.resolve("zmtp.adoc")).content().contains("== Exit status", "130");
        assertThat(completion).content().contains("complete -F", "--transient");
    }
}
