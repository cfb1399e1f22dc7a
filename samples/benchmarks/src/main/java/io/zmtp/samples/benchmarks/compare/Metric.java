package io.zmtp.samples.benchmarks.compare;

/**
 * What is compared.
 *
 * @param key the value's name in a sample
 * @param unit its unit
 * @param isMoreBetter whether a higher value is the better one
 */
record Metric(String key, String unit, boolean isMoreBetter) {
    static final Metric RATE = new Metric("rate", "messages/s", true);
    static final Metric HANDSHAKES = new Metric("rate", "handshakes/s", true);
    static final Metric CALLS = new Metric("rate", "calls/s", true);
    static final Metric MEDIAN_TIME = new Metric("p50us", "µs, median", false);
    static final Metric LATE_TIME = new Metric("p99us", "µs, 99th percentile", false);
    static final Metric SECONDS = new Metric("s", "s", false);
    static final Metric MEMORY_OF_CONNECTION = new Metric("kib", "KiB a connection", false);

    /** How many times as good the first is as the second: above 1 it is better, whichever way the metric goes. */
    double ratio(double first, double second) {
        return isMoreBetter ? first / second : second / first;
    }
}
