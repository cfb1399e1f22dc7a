package io.zmtp.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes do what their page says. */
@Timeout(60)
class RecipeTests {

    private static final Path SOURCES = Path.of("src/main/java/io/zmtp/samples/recipes");
    private static final Path PAGE = Path.of("../../docs/recipes.md");

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
                .containsSubsequence("quick: done", "slow: no answer in time", "quick: done")
                .contains("slow: the server gave it up");
    }

    @Test
    void aCollectorSendsAgainWhatIsMissing() {
        Collector.main(new String[0]);
        assertThat(lines()).containsExactly("the sum of 100 squares is 338350");
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
