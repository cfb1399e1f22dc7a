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
 * A peer that is connected to a socket now: made when it joins, ended when it leaves. One that connects again is
 * another one, with an equal {@link Peer#key()} if it has a key or a name.
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

    /** Who it is, as the handshake showed. */
    public Peer peer() {
        return presence.peer();
    }

    /** The endpoint it came by. */
    public Endpoint endpoint() {
        return presence.endpoint();
    }

    /** By which name the socket addresses it: on ROUTER, SERVER and PEER the first part of messages; else empty. */
    public Bytes routingId() {
        return pipe.routingId;
    }

    /** How long ago it joined. */
    public Duration connectedFor() {
        return presence.connectedFor();
    }

    /** How long the latest PONG took to come after its PING; empty until there is one, as it is without heartbeats. */
    public Optional<Duration> roundTrip() {
        return Optional.ofNullable(presence.roundTrip());
    }

    /** How many messages wait to be written to it. */
    public long queued() {
        return pipe.held();
    }

    /** How many messages of it wait to be received. */
    public long unread() {
        return pipe.unread();
    }

    /** How many messages were handed to its transport; like the three below not counted over {@code inproc} and {@code udp}. */
    public long messagesSent() {
        return presence.messagesSent();
    }

    /** How many octets were handed to its transport, before encryption. */
    public long bytesSent() {
        return presence.bytesSent();
    }

    /** How many messages came from its transport. */
    public long messagesReceived() {
        return presence.messagesReceived();
    }

    /** How many octets came from its transport, after decryption. */
    public long bytesReceived() {
        return presence.bytesReceived();
    }

    /**
     * Sends to this very peer, past the rule of its socket, and exactly as given: without an envelope.
     *
     * @return completes when its queue has accepted the message, and waits for that while the queue is full
     */
    public Mono<Void> send(Message message) {
        return pipe.intake().send(message);
    }

    /**
     * As {@link #send}, but only if there is room in its queue now.
     *
     * @return false if there is none, or the peer has left for good: then nothing has happened
     */
    public boolean offer(Message message) {
        return pipe.offer(message);
    }

    /** The connection underneath, to look at; empty for {@code inproc} and {@code udp}. The socket receives from it. */
    public Optional<ZmtpConnection> connection() {
        return isPresent() && pipe instanceof ChannelPipe over
                ? Optional.ofNullable(over.connection())
                : Optional.empty();
    }

    /** Completes when it has left, with why, and how much was lost with it. */
    public Mono<Closed> onClose() {
        return Shield.each(closed.asMono());
    }

    /** Ends the connection now. Where the socket connected, it will connect again. */
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
