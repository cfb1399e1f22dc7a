package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class GoalTests {

    @Test
    void aRatioIsHowManyTimesAsFastTheVariantIs() {
        Goal goal = Goal.ratio("ours", "libzmq", 2);

        OptionalDouble reached = goal.reached(Metric.RATE, medians(Map.of("ours", 300.0, "libzmq", 100.0)));

        assertThat(reached).hasValue(3);
        assertThat(goal.isMet(3)).isTrue();
        assertThat(goal.isMet(1.9)).isFalse();
    }

    @Test
    void aRatioOfTimesIsAboveOneIfTheVariantIsSooner() {
        OptionalDouble reached =
                Goal.ratio("ours", "libzmq", 1).reached(Metric.SECONDS, medians(Map.of("ours", 1.0, "libzmq", 4.0)));

        assertThat(reached).hasValue(4);
    }

    @Test
    void aLimitIsCheckedByItself() {
        Goal goal = Goal.most("ours", "kib", 12);

        assertThat(goal.reached(Metric.MEMORY_OF_CONNECTION, medians(Map.of("ours", 12.5))))
                .hasValue(12.5);
        assertThat(goal.isMet(12.5)).isFalse();
        assertThat(goal.isMet(12)).isTrue();
    }

    @Test
    void whatWasNotMeasuredIsNeitherMetNorMissed() {
        assertThat(Goal.ratio("ours", "libzmq", 2).reached(Metric.RATE, medians(Map.of("ours", 3.0))))
                .isEmpty();
    }

    @Test
    void whatIsHeldMayLoseATenth() {
        Goal goal = Goal.held("ours", "libzmq", 5);

        assertThat(goal.isMet(4.5)).isTrue();
        assertThat(goal.isMet(4.4)).isFalse();
    }

    private static BiFunction<String, String, OptionalDouble> medians(Map<String, Double> values) {
        return (variant, key) ->
                values.containsKey(variant) ? OptionalDouble.of(values.get(variant)) : OptionalDouble.empty();
    }
}
