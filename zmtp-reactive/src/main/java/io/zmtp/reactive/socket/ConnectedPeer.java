package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.connection.ChannelPipe;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.Shield;
import java.time.Duration;
import java.util.Optional;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A peer of a socket, from when it joins to when it leaves. Any thread may call. A peer that connects again is another
 * one, with an equal {@link Peer#key()} if it has a public key or a routing id.
 *
 * @since 0.1
 */
public final class ConnectedPeer implements Disposable {

    private final Pipe pipe;
    private final Presence presence;
    private final Sinks.One<Closed> closed = Sinks.one();
    private volatile boolean ended;

    ConnectedPeer(Pipe pipe, Presence presence) {
        this.pipe = pipe;
        this.presence = presence;
    }

    /** {@return the peer as the handshake showed it} */
    public Peer peer() {
        return presence.peer();
    }

    /** {@return the endpoint that it came by} */
    public Endpoint endpoint() {
        return presence.endpoint();
    }

    /** {@return the id that the socket addresses it by: on ROUTER, SERVER and PEER the first part of messages; else empty} */
    public Bytes routingId() {
        return pipe.routingId;
    }

    /** {@return how long ago it joined} */
    public Duration connectedFor() {
        return presence.connectedFor();
    }

    /** {@return the time from the latest PING to its PONG; empty before the first, and without heartbeats} */
    public Optional<Duration> roundTrip() {
        return Optional.ofNullable(presence.roundTrip());
    }

    /** {@return how many messages wait to be written to it} */
    public long queued() {
        return pipe.held();
    }

    /** {@return how many messages of it wait to be received} */
    public long unread() {
        return pipe.unread();
    }

    /** {@return how many messages were handed to its transport; 0 over {@code inproc} and {@code udp}} */
    public long messagesSent() {
        return presence.messagesSent();
    }

    /** {@return how many octets were handed to its transport, before encryption; 0 over {@code inproc} and {@code udp}} */
    public long bytesSent() {
        return presence.bytesSent();
    }

    /** {@return how many messages came from its transport; 0 over {@code inproc} and {@code udp}} */
    public long messagesReceived() {
        return presence.messagesReceived();
    }

    /** {@return how many octets came from its transport, after decryption; 0 over {@code inproc} and {@code udp}} */
    public long bytesReceived() {
        return presence.bytesReceived();
    }

    /**
     * Sends to this peer, whatever the rule of the socket is, and exactly as given: no envelope is added.
     *
     * @param message the message
     * @return completes when its queue has accepted the message, and waits while the queue is full; fails with a
     *     {@link io.zmtp.reactive.ZmtpClosedException} if the peer goes before
     */
    public Mono<Void> send(Message message) {
        return pipe.sendQueue().send(message);
    }

    /**
     * As {@link #send}, without waiting.
     *
     * @param message the message
     * @return whether it was accepted; false if the queue has no room, or the peer has left for good
     */
    public boolean offer(Message message) {
        return pipe.offer(message);
    }

    /** {@return the connection underneath, to look at, as the socket receives from it; empty for {@code inproc} and {@code udp}} */
    public Optional<ZmtpConnection> connection() {
        return isPresent() && pipe instanceof ChannelPipe over
                ? Optional.ofNullable(over.connection())
                : Optional.empty();
    }

    /** {@return emits, when it has left, why, and how much was lost with it} */
    public Mono<Closed> onClose() {
        return Shield.each(closed.asMono());
    }

    /** Closes the connection now. If the socket has opened it, it connects again. */
    @Override
    public void dispose() {
        if (isPresent()) {
            pipe.drop();
        }
    }

    private boolean isPresent() {
        return pipe.present == presence;
    }

    @Override
    public boolean isDisposed() {
        return ended;
    }

    /** It is what the pipe knows of this peer. */
    Presence presence() {
        return presence;
    }

    void left(Closed how) {
        ended = true;
        closed.tryEmitValue(how);
    }

    @Override
    public String toString() {
        return "ConnectedPeer[" + endpoint() + ", " + peer() + "]";
    }
}
