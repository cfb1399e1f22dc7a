package io.zmtp.samples.benchmarks.compare;

import java.util.List;
import java.util.stream.Stream;

/** All experiments. */
final class Catalogue {
    static final List<Experiment> ALL = Stream.of(
                    BasicExperiments.all(), PeerExperiments.all(), SpringExperiments.all())
            .flatMap(List::stream)
            .map(Experiment::alsoOn25)
            .toList();

    private Catalogue() {}
}
