package io.zmtp.samples.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/** The command line of {@code compare}: names of experiments, and {@code key=value}. */
record Options(List<String> names, Map<String, String> values) {
    private static final Set<String> KEYS =
            Set.of("reps", "out", "zmq", "jdk25", "spring", "tool", "warm", "secs", "foreign", "variants", "points");

    static Options parse(List<String> arguments) {
        List<String> names = new ArrayList<>();
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                names.add(argument);
            } else if (KEYS.contains(argument.substring(0, equals))) {
                values.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                throw new IllegalArgumentException(
                        "expected one of " + KEYS.stream().sorted().toList() + ", but \"" + argument + "\" came");
            }
        }
        return new Options(List.copyOf(names), Map.copyOf(values));
    }

    /** Runs of each variant at each point. */
    int repetitions() {
        return (int) number("reps").orElse(3);
    }

    /** Where the results go. */
    Path folder() {
        return Path.of(values.getOrDefault("out", "comparison"));
    }

    /** Where a program is, {@code auto} to look for it, or {@code off}. */
    String place(String key) {
        return values.getOrDefault(key, "auto");
    }

    /** How many processors others may use during a run that counts. */
    double foreign() {
        return number("foreign").orElse(0.15);
    }

    /** The experiment with the warm-up and the window that are asked for, if they are. */
    Experiment.Timing timing(Experiment experiment) {
        return new Experiment.Timing(
                number("warm").orElse(experiment.timing().warm()),
                number("secs").orElse(experiment.timing().window()));
    }

    boolean wants(Variant variant) {
        return isAmong("variants", variant.name());
    }

    boolean wants(long point) {
        return isAmong("points", Long.toString(point));
    }

    private boolean isAmong(String key, String value) {
        String list = values.get(key);
        return list == null || Stream.of(list.split(",")).map(String::strip).anyMatch(value::equals);
    }

    private OptionalDouble number(String key) {
        String text = values.get(key);
        try {
            return text == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(key + ": expected a number, but it is \"" + text + "\"", wrong);
        }
    }
}
