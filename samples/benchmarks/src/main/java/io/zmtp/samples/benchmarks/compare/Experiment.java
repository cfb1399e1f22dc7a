package io.zmtp.samples.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A row of the table: what is measured, in which variants, and what is expected. The first variant is the one that the
 * others are beside.
 *
 * @param name for the command line
 * @param title what happens
 * @param metric what is compared
 * @param axis what changes
 * @param timing how long each run takes
 * @param settings for all peers
 * @param variants what is compared
 * @param goals what is expected
 */
record Experiment(
        String name,
        String title,
        Metric metric,
        Axis axis,
        Timing timing,
        Map<String, String> settings,
        List<Variant> variants,
        List<Goal> goals) {

    private static final double HELD_ON_25 = 0.9;

    /**
     * The warm-up and the window of a run, in seconds.
     *
     * @param warm for a JVM; a native peer needs one second at most
     * @param window in which it is measured
     */
    record Timing(double warm, double window) {
        private static final double NATIVE = 1;

        double warm(Variant variant) {
            return variant.isNative() ? Math.min(NATIVE, warm) : warm;
        }
    }

    static Experiment of(String name, String title, Metric metric) {
        return new Experiment(name, title, metric, Axis.NONE, new Timing(4, 2), Map.of(), List.of(), List.of());
    }

    Experiment along(String key, String unit, long... points) {
        return new Experiment(name, title, metric, Axis.of(key, unit, points), timing, settings, variants, goals);
    }

    Experiment timing(double warm, double window) {
        return new Experiment(name, title, metric, axis, new Timing(warm, window), settings, variants, goals);
    }

    Experiment with(String key, Object value) {
        return with(Map.of(key, value.toString()));
    }

    Experiment with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(more);
        return new Experiment(name, title, metric, axis, timing, Map.copyOf(all), variants, goals);
    }

    Experiment variant(String variant, Peer... peers) {
        return variant(variant, Procedure.WINDOW, peers);
    }

    Experiment variant(String variant, Procedure procedure, Peer... peers) {
        return variant(new Variant(variant, procedure, List.of(peers)));
    }

    Experiment variant(Variant variant) {
        return new Experiment(name, title, metric, axis, timing, settings, append(variants, variant), goals);
    }

    Experiment goal(Goal goal) {
        return new Experiment(name, title, metric, axis, timing, settings, variants, append(goals, goal));
    }

    /** With its first variant on the newer JDK too, which must not be much slower there, unless it has one already. */
    Experiment alsoOn25() {
        Variant first = variants.get(0);
        if (!first.canMove() || variants.stream().anyMatch(Variant::isOn25)) {
            return this;
        }
        Variant moved = first.on25();
        return variant(moved).goal(Goal.ratio(moved.name(), first.name(), HELD_ON_25));
    }

    private static <T> List<T> append(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
