package io.zmtp.reactive.monitor;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a socket, at one of its endpoints.
 *
 * @since 0.1
 */
public sealed interface MonitorEvent {

    /** {@return the endpoint that was bound or connected, with the port that was picked} */
    Endpoint endpoint();

    /** The endpoint is bound. */
    record Listening(Endpoint endpoint) implements MonitorEvent {}

    /** The endpoint could not be bound. */
    record BindFailed(Endpoint endpoint, Throwable cause) implements MonitorEvent {}

    /** A transport was accepted; the handshake begins. */
    record Accepted(Endpoint endpoint, @Nullable SocketAddress address) implements MonitorEvent {}

    /**
     * As many connections are open, or handshakes in progress, as there may be: whoever connects now waits until one ends.
     * Told at once, and then at most once a second.
     *
     * @param connections how many are open, handshakes in progress among them
     * @param handshakes how many handshakes are in progress
     * @param count how often it has come to that since the last event of this kind
     */
    record AcceptPaused(Endpoint endpoint, int connections, int handshakes, long count) implements MonitorEvent {}

    /** A transport was opened; the handshake begins. */
    record Connected(Endpoint endpoint, @Nullable SocketAddress address) implements MonitorEvent {}

    /** A connection could not be had, or was lost: the next attempt comes after the delay. */
    record Retrying(
            Endpoint endpoint,
            Duration delay,
            int attempt,
            @Nullable Throwable cause) implements MonitorEvent {}

    /** No further attempt is made, because the socket was told to stop at such a failure. */
    record GaveUp(Endpoint endpoint, Throwable cause) implements MonitorEvent {}

    /** The peer is there. */
    record HandshakeSucceeded(Endpoint endpoint, Peer peer, Duration took) implements MonitorEvent {}

    /** The peer, or we, did not agree. */
    record HandshakeFailed(Endpoint endpoint, @Nullable SocketAddress address, Throwable cause)
            implements MonitorEvent {}

    /**
     * A peer was refused, because the socket takes no further one, or none of that name; {@link HandshakeFailed} comes next.
     * The peer may try again.
     */
    record Refused(Endpoint endpoint, Peer peer, String why) implements MonitorEvent {}

    /** A peer has gone; what was lost with its connection is counted in {@code closed}. */
    record Disconnected(Endpoint endpoint, Peer peer, Closed closed) implements MonitorEvent {}

    /**
     * Messages were not delivered. Told at the first one, and then at most once a second for each reason and peer, with
     * what has been counted meanwhile.
     *
     * @param peer for whom they were, or from whom; null if for nobody
     * @param message one of them
     * @param count how many since the last event of this kind
     */
    record Dropped(Endpoint endpoint, @Nullable Peer peer, DropReason reason, Message message, long count)
            implements MonitorEvent {
        /** {@return all but what is in the message, for logs} */
        @Override
        public String toString() {
            return "Dropped[endpoint=" + endpoint + ", peer=" + peer + ", reason=" + reason + ", message of "
                    + message.size() + " parts, count=" + count + "]";
        }
    }

    /** The endpoint is no longer bound, or no longer connected to. */
    record Ended(Endpoint endpoint) implements MonitorEvent {}
}
