package io.zmtp.samples.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The samples of one experiment. Runs that others disturbed count only at a point where a variant has no other.
 */
final class Results {
    private record Cell(long point, String variant) {}

    private final Experiment experiment;
    private final Map<Cell, List<Sample>> quiet = new LinkedHashMap<>();
    private final Map<Cell, List<Sample>> disturbed = new LinkedHashMap<>();

    Results(Experiment experiment) {
        this.experiment = experiment;
    }

    Experiment experiment() {
        return experiment;
    }

    void add(long point, Variant variant, Sample sample, boolean isDisturbed) {
        (isDisturbed ? disturbed : quiet)
                .computeIfAbsent(new Cell(point, variant.name()), cell -> new ArrayList<>())
                .add(sample);
    }

    /** Whether only runs that were disturbed are there. */
    boolean isDisturbed(long point, String variant) {
        Cell cell = new Cell(point, variant);
        return !quiet.containsKey(cell) && disturbed.containsKey(cell);
    }

    /** A value of each run that counts. */
    List<Double> values(long point, String variant, String key) {
        Cell cell = new Cell(point, variant);
        return quiet.getOrDefault(cell, disturbed.getOrDefault(cell, List.of())).stream()
                .map(sample -> sample.get(key))
                .flatMap(value -> value.stream().boxed())
                .toList();
    }

    OptionalDouble median(long point, String variant, String key) {
        List<Double> values = values(point, variant, key);
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Statistics.median(values));
    }

    /** The medians of a variant by the points at which it was measured. */
    SortedMap<Long, Double> curve(String variant) {
        SortedMap<Long, Double> curve = new TreeMap<>();
        for (long point : experiment.axis().points()) {
            median(point, variant, experiment.metric().key()).ifPresent(value -> curve.put(point, value));
        }
        return curve;
    }
}
