package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatisticsTests {

    @Test
    void theMedianIsTheValueInTheMiddle() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Statistics.median(List.of(4.0, 100.0, 1.0, 2.0))).isEqualTo(3);
    }

    @Test
    void aCurveThatFallsEvenlyHasNoCliff() {
        assertThat(cliffs(Map.of(1L, 1000.0, 10L, 100.0, 100L, 10.0, 1000L, 1.0)))
                .isEmpty();
    }

    @Test
    void aPointFarBelowItsNeighboursIsACliff() {
        assertThat(cliffs(Map.of(1L, 1000.0, 10L, 990.0, 100L, 400.0, 1000L, 950.0)))
                .containsExactly(100L);
    }

    @Test
    void theLastPointIsACliffIfItFallsOffTheTrendBeforeIt() {
        assertThat(cliffs(Map.of(1L, 1000.0, 10L, 1000.0, 100L, 100.0))).contains(100L);
    }

    @Test
    void oneTimeFarAboveItsNeighboursIsACliffToo() {
        assertThat(Statistics.cliffs(Metric.SECONDS, new TreeMap<>(Map.of(1L, 1.0, 10L, 5.0, 100L, 1.0))))
                .contains(10L);
    }

    private static List<Long> cliffs(Map<Long, Double> points) {
        return Statistics.cliffs(Metric.RATE, new TreeMap<>(points));
    }
}
