package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.SocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code key=value} arguments of a peer; keys it does not know are ignored. */
record Settings(Map<String, String> values) {

    static Settings parse(List<String> arguments) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("expected key=value, not \"" + argument + "\"");
            }
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return new Settings(Map.copyOf(values));
    }

    String text(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    private double number(String key, double otherwise) {
        String text = values.get(key);
        return text == null ? otherwise : Double.parseDouble(text);
    }

    String endpoint() {
        return text("endpoint", "tcp://127.0.0.1:5599");
    }

    int size() {
        return (int) number("size", 100);
    }

    /** How long to run before measuring. */
    Duration warm() {
        return seconds("warm");
    }

    /** How long to measure. */
    Duration window() {
        return seconds("secs");
    }

    /** From one sample to the next. */
    Duration every() {
        return Duration.ofMillis((long) (number("every", 10) * 1000));
    }

    /** Where files go. */
    Path folder() {
        return Path.of(text("dir", "."));
    }

    /** How long the slow consumer takes for a message. */
    Duration delay() {
        return Duration.ofMillis((long) number("delay", 10));
    }

    /** Messages that may wait for each peer, each way. */
    int hwm() {
        return (int) number("hwm", SocketOptions.DEFAULT_SEND_HWM);
    }

    int subscribers() {
        return (int) number("subs", 1);
    }

    /** Whether a publisher waits for its subscribers instead of dropping. */
    boolean waits() {
        return number("nodrop", 0) != 0;
    }

    /** Handshakes at a time. */
    int concurrency() {
        return (int) number("conc", 16);
    }

    int connections() {
        return (int) number("conns", 2000);
    }

    /** Adds the mechanism of the side that binds: NULL, or CURVE with the keys that are given. */
    SocketOptions serving(SocketOptions options) {
        return isCurve() ? options.mechanism(CurveMechanism.server(keys("server"), Authenticator.anyone())) : options;
    }

    /** Adds the mechanism of the side that connects. */
    SocketOptions calling(SocketOptions options) {
        return isCurve()
                ? options.mechanism(CurveMechanism.client(Bytes.hex(text("server_pub", "")), keys("client")))
                : options;
    }

    private boolean isCurve() {
        return text("mech", "null").equals("curve");
    }

    private KeyPair keys(String side) {
        return KeyPair.of(Bytes.hex(text(side + "_pub", "")), Bytes.hex(text(side + "_sec", "")));
    }

    boolean watchesTurns() {
        return number("turns", 0) != 0;
    }

    boolean countsAllocation() {
        return number("alloc", 0) != 0;
    }

    private Duration seconds(String key) {
        return Duration.ofNanos((long) (number(key, 4) * 1e9));
    }
}
