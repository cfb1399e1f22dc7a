package io.zmtp.samples.benchmarks.compare;

import io.zmtp.samples.benchmarks.plot.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The goals of the experiments that were run, and whether they are met. */
final class Verdicts {
    private Verdicts() {}

    /** One line for each goal at each of its points, and one for each cliff in our curves. */
    static List<String> of(List<Results> all) {
        List<String> lines = new ArrayList<>();
        for (Results results : all) {
            for (Goal goal : results.experiment().goals()) {
                for (long point : results.experiment().axis().points()) {
                    if (goal.isAt(point)) {
                        lines.add(verdict(results, goal, point));
                    }
                }
            }
            for (Variant variant : results.experiment().variants()) {
                if (variant.isOurs()) {
                    lines.addAll(cliffs(results, variant));
                }
            }
        }
        return lines;
    }

    private static List<String> cliffs(Results results, Variant variant) {
        return Statistics.cliffs(results.experiment().metric(), results.curve(variant.name())).stream()
                .map(point -> line("missed", results.experiment(), point, variant.name() + ": no cliff", ""))
                .toList();
    }

    private static String verdict(Results results, Goal goal, long point) {
        Experiment experiment = results.experiment();
        OptionalDouble reached =
                goal.reached(experiment.metric(), (variant, key) -> results.median(point, variant, key));
        if (reached.isEmpty()) {
            return line("not measured", experiment, point, goal.toString(), "");
        }
        boolean isDisturbed =
                results.isDisturbed(point, goal.variant()) || results.isDisturbed(point, goal.reference());
        return line(
                goal.isMet(reached.getAsDouble()) ? "met" : "missed",
                experiment,
                point,
                goal.toString(),
                Numbers.brief(reached.getAsDouble()) + (isDisturbed ? " ~" : ""));
    }

    private static String line(String word, Experiment experiment, long point, String goal, String reached) {
        String where = (experiment.name() + " " + experiment.axis().label(point)).strip();
        return "%-12s  %-32s  %-58s  %s".formatted(word, where, goal, reached).stripTrailing();
    }
}
