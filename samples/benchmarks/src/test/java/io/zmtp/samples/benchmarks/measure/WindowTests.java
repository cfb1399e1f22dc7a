package io.zmtp.samples.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowTests {

    private static final Settings AT_ONCE = Settings.parse(List.of("warm=0", "secs=0"));

    private static String printed(Runnable action) {
        PrintStream usual = System.out;
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        System.setOut(new PrintStream(octets, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setOut(usual);
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsHowFairMessagesAreSharedWhileItIsOpen() {
        Window window = new Window(AT_ONCE, 4).among(2);

        String printed = printed(() -> {
            // What comes before it opens, with the eighth, does not count.
            IntStream.range(0, 8).forEach(i -> window.countFor(0));
            window.countFor(1);
            IntStream.range(0, 3).forEach(i -> window.countFor(0));
        });

        assertThat(printed).contains("RESULT n=4 ").contains(" fair=0.3333");
    }

    @Test
    void aPeerThatGetsNothingIsCountedToo() {
        Window window = new Window(AT_ONCE, 4).among(3);

        assertThat(printed(() -> IntStream.range(0, 12).forEach(i -> window.countFor(i % 2))))
                .contains(" fair=0.0000");
    }

    @Test
    void saysNothingOfFairnessWithoutSeveralPeers() {
        Window window = new Window(AT_ONCE, 4);

        assertThat(printed(() -> IntStream.range(0, 12).forEach(i -> window.count())))
                .contains("RESULT n=4 ")
                .doesNotContain("fair");
    }
}
