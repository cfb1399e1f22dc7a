package io.zmtp.spring.health;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.replay.ReplayCounts;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.discovery.Followed;
import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@code /actuator/zmtp}: the sockets with their endpoints, peers and listeners; and, where write access is given, a way to
 * pause the listeners of one, and to resume them.
 *
 * @since 0.1
 */
@org.springframework.boot.actuate.endpoint.annotation.Endpoint(id = "zmtp")
public final class ZmtpEndpoint {

    private final ZmtpSockets sockets;
    private final SocketWatch watch;
    private final Followed followed;
    private final @Nullable ZmtpListenerRegistry listeners;

    ZmtpEndpoint(ZmtpSockets sockets, SocketWatch watch, Followed followed, @Nullable ZmtpListenerRegistry listeners) {
        this.sockets = sockets;
        this.watch = watch;
        this.followed = followed;
        this.listeners = listeners;
    }

    /**
     * All sockets.
     *
     * @param sockets by their names
     */
    public record SocketsDescriptor(List<SocketDescriptor> sockets) {}

    /**
     * One socket.
     *
     * @param state {@code CLOSED}; else {@code FAILED}, {@code RETRYING} or {@code PAUSED} if one of its listeners is, see
     *     {@link ListenerState}; else {@code RUNNING}
     * @param dropped how many messages were not delivered since the start, by reason
     * @param delivery how much is promised of its messages: {@code NONE}, {@code TAKEN_OVER}, {@code ONCE} or {@code DONE}
     * @param underWay what was sent and is not acknowledged yet, of each peer
     * @param replay the history of a publication, or what a subscription with a replay has seen; else null
     */
    public record SocketDescriptor(
            String name,
            String type,
            String state,
            List<EndpointDescriptor> endpoints,
            Map<String, String> follows,
            List<PeerDescriptor> peers,
            Map<DropReason, Long> dropped,
            List<String> listeners,
            String delivery,
            List<UnderWayDescriptor> underWay,
            @Nullable Object replay) {}

    /**
     * What was sent to a peer and is not acknowledged yet.
     *
     * @param peer its address; null if it is not known
     * @param connected whether it is connected now; else what it has is kept for it
     * @param oldestMs for how many milliseconds the oldest message has been under way
     */
    public record UnderWayDescriptor(
            String endpoint, @Nullable String peer, boolean connected, long messages, long bytes, long oldestMs) {}

    /**
     * The history of a publication.
     *
     * @param epoch of which start of the publisher it is
     * @param oldest the number of the first message in it
     * @param next the number that the next message gets
     * @param bytes how much memory it takes
     */
    public record HistoryDescriptor(long epoch, long oldest, long next, long bytes) {}

    /**
     * What a subscription with a replay has seen since the start.
     *
     * @param lost how many numbers could not be had any more
     * @param openGapMs for how many milliseconds messages have been missing that may still come; null if there are none
     */
    public record SubscriptionDescriptor(
            long received,
            long replayed,
            long gaps,
            long lost,
            long duplicates,
            long malformed,
            @Nullable Long openGapMs) {}

    /** One endpoint of a socket, with its last failure. */
    public record EndpointDescriptor(
            String uri, String role, @Nullable String lastError) {}

    /**
     * One peer of a socket.
     *
     * @param since when it joined
     * @param rttMs how many milliseconds the last heartbeat took to be answered; null without heartbeats
     * @param queued how many messages wait to be written to it
     * @param unread how many messages of it wait to be received
     */
    public record PeerDescriptor(
            @Nullable String address,
            String type,
            String zmtp,
            String routingId,
            @Nullable String userId,
            boolean encrypted,
            Instant since,
            @Nullable Double rttMs,
            TrafficDescriptor received,
            TrafficDescriptor sent,
            long queued,
            long unread) {}

    /** What came from a peer, or went to it, since it joined; not counted over {@code inproc} and {@code udp}. */
    public record TrafficDescriptor(long messages, long bytes) {}

    /** {@return all sockets} */
    @ReadOperation
    public SocketsDescriptor sockets() {
        Map<String, SocketDescriptor> all = new TreeMap<>();
        sockets.all().forEach((name, socket) -> all.put(name, describe(name, socket)));
        sockets.replays().subscriptions().forEach((name, each) -> all.put(name, describe(each)));
        return new SocketsDescriptor(List.copyOf(all.values()));
    }

    /** {@return one socket; null if there is none of that name} */
    @ReadOperation
    public @Nullable SocketDescriptor socket(@Selector String name) {
        ZmtpSocket socket = sockets.all().get(name);
        return socket == null
                ? sockets.replays().subscription(name).map(this::describe).orElse(null)
                : describe(name, socket);
    }

    /**
     * Pauses or resumes the listeners of a socket.
     *
     * @param action {@code pause} or {@code resume}
     */
    @WriteOperation
    public @Nullable SocketDescriptor steer(@Selector String name, Action action) {
        ListenersOf of = listenersOf(name);
        of.ids().forEach(id -> {
            if (action == Action.PAUSE) {
                of.registry().pause(id);
            } else {
                of.registry().resume(id);
            }
        });
        return socket(name);
    }

    /** What can be done to the listeners of a socket. */
    public enum Action {
        /** Take no more messages. */
        PAUSE,
        /** Take messages again. */
        RESUME
    }

    private record ListenersOf(ZmtpListenerRegistry registry, List<String> ids) {}

    private ListenersOf listenersOf(String name) {
        if (listeners == null || listeners.idsOf(name).isEmpty()) {
            String why = "the socket '" + name + "': expected one with listeners, but it has none";
            throw new InvalidEndpointRequestException(why, why);
        }
        return new ListenersOf(listeners, listeners.idsOf(name));
    }

    private SocketDescriptor describe(String name, ZmtpSocket socket) {
        Map<String, ListenerState> states = statesOf(name);
        return new SocketDescriptor(
                name,
                socket.type().name(),
                socket.isDisposed() ? "CLOSED" : worst(states.values()).name(),
                socket.endpoints().stream()
                        .map(endpoint -> describe(name, endpoint))
                        .toList(),
                followed.of(name),
                socket.peers().stream().map(ZmtpEndpoint::describe).toList(),
                socket.drops(),
                List.copyOf(states.keySet()),
                socket.delivery().level().name(),
                socket.underWay().stream().map(ZmtpEndpoint::describe).toList(),
                socket instanceof PubSocket
                        ? sockets.replays()
                                .publisher(name)
                                .map(each ->
                                        new HistoryDescriptor(each.epoch(), each.oldest(), each.next(), each.held()))
                                .orElse(null)
                        : null);
    }

    private Map<String, ListenerState> statesOf(String name) {
        ZmtpListenerRegistry registry = listeners;
        return registry == null ? Map.of() : registry.statesOf(name);
    }

    private SocketDescriptor describe(ReplaySubscription subscription) {
        Map<String, ListenerState> states = statesOf(subscription.name());
        List<ZmtpSocket> now = subscription.sockets();
        Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
        now.forEach(socket -> socket.drops().forEach((reason, count) -> dropped.merge(reason, count, Long::sum)));
        ReplayCounts counts = subscription.subscriber().counts();
        return new SocketDescriptor(
                subscription.name(),
                SocketType.SUB.name(),
                worst(states.values()).name(),
                now.stream()
                        .flatMap(socket -> socket.endpoints().stream())
                        .map(endpoint -> describe(subscription.name(), endpoint))
                        .toList(),
                Map.of(),
                now.stream()
                        .flatMap(socket -> socket.peers().stream())
                        .map(ZmtpEndpoint::describe)
                        .toList(),
                dropped,
                List.copyOf(states.keySet()),
                DeliveryLevel.NONE.name(),
                List.of(),
                new SubscriptionDescriptor(
                        counts.received(),
                        counts.replayed(),
                        counts.gaps(),
                        counts.lost(),
                        counts.duplicates(),
                        counts.malformed(),
                        counts.openFor().map(Duration::toMillis).orElse(null)));
    }

    private static ListenerState worst(Collection<ListenerState> states) {
        return Stream.of(ListenerState.FAILED, ListenerState.RETRYING, ListenerState.PAUSED)
                .filter(states::contains)
                .findFirst()
                .orElse(ListenerState.RUNNING);
    }

    private EndpointDescriptor describe(String name, Endpoint endpoint) {
        return new EndpointDescriptor(
                endpoint.toString(),
                watch.isBound(name, endpoint) ? "bind" : "connect",
                watch.trouble(name, endpoint).map(SocketWatch.Trouble::error).orElse(null));
    }

    private static UnderWayDescriptor describe(UnderWay each) {
        Peer peer = each.peer();
        return new UnderWayDescriptor(
                each.endpoint().toString(),
                peer == null || peer.address() == null
                        ? null
                        : Printable.of(peer.address().toString()),
                each.isConnected(),
                each.messages(),
                each.bytes(),
                each.oldest().toMillis());
    }

    private static PeerDescriptor describe(ConnectedPeer each) {
        Peer peer = each.peer();
        return new PeerDescriptor(
                peer.address() == null ? null : Printable.of(peer.address().toString()),
                peer.socketType().name(),
                peer.major() + "." + peer.minor(),
                each.routingId().isEmpty()
                        ? peer.routingId().toString()
                        : each.routingId().toString(),
                peer.userId() == null ? null : Printable.of(peer.userId()),
                each.connection()
                        .map(connection ->
                                connection.isEncrypted() || connection.tls().isPresent())
                        .orElse(false),
                Instant.now().minus(each.connectedFor()).truncatedTo(ChronoUnit.MILLIS),
                each.roundTrip().map(ZmtpEndpoint::milliseconds).orElse(null),
                new TrafficDescriptor(each.messagesReceived(), each.bytesReceived()),
                new TrafficDescriptor(each.messagesSent(), each.bytesSent()),
                each.queued(),
                each.unread());
    }

    private static double milliseconds(Duration time) {
        return (double) time.toNanos() / 1_000_000;
    }
}
