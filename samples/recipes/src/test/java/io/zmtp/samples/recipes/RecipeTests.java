package io.zmtp.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes do what their page says. */
@Timeout(60)
class RecipeTests {

    private static final Path SOURCES = Path.of("src/main/java/io/zmtp/samples/recipes");
    private static final Path PAGE = Path.of("../../docs/recipes.md");
    private static final Pattern SHOWN = Pattern.compile("/recipes/(\\w+[.]java)\\)|```java\n(.*?)```", Pattern.DOTALL);

    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final PrintStream out = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(out);
    }

    /** Below a link to a program the page shows parts of it, and it shows every program. */
    @Test
    void thePageShowsTheProgramsAsTheyAre() throws IOException {
        Matcher shown = SHOWN.matcher(Files.readString(PAGE));
        Set<String> programs = new TreeSet<>();
        String program = "";
        while (shown.find()) {
            if (shown.group(2) == null) {
                program = shown.group(1);
            } else {
                programs.add(program);
                assertThat(stripped(Files.readString(SOURCES.resolve(program))))
                        .as(program)
                        .contains(stripped(shown.group(2)));
            }
        }
        try (Stream<Path> files = Files.list(SOURCES)) {
            assertThat(programs)
                    .containsExactlyElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> !name.equals("package-info.java"))
                                    .sorted()
                                    .toList());
        }
    }

    @Test
    void thePageOnTestingShowsTestsThatRun() throws IOException {
        String tests = stripped(Files.readString(Path.of("src/test/java/io/zmtp/samples/recipes/TestingTests.java")));
        Matcher shown = BLOCK.matcher(Files.readString(Path.of("../../docs/testing.md")));
        assertThat(shown.results().map(block -> stripped(block.group(1))))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(tests).contains(block));
    }

    private static String stripped(String code) {
        return code.replaceAll("\\s+", "");
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aLazyPirateAsksAgain() {
        LazyPirate.main(new String[0]);
        assertThat(lines()).startsWith("no answer: asks again").endsWith("2 + 3 = 5");
    }

    @Test
    void aSimplePirateOutlivesAWorker() {
        SimplePirate.main(new String[0]);
        assertThat(lines())
                .contains("no answer: asks again")
                .containsSubsequence("task 1 by the other one", "task 2 by the other one", "task 3 by the other one");
    }

    @Test
    void aParanoidPirateNoticesAFrozenWorker() {
        ParanoidPirate.main(new String[0]);
        assertThat(lines())
                .containsExactly("a worker is gone: another one gets task 1", "task 1 by the one that lives");
    }

    @Test
    void aMajordomoKnowsServicesByName() {
        Majordomo.main(new String[0]);
        assertThat(lines()).containsExactly("hello", "HELLO", "200", "404");
    }

    @Test
    void aCloneBeginsWithTheLastValues() {
        Clone.main(new String[0]);
        assertThat(lines())
                .startsWith("{}")
                .endsWith("{cake=3.00, tea=1.30}", "{cake=3.00, milk=0.40, tea=1.30}")
                .doesNotContain("{tea=1.20}");
    }

    @Test
    void aFreelanceClientFindsTheServerThatWorks() {
        Freelance.main(new String[0]);
        assertThat(lines()).containsExactly("one after another: yes", "all at once: yes");
    }

    @Test
    void aBinaryStarTakesOverOnce() {
        BinaryStar.main(new String[0]);
        assertThat(lines())
                .containsExactly(
                        "the primary answers question 1",
                        "the backup takes over",
                        "the backup answers question 2",
                        "the backup answers question 3");
    }

    @Test
    void aDeadlineEndsTheWorkToo() {
        Deadline.main(new String[0]);
        assertThat(lines())
                .containsExactly(
                        "quick: done", "slow: the server gave it up", "slow: no answer in time", "quick: done");
    }

    @Test
    void aCollectorSendsAgainWhatIsMissing() {
        Collector.main(new String[0]);
        assertThat(lines()).containsExactly("the sum of 100 squares is 338350");
    }

    @Test
    void acknowledgedWorkIsDoneOrSetAside() {
        AcknowledgedWork.main(new String[0]);
        assertThat(lines())
                .containsExactly(
                        "set aside: nonsense", "cake: done", "coffee: done", "nonsense: not done", "tea: done");
    }

    @Test
    void aLateSubscriberGetsTheLastValue() {
        LastValue.main(new String[0]);
        assertThat(lines()).containsExactly("Oslo 4 °C");
    }

    @Test
    void aFileArrivesWhole() throws IOException {
        FileTransfer.main(new String[0]);
        assertThat(lines()).containsExactly("equal: true");
    }
}
