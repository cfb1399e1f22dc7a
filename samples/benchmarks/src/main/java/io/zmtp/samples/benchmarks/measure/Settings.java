package io.zmtp.samples.benchmarks.measure;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.SocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code key=value} arguments of a peer; keys it does not know are ignored. */
public record Settings(Map<String, String> values) {

    public static Settings parse(List<String> arguments) {
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

    public String text(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    private double number(String key, double otherwise) {
        String text = values.get(key);
        return text == null ? otherwise : Double.parseDouble(text);
    }

    public String endpoint() {
        return text("endpoint", "tcp://127.0.0.1:5599");
    }

    /** Octets of each part. */
    public int size() {
        String text = values.get("text");
        return text == null ? (int) number("size", 100) : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What each part consists of: {@code text}, else zeros. */
    public byte[] payload() {
        String text = values.get("text");
        return text == null ? new byte[size()] : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Parts of each message. */
    public int parts() {
        return (int) number("parts", 1);
    }

    /** Sending threads. */
    public int threads() {
        return (int) number("threads", 1);
    }

    /** Requests a second. */
    public int rate() {
        return (int) number("rate", 1000);
    }

    /** Different topics, and with them prefixes to subscribe to. */
    public int topics() {
        return (int) number("topics", 0);
    }

    /** A topic such as those of a market feed: many begin alike, and no two end alike. */
    public static String topic(int number) {
        return "md.EX%02d.S%07d".formatted(number % 50, number);
    }

    /** The port of the endpoint, for peers that take no endpoint. */
    public int port() {
        return Integer.parseInt(endpoint().substring(endpoint().lastIndexOf(':') + 1));
    }

    /** How long to run before measuring. */
    public Duration warm() {
        return seconds("warm");
    }

    /** How long to measure. */
    public Duration window() {
        return seconds("secs");
    }

    /** From one sample to the next. */
    public Duration every() {
        return Duration.ofMillis((long) (number("every", 10) * 1000));
    }

    /** Where files go. */
    public Path folder() {
        return Path.of(text("dir", "."));
    }

    /** How long the slow consumer takes for a message. */
    public Duration delay() {
        return Duration.ofMillis((long) number("delay", 10));
    }

    /** Messages that may wait for each peer, each way. */
    public int hwm() {
        return (int) number("hwm", SocketOptions.DEFAULT_SEND_HWM);
    }

    public int subscribers() {
        return (int) number("subs", 1);
    }

    /** Whether a subscriber reads what it gets. */
    public boolean reads() {
        return number("read", 1) != 0;
    }

    /** Whether a publisher waits for its subscribers instead of dropping. */
    public boolean waits() {
        return number("nodrop", 0) != 0;
    }

    /** Handshakes at a time. */
    public int concurrency() {
        return (int) number("conc", 16);
    }

    public int connections() {
        return (int) number("conns", 2000);
    }

    /** How many peers number their messages in the first octets; 0 if none does. */
    public int senders() {
        return size() < Integer.BYTES ? 0 : (int) number("conns", 0);
    }

    /** The payload of a peer that numbers its messages, if there is room for that. */
    public byte[] payload(int sender) {
        byte[] payload = payload();
        if (payload.length >= Integer.BYTES) {
            ByteBuffer.wrap(payload).putInt(sender);
        }
        return payload;
    }

    /** Adds the mechanism of the side that binds: NULL, or CURVE with the keys that are given. */
    public SocketOptions serving(SocketOptions options) {
        return isCurve() ? options.mechanism(CurveMechanism.server(keys("server"), Authenticator.anyone())) : options;
    }

    /** Adds the mechanism of the side that connects. */
    public SocketOptions calling(SocketOptions options) {
        return isCurve()
                ? options.mechanism(CurveMechanism.client(Bytes.hex(text("server_pub", "")), keys("client")))
                : options;
    }

    /** Whether CURVE is asked for. */
    public boolean isCurve() {
        return text("mech", "null").equals("curve");
    }

    /** The octets of a key, such as {@code server_pub}. */
    public byte[] key(String name) {
        return Bytes.hex(text(name, "")).toByteArray();
    }

    private KeyPair keys(String side) {
        return KeyPair.of(Bytes.hex(text(side + "_pub", "")), Bytes.hex(text(side + "_sec", "")));
    }

    public boolean watchesTurns() {
        return number("turns", 0) != 0;
    }

    public boolean countsAllocation() {
        return number("alloc", 0) != 0;
    }

    private Duration seconds(String key) {
        return Duration.ofNanos((long) (number(key, 4) * 1e9));
    }
}
