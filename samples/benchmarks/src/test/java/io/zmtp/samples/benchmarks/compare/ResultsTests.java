package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTests {
    private final Experiment experiment = Experiment.of("rates", "how fast", Metric.RATE)
            .along("size", "octets", 1, 10)
            .variant("ours", Peer.ours("pull"), Peer.ours("push"))
            .variant("libzmq", Peer.libzmq("pull"), Peer.libzmq("push"))
            .goal(Goal.ratio("ours", "libzmq", 2));

    private final Results results = new Results(experiment);
    private final Variant ours = experiment.variants().get(0);
    private final Variant libzmq = experiment.variants().get(1);

    @Test
    void runsThatWereDisturbedDoNotCountBesideOthers() {
        results.add(1, ours, rate(100), false);
        results.add(1, ours, rate(1), true);

        assertThat(results.median(1, "ours", "rate")).hasValue(100);
        assertThat(results.isDisturbed(1, "ours")).isFalse();
    }

    @Test
    void runsThatWereDisturbedCountIfThereAreNoOthers() {
        results.add(1, ours, rate(7), true);

        assertThat(results.median(1, "ours", "rate")).hasValue(7);
        assertThat(results.isDisturbed(1, "ours")).isTrue();
    }

    @Test
    void theTableHasARowForEachVariantAtEachPointWithTheRatioToTheFirst() {
        results.add(1, ours, rate(4_000_000), false);
        results.add(1, ours, rate(5_000_000), false);
        results.add(1, ours, rate(6_000_000), false);
        results.add(1, libzmq, rate(2_000_000), false);
        results.add(10, ours, rate(1_000), true);

        List<String> table = new Report(results).table();

        assertThat(table).hasSize(5);
        assertThat(table.get(2)).contains("size=1", "ours", "5 M", "4 M – 6 M");
        assertThat(table.get(3)).contains("libzmq", "2 M", "2.5");
        assertThat(table.get(4)).contains("size=10", "~1 k");
    }

    @Test
    void eachGoalIsMetMissedOrNotMeasuredAtEachPoint() {
        results.add(1, ours, rate(100), false);
        results.add(1, libzmq, rate(10), false);

        assertThat(Verdicts.of(List.of(results)))
                .satisfiesExactly(
                        met -> assertThat(met).startsWith("met").contains("size=1", "ours : libzmq ≥ 2", "10"),
                        none -> assertThat(none).startsWith("not measured").contains("size=10"));
    }

    @Test
    void aGoalThatIsMissedSaysWhatWasReached() {
        results.add(1, ours, rate(10), false);
        results.add(1, libzmq, rate(10), true);

        assertThat(Verdicts.of(List.of(results)).get(0)).startsWith("missed").endsWith("1 ~");
    }

    @Test
    void aCliffInACurveOfOursIsMissedAndOneOfAnotherLibraryIsNot() {
        Experiment growing = Experiment.of("growth", "how it grows", Metric.RATE)
                .along("conns", "peers", 1, 10, 100)
                .variant("ours", Peer.ours("pull"), Peer.ours("push"))
                .variant("libzmq", Peer.libzmq("pull"), Peer.libzmq("push"));
        Results curves = new Results(growing);
        for (Variant variant : growing.variants()) {
            curves.add(1, variant, rate(100), false);
            curves.add(10, variant, rate(10), false);
            curves.add(100, variant, rate(100), false);
        }

        assertThat(Verdicts.of(List.of(curves)))
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("missed").contains("conns=10", "ours: no cliff"));
    }

    private static Sample rate(double value) {
        Sample sample = new Sample();
        sample.put("n", value);
        sample.put("s", 1);
        sample.putRate();
        return sample;
    }
}
