package io.zmtp.samples.benchmarks.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Every run, as one line of JSON in {@code results.jsonl}: those that failed or were disturbed too. */
final class Journal implements AutoCloseable {
    private final PrintWriter lines;

    Journal(Path folder) throws IOException {
        Files.createDirectories(folder);
        lines = new PrintWriter(Files.newBufferedWriter(folder.resolve("results.jsonl")), true);
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("processor", Machine.processor());
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("java", Runtime.version().toString());
        lines.println(json(machine));
    }

    void add(Run run, Sample sample, boolean isDisturbed) {
        Map<String, Object> values = described(run);
        values.put("disturbed", isDisturbed);
        values.putAll(sample.values());
        lines.println(json(values));
    }

    void addFailure(Run run, Exception failure) {
        Map<String, Object> values = described(run);
        values.put("error", failure.getMessage());
        lines.println(json(values));
    }

    private static Map<String, Object> described(Run run) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("experiment", run.experiment().name());
        if (!run.experiment().axis().isNone()) {
            values.put(run.experiment().axis().key(), run.point());
        }
        values.put("variant", run.variant().name());
        values.put("repetition", run.repetition());
        return values;
    }

    static String json(Map<String, Object> values) {
        return values.entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ":" + value(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Object value) {
        return value instanceof Number || value instanceof Boolean ? value.toString() : quoted(String.valueOf(value));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append(letter);
            } else if (letter < ' ') {
                quoted.append("\\u%04x".formatted((int) letter));
            } else {
                quoted.append(letter);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public void close() {
        lines.close();
    }
}
