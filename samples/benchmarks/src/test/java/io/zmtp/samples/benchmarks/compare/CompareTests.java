package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTests {

    /** Whole processes, for a moment: that a result comes, and not which. */
    @Test
    void anExperimentRunsFromItsDeclarationToItsPlot(@TempDir Path folder) throws Exception {
        Experiment experiment = Experiment.of("moment", "PUSH to PULL", Metric.RATE)
                .timing(0.05, 0.1)
                .variant("ours", Peer.ours("pull"), Peer.ours("push"))
                .variant(
                        "a role that fails",
                        Peer.ours("pull"),
                        Peer.ours("push").with("api", "none"));
        Options options = Options.parse(List.of("reps=1", "zmq=off", "jdk25=off", "foreign=100", "out=" + folder));

        List<Results> all;
        try (Programs programs = Programs.find(options)) {
            all = Compare.run(
                    List.of(experiment.variant("libzmq", Peer.libzmq("pull"), Peer.libzmq("push"))), options, programs);
        }

        assertThat(all).singleElement().satisfies(results -> {
            assertThat(results.median(Axis.ONLY, "ours", "rate").orElseThrow()).isPositive();
            assertThat(results.median(Axis.ONLY, "libzmq", "rate")).isEmpty();
        });
        assertThat(Files.readAllLines(folder.resolve("results.jsonl")))
                .hasSize(3)
                .anyMatch(line -> line.contains("\"error\":\"a role that fails, push ended without START: "));
        assertThat(folder.resolve("moment.svg")).isNotEmptyFile();
    }
}
