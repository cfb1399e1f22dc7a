package io.zmtp.reactive.monitor;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a socket, at one of its endpoints. Emitted by {@link io.zmtp.reactive.socket.ZmtpSocket#monitor()}.
 *
 * @since 0.1
 */
public sealed interface MonitorEvent {

    /** {@return the endpoint that was bound or connected, with the port that was picked} */
    Endpoint endpoint();

    /**
     * The endpoint is bound.
     *
     * @param endpoint the endpoint, with the port that was picked
     */
    record Listening(Endpoint endpoint) implements MonitorEvent {}

    /**
     * The endpoint could not be bound.
     *
     * @param endpoint the endpoint as it was given
     * @param cause why
     */
    record BindFailed(Endpoint endpoint, Throwable cause) implements MonitorEvent {}

    /**
     * A transport was accepted; the handshake begins.
     *
     * @param endpoint the bound endpoint
     * @param address the address of the peer; null where the transport has none
     */
    record Accepted(Endpoint endpoint, @Nullable SocketAddress address) implements MonitorEvent {}

    /**
     * As many connections are open, or handshakes in progress, as there may be: peers that connect now wait until one ends.
     * Emitted at once, and then at most once a second.
     *
     * @param endpoint the bound endpoint
     * @param connections how many are open, handshakes in progress among them
     * @param handshakes how many handshakes are in progress
     * @param count how often that happened since the last event of this kind
     */
    record AcceptPaused(Endpoint endpoint, int connections, int handshakes, long count) implements MonitorEvent {}

    /**
     * A transport was opened; the handshake begins.
     *
     * @param endpoint the endpoint that is connected to
     * @param address the address of the peer; null where the transport has none
     */
    record Connected(Endpoint endpoint, @Nullable SocketAddress address) implements MonitorEvent {}

    /**
     * A connection could not be opened, or was lost: the next attempt comes after a delay.
     *
     * @param endpoint the endpoint that is connected to
     * @param delay the time until the next attempt
     * @param attempt how many attempts there are since the endpoint last had a connection, the next one included
     * @param cause why; null if the peer closed the connection in order
     */
    record Retrying(
            Endpoint endpoint,
            Duration delay,
            int attempt,
            @Nullable Throwable cause) implements MonitorEvent {}

    /**
     * No further attempt is made, as the socket is to stop after such a failure.
     *
     * @param endpoint the endpoint that is no longer connected to
     * @param cause the failure
     */
    record GaveUp(Endpoint endpoint, Throwable cause) implements MonitorEvent {}

    /**
     * A handshake has succeeded: the peer is there.
     *
     * @param endpoint the endpoint that it came by
     * @param peer the peer
     * @param took the time since the transport was open
     */
    record HandshakeSucceeded(Endpoint endpoint, Peer peer, Duration took) implements MonitorEvent {}

    /**
     * A handshake has failed, on either side.
     *
     * @param endpoint the endpoint that the peer came by
     * @param address the address of the peer; null where the transport has none
     * @param cause why
     */
    record HandshakeFailed(Endpoint endpoint, @Nullable SocketAddress address, Throwable cause)
            implements MonitorEvent {}

    /**
     * A peer was refused, because the socket has no place for another one, or for one of its routing id.
     * {@link HandshakeFailed} comes next. The peer may try again.
     *
     * @param endpoint the endpoint that the peer came by
     * @param peer the peer
     * @param why the reason, for people
     */
    record Refused(Endpoint endpoint, Peer peer, String why) implements MonitorEvent {}

    /**
     * A peer was let in that does not acknowledge messages as the socket does, because the socket's options say that such
     * peers are served. Nothing is promised of messages to and from it.
     *
     * @param endpoint the endpoint that the peer came by
     * @param peer the peer
     * @param why the two levels of delivery, for people
     */
    record Unacknowledged(Endpoint endpoint, Peer peer, String why) implements MonitorEvent {}

    /**
     * A peer has gone.
     *
     * @param endpoint the endpoint that it came by
     * @param peer the peer
     * @param closed why its connection ended, and how much was lost with it
     */
    record Disconnected(Endpoint endpoint, Peer peer, Closed closed) implements MonitorEvent {}

    /**
     * Messages were not delivered. Emitted for the first one at once, and then at most once a second for each reason and
     * peer; what is left when the socket is closed is emitted before the flux completes. The counts of all these events
     * together are what {@link io.zmtp.reactive.socket.ZmtpSocket#drops()} returns.
     *
     * @param endpoint the endpoint that the peer came by
     * @param peer the peer that they were for or from; null if there is none
     * @param reason why
     * @param message one of them; null if none is at hand any more, as when a queue ends with its connection
     * @param count how many since the last event for this reason and peer
     */
    record Dropped(
            Endpoint endpoint,
            @Nullable Peer peer,
            DropReason reason,
            @Nullable Message message,
            long count) implements MonitorEvent {
        /** {@return everything except the content of the message, for logs} */
        @Override
        public String toString() {
            String one = message == null ? "" : ", message of " + message.size() + " parts";
            return "Dropped[endpoint=" + endpoint + ", peer=" + peer + ", reason=" + reason + one + ", count=" + count
                    + "]";
        }
    }

    /**
     * The endpoint is no longer bound, or no longer connected to.
     *
     * @param endpoint the endpoint
     */
    record Ended(Endpoint endpoint) implements MonitorEvent {}
}
