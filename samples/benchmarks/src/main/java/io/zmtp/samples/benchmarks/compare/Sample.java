package io.zmtp.samples.benchmarks.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one run gave, by name: {@code n} and {@code s} of its window, {@code rate}, times in µs, {@code alloc} in octets a
 * message, {@code cpuServer} and {@code cpuClient} in µs a message, {@code memoryServer} and {@code memoryClient} in MiB,
 * and {@code foreign}, the processors that others used meanwhile.
 */
final class Sample {
    private final Map<String, Double> values = new LinkedHashMap<>();

    void put(String key, double value) {
        if (Double.isFinite(value)) {
            values.put(key, value);
        }
    }

    void putAll(Line line) {
        line.values().forEach(this::put);
    }

    void putRate() {
        put("rate", values.getOrDefault("n", 0.0) / values.getOrDefault("s", 0.0));
    }

    OptionalDouble get(String key) {
        Double value = values.get(key);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    Map<String, Double> values() {
        return Collections.unmodifiableMap(values);
    }
}
