package io.zmtp.samples.benchmarks.compare;

import io.zmtp.samples.benchmarks.plot.Bars;
import io.zmtp.samples.benchmarks.plot.Curves;
import io.zmtp.samples.benchmarks.plot.Numbers;
import io.zmtp.samples.benchmarks.plot.Svg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** The results of one experiment as a table and as a plot. */
final class Report {
    private final Results results;
    private final Experiment experiment;
    private final String first;

    Report(Results results) {
        this.results = results;
        this.experiment = results.experiment();
        this.first = experiment.variants().get(0).name();
    }

    /** The lines of the table. A value with ~ comes from runs that other work on the machine disturbed. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("%s: %s, %s"
                .formatted(
                        experiment.name(),
                        experiment.title(),
                        experiment.metric().unit()));
        lines.add(row("", "", "median", "range", "runs", first + " : it", "cpu µs", "MiB", "alloc B", "others"));
        for (long point : experiment.axis().points()) {
            for (Variant variant : experiment.variants()) {
                List<Double> values = values(point, variant);
                if (!values.isEmpty()) {
                    lines.add(row(point, variant, values));
                }
            }
        }
        return lines;
    }

    private String row(long point, Variant variant, List<Double> values) {
        String name = variant.name();
        return row(
                experiment.axis().label(point),
                name,
                (results.isDisturbed(point, name) ? "~" : "") + Numbers.brief(Statistics.median(values)),
                Numbers.brief(Collections.min(values)) + " – " + Numbers.brief(Collections.max(values)),
                Integer.toString(values.size()),
                name.equals(first) ? "" : ratio(point, name),
                both(point, name, "cpuServer", "cpuClient"),
                both(point, name, "memoryServer", "memoryClient"),
                brief(results.median(point, name, "alloc")),
                brief(results.median(point, name, "foreign")));
    }

    private static String row(String... cells) {
        return "  %-16s %-34s %9s  %-19s %4s  %10s  %-15s %-13s %7s %7s"
                .formatted((Object[]) cells)
                .stripTrailing();
    }

    private List<Double> values(long point, Variant variant) {
        return results.values(point, variant.name(), experiment.metric().key());
    }

    /** How many times as good the first variant is as this one. */
    private String ratio(long point, String variant) {
        String key = experiment.metric().key();
        OptionalDouble ours = results.median(point, first, key);
        OptionalDouble theirs = results.median(point, variant, key);
        return ours.isEmpty() || theirs.isEmpty()
                ? ""
                : Numbers.brief(experiment.metric().ratio(ours.getAsDouble(), theirs.getAsDouble()));
    }

    private String both(long point, String variant, String server, String client) {
        String one = brief(results.median(point, variant, server));
        String other = brief(results.median(point, variant, client));
        return other.isEmpty() ? one : one + " + " + other;
    }

    private static String brief(OptionalDouble value) {
        return value.isEmpty() ? "" : Numbers.brief(value.getAsDouble());
    }

    /** Curves over the axis, or bars if there is none. */
    Svg plot() {
        return experiment.axis().isNone() ? bars() : curves();
    }

    private Svg bars() {
        String title = "%s: %s (%s : it)"
                .formatted(experiment.title(), experiment.metric().unit(), first);
        List<Bars.Bar> bars = new ArrayList<>();
        for (Variant variant : experiment.variants()) {
            results.median(Axis.ONLY, variant.name(), experiment.metric().key())
                    .ifPresent(value -> bars.add(new Bars.Bar(
                            variant.name(), value, remark(value, ratio(Axis.ONLY, variant.name()), variant))));
        }
        return Bars.draw(title, bars);
    }

    private String remark(double value, String ratio, Variant variant) {
        return Numbers.brief(value) + (variant.name().equals(first) || ratio.isEmpty() ? "" : " (" + ratio + ")");
    }

    private Svg curves() {
        Map<String, SortedMap<Double, Double>> curves = new LinkedHashMap<>();
        for (Variant variant : experiment.variants()) {
            SortedMap<Double, Double> points = new TreeMap<>();
            results.curve(variant.name()).forEach((at, value) -> points.put((double) at, value));
            if (!points.isEmpty()) {
                curves.put(variant.name(), points);
            }
        }
        return Curves.draw(
                experiment.title(),
                experiment.axis().unit(),
                experiment.metric().unit(),
                curves);
    }
}
