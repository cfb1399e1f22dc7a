package io.zmtp.samples.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a peer prints: a word, and {@code key=number} after it.
 *
 * @param word the first word
 * @param values what follows
 */
record Line(String word, Map<String, Double> values) {

    static Line parse(String text) {
        String[] words = text.strip().split("\\s+");
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals > 0) {
                number(words[i].substring(equals + 1), values, words[i].substring(0, equals));
            } else if (words.length == 2) {
                number(words[i], values, "value");
            }
        }
        return new Line(words[0], Map.copyOf(values));
    }

    /** Peers may print other things too; these are no values. */
    private static void number(String text, Map<String, Double> values, String key) {
        try {
            values.put(key, Double.parseDouble(text));
        } catch (NumberFormatException other) {
            return;
        }
    }

    double get(String key) {
        Double value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(word + ": expected a value \"" + key + "\", but there are " + values);
        }
        return value;
    }
}
