package io.zmtp.reactive.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.Recorder;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and times sockets in a Micrometer registry: {@code options.recorder(MicrometerRecorder.of(registry))}. One
 * recorder may serve any number of sockets. Any thread may call.
 *
 * <p>All meters have the tags {@code zmtp.socket.type}, such as PUSH, and {@code endpoint}, bound or connected. None has the
 * peer as a tag, as there may be any number of peers.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>meter</th><th>what it counts or measures</th></tr>
 * <tr><td>{@code zmtp.messages.sent}, {@code zmtp.bytes.sent}</td><td>handed to the transport</td></tr>
 * <tr><td>{@code zmtp.messages.received}, {@code zmtp.bytes.received}</td><td>came from the transport</td></tr>
 * <tr><td>{@code zmtp.messages.dropped}</td><td>not delivered; tag {@code reason}, a {@link DropReason}</td></tr>
 * <tr><td>{@code zmtp.peers}</td><td>gauge: peers that are connected</td></tr>
 * <tr><td>{@code zmtp.handshakes}</td><td>timer: handshakes that succeeded</td></tr>
 * <tr><td>{@code zmtp.handshakes.failed}</td><td>handshakes that failed</td></tr>
 * <tr><td>{@code zmtp.accept.pauses}</td><td>how often a bound endpoint paused accepting, having all the connections it may</td></tr>
 * <tr><td>{@code zmtp.reconnects}</td><td>how often an endpoint waited for its next attempt to connect</td></tr>
 * <tr><td>{@code zmtp.ping}</td><td>timer: from PING to PONG</td></tr>
 * </table>
 *
 * @since 0.1
 */
public final class MicrometerRecorder implements Recorder {

    private record Where(SocketType type, Endpoint endpoint) {

        Tags tags() {
            return Tags.of("zmtp.socket.type", type.name(), "endpoint", endpoint.toString());
        }
    }

    private record Why(Where where, DropReason reason) {}

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<Where, Meters> meters = new ConcurrentHashMap<>();
    private final Map<Why, Counter> drops = new ConcurrentHashMap<>();

    private MicrometerRecorder(MeterRegistry registry, Tags tags) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.tags = tags;
    }

    /**
     * Makes a recorder for a registry.
     *
     * @param registry the registry
     * @return the recorder
     */
    public static MicrometerRecorder of(MeterRegistry registry) {
        return of(registry, Tags.empty());
    }

    /**
     * Makes a recorder whose meters have further tags.
     *
     * @param registry the registry
     * @param tags such as the name of the socket, by OpenTelemetry's key {@code messaging.destination.name}; all recorders of
     *     a registry must have the same keys
     * @return the recorder
     */
    public static MicrometerRecorder of(MeterRegistry registry, Iterable<Tag> tags) {
        return new MicrometerRecorder(registry, Tags.of(tags));
    }

    private Meters at(SocketType type, Endpoint endpoint) {
        return meters.computeIfAbsent(new Where(type, endpoint), where -> new Meters(registry, tags.and(where.tags())));
    }

    @Override
    public void sent(SocketType type, Endpoint endpoint, long messages, long bytes) {
        Meters at = at(type, endpoint);
        at.messagesSent.increment((double) messages);
        at.bytesSent.increment((double) bytes);
    }

    @Override
    public void received(SocketType type, Endpoint endpoint, long messages, long bytes) {
        Meters at = at(type, endpoint);
        at.messagesReceived.increment((double) messages);
        at.bytesReceived.increment((double) bytes);
    }

    @Override
    public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
        drops.computeIfAbsent(new Why(new Where(type, endpoint), reason), this::dropCounter)
                .increment((double) messages);
    }

    private Counter dropCounter(Why why) {
        return Counter.builder("zmtp.messages.dropped")
                .description("Messages that were not delivered")
                .tags(tags.and(why.where().tags()).and("reason", why.reason().name()))
                .register(registry);
    }

    @Override
    public void joined(SocketType type, Endpoint endpoint, Duration handshake) {
        Meters at = at(type, endpoint);
        at.peers.incrementAndGet();
        at.handshakes.record(handshake);
    }

    @Override
    public void left(SocketType type, Endpoint endpoint) {
        at(type, endpoint).peers.decrementAndGet();
    }

    @Override
    public void handshakeFailed(SocketType type, Endpoint endpoint) {
        at(type, endpoint).failures.increment();
    }

    @Override
    public void acceptPaused(SocketType type, Endpoint endpoint, long times) {
        at(type, endpoint).pauses.increment((double) times);
    }

    @Override
    public void retrying(SocketType type, Endpoint endpoint, Duration delay) {
        at(type, endpoint).reconnects.increment();
    }

    @Override
    public void roundTrip(SocketType type, Endpoint endpoint, Duration time) {
        at(type, endpoint).pings.record(time);
    }

    /** The meters of one type at one endpoint, made together, so that a dashboard shows zeros instead of nothing. */
    private static final class Meters {

        final Counter messagesSent;
        final Counter bytesSent;
        final Counter messagesReceived;
        final Counter bytesReceived;
        final AtomicInteger peers = new AtomicInteger();
        final Timer handshakes;
        final Counter failures;
        final Counter pauses;
        final Counter reconnects;
        final Timer pings;

        Meters(MeterRegistry registry, Tags tags) {
            messagesSent = counter("zmtp.messages.sent", "Messages that were handed to the transport", registry, tags);
            bytesSent = counter("zmtp.bytes.sent", "Octets on the wire of messages that were sent", registry, tags);
            messagesReceived =
                    counter("zmtp.messages.received", "Messages that came from the transport", registry, tags);
            bytesReceived = counter("zmtp.bytes.received", "Octets on the wire of messages that came", registry, tags);
            handshakes = timer("zmtp.handshakes", "Handshakes that succeeded", registry, tags);
            failures = counter("zmtp.handshakes.failed", "Handshakes that failed", registry, tags);
            pauses = counter("zmtp.accept.pauses", "How often no more peers were accepted for a while", registry, tags);
            reconnects = counter("zmtp.reconnects", "Waits for the next attempt to connect", registry, tags);
            pings = timer("zmtp.ping", "Time from a PING to its PONG", registry, tags);
            Gauge.builder("zmtp.peers", peers, AtomicInteger::get)
                    .description("Peers that are connected")
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
        }

        private static Counter counter(String name, String description, MeterRegistry registry, Tags tags) {
            return Counter.builder(name).description(description).tags(tags).register(registry);
        }

        private static Timer timer(String name, String description, MeterRegistry registry, Tags tags) {
            return Timer.builder(name).description(description).tags(tags).register(registry);
        }
    }
}
