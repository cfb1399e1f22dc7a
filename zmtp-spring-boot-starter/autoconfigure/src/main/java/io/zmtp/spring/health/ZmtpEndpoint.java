package io.zmtp.spring.health;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.discovery.Followed;
import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
     */
    public record SocketDescriptor(
            String name,
            String type,
            String state,
            List<EndpointDescriptor> endpoints,
            Map<String, String> follows,
            List<PeerDescriptor> peers,
            Map<DropReason, Long> dropped,
            List<String> listeners) {}

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
        return new SocketsDescriptor(sockets.all().entrySet().stream()
                .map(each -> describe(each.getKey(), each.getValue()))
                .toList());
    }

    /** {@return one socket; null if there is none of that name} */
    @ReadOperation
    public @Nullable SocketDescriptor socket(@Selector String name) {
        ZmtpSocket socket = sockets.all().get(name);
        return socket == null ? null : describe(name, socket);
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
        ZmtpListenerRegistry registry = listeners;
        Map<String, ListenerState> states = registry == null ? Map.of() : registry.statesOf(name);
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
                List.copyOf(states.keySet()));
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
