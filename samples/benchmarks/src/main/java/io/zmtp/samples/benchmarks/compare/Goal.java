package io.zmtp.samples.benchmarks.compare;

import io.zmtp.samples.benchmarks.plot.Numbers;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * What an experiment is to show.
 *
 * @param variant of which
 * @param reference beside which; empty if the bound is a value and no ratio
 * @param points at which points of the axis; all if empty
 * @param key of which value
 * @param isLeast whether the bound is the least that will do, or the most
 * @param bound the bound
 */
record Goal(String variant, String reference, List<Long> points, String key, boolean isLeast, double bound) {
    /** What is ahead already is to stay there, within the noise of the machine. */
    private static final double HELD = 0.9;

    /** At least so many times as good as the other one; see {@link Metric#ratio}. */
    static Goal ratio(String variant, String reference, double least, long... points) {
        return new Goal(variant, reference, Axis.of("", "", points).points(), "", true, least);
    }

    /** A ratio that was reached before: at least nine tenths of it. */
    static Goal held(String variant, String reference, double reached, long... points) {
        return ratio(variant, reference, HELD * reached, points);
    }

    static Goal least(String variant, String key, double bound, long... points) {
        return new Goal(variant, "", Axis.of("", "", points).points(), key, true, bound);
    }

    static Goal most(String variant, String key, double bound, long... points) {
        return new Goal(variant, "", Axis.of("", "", points).points(), key, false, bound);
    }

    boolean isAt(long point) {
        return points.isEmpty() || points.contains(point);
    }

    /** What was reached, from the medians by variant and key; nothing if it was not measured. */
    OptionalDouble reached(Metric metric, BiFunction<String, String, OptionalDouble> medians) {
        if (reference.isEmpty()) {
            return medians.apply(variant, key);
        }
        OptionalDouble ours = medians.apply(variant, metric.key());
        OptionalDouble theirs = medians.apply(reference, metric.key());
        return ours.isEmpty() || theirs.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(metric.ratio(ours.getAsDouble(), theirs.getAsDouble()));
    }

    boolean isMet(double reached) {
        return isLeast ? reached >= bound : reached <= bound;
    }

    @Override
    public String toString() {
        String sign = isLeast ? "≥ " : "≤ ";
        return reference.isEmpty()
                ? variant + ": " + key + " " + sign + Numbers.brief(bound)
                : variant + " : " + reference + " " + sign + Numbers.brief(bound);
    }
}
