package io.zmtp.samples.benchmarks.compare;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What changes from one point of an experiment to the next.
 *
 * @param key the setting that both peers are started with; empty if there is nothing that changes
 * @param unit what it counts
 * @param points its values
 */
record Axis(String key, String unit, List<Long> points) {
    /** The only point of an experiment in which nothing changes. */
    static final long ONLY = 0;

    static final Axis NONE = new Axis("", "", List.of(ONLY));

    static Axis of(String key, String unit, long... points) {
        return new Axis(key, unit, LongStream.of(points).boxed().toList());
    }

    boolean isNone() {
        return key.isEmpty();
    }

    @Override
    public String toString() {
        return key + "=" + points + ", " + unit;
    }

    /** The point for people, such as {@code size=100}; nothing if there is only one. */
    String label(long point) {
        return isNone() ? "" : key + "=" + point;
    }
}
