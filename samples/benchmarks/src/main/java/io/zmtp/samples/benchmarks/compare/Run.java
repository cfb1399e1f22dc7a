package io.zmtp.samples.benchmarks.compare;

import java.util.HashMap;
import java.util.Map;

/**
 * One run of one variant.
 *
 * @param repetition from 1
 */
record Run(Experiment experiment, long point, Variant variant, int repetition, Experiment.Timing timing) {
    /** What starting and ending the processes takes, in seconds, until it is known better. */
    private static final double AROUND = 3;

    double expectedSeconds() {
        return timing.warm(variant) + timing.window() + AROUND;
    }

    /** The settings of all its peers. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(experiment.settings());
        if (!experiment.axis().isNone()) {
            settings.put(experiment.axis().key(), Long.toString(point));
        }
        return settings;
    }

    @Override
    public String toString() {
        return "%s %s %s, run %d"
                .formatted(experiment.name(), experiment.axis().label(point), variant.name(), repetition)
                .replace("  ", " ");
    }
}
