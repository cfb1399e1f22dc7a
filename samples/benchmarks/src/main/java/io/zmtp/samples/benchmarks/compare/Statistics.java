package io.zmtp.samples.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The arithmetic of comparisons. */
final class Statistics {
    /** A point of a curve may be so many times worse than its neighbours let expect. */
    private static final double CLIFF = 2;

    private Statistics() {}

    /** The value in the middle, or the mean of the two in the middle. */
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * The points at which a curve falls off a cliff: more than twice worse than the straight line through their
     * neighbours, both axes logarithmic; for the last point, through the two before it.
     */
    static List<Long> cliffs(Metric metric, SortedMap<Long, Double> curve) {
        List<Map.Entry<Long, Double>> points = List.copyOf(curve.entrySet());
        List<Long> cliffs = new ArrayList<>();
        for (int i = 1; i < points.size() && points.size() > 2; i++) {
            int other = i + 1 < points.size() ? i + 1 : i - 2;
            double expected =
                    onLine(points.get(i - 1), points.get(other), points.get(i).getKey());
            if (metric.ratio(points.get(i).getValue(), expected) < 1 / CLIFF) {
                cliffs.add(points.get(i).getKey());
            }
        }
        return cliffs;
    }

    private static double onLine(Map.Entry<Long, Double> one, Map.Entry<Long, Double> other, long at) {
        double slope = Math.log(other.getValue() / one.getValue()) / Math.log((double) other.getKey() / one.getKey());
        return one.getValue() * Math.exp(slope * Math.log((double) at / one.getKey()));
    }
}
