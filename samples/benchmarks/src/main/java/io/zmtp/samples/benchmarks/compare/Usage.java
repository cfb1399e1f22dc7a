package io.zmtp.samples.benchmarks.compare;

import java.util.List;

/**
 * What had been used at a moment.
 *
 * @param nanos of the clock
 * @param children processor seconds of each process of the run
 * @param machine processor seconds of the whole machine; not a number where that is not known
 */
record Usage(long nanos, List<Double> children, double machine) {

    /** How many processors others used since then. */
    double foreignSince(Usage before) {
        double own = 0;
        for (int i = 0; i < before.children.size(); i++) {
            own += childSince(before, i);
        }
        return (machine - before.machine - own) / ((nanos - before.nanos) / 1e9);
    }

    /** What one process used since then, in seconds. */
    double childSince(Usage before, int child) {
        return children.get(child) - before.children.get(child);
    }
}
