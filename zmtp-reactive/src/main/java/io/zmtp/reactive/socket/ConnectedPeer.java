package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.connection.Shield;
import io.zmtp.reactive.connection.ZmtpConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
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
    private final Endpoint endpoint;
    private final Peer peer;
    private final Sinks.One<Closed> closed = Sinks.one();
    private final LongAdder messagesSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final long joinedAt = System.nanoTime();
    private volatile @Nullable Duration roundTrip;
    private volatile boolean ended;

    ConnectedPeer(Pipe pipe, Endpoint endpoint, Peer peer) {
        this.pipe = pipe;
        this.endpoint = endpoint;
        this.peer = peer;
    }

    /** Who it is, as the handshake showed. */
    public Peer peer() {
        return peer;
    }

    /** The endpoint it came by. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** By which name the socket addresses it: on ROUTER, SERVER and PEER the first part of messages; else empty. */
    public Bytes routingId() {
        return pipe.routingId;
    }

    /** How long ago it joined. */
    public Duration connectedFor() {
        return Duration.ofNanos(System.nanoTime() - joinedAt);
    }

    /** How long the latest PONG took to come after its PING; empty until there is one, as it is without heartbeats. */
    public Optional<Duration> roundTrip() {
        return Optional.ofNullable(roundTrip);
    }

    void roundTrip(Duration time) {
        roundTrip = time;
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
        return messagesSent.sum();
    }

    /** How many octets were handed to its transport, before encryption. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** How many messages came from its transport. */
    public long messagesReceived() {
        return messagesReceived.sum();
    }

    /** How many octets came from its transport, after decryption. */
    public long bytesReceived() {
        return bytesReceived.sum();
    }

    void sent(long messages, long bytes) {
        messagesSent.add(messages);
        bytesSent.add(bytes);
    }

    void received(long messages, long bytes) {
        messagesReceived.add(messages);
        bytesReceived.add(bytes);
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
        return pipe.present == this ? Optional.ofNullable(pipe.connection()) : Optional.empty();
    }

    /** Completes when it has left, with why, and how much was lost with it. */
    public Mono<Closed> onClose() {
        return Shield.each(closed.asMono());
    }

    /** Ends the connection now. Where the socket connected, it will connect again. */
    @Override
    public void dispose() {
        if (pipe.present == this) {
            pipe.drop();
        }
    }

    @Override
    public boolean isDisposed() {
        return ended;
    }

    void left(Closed how) {
        ended = true;
        closed.tryEmitValue(how);
    }

    @Override
    public String toString() {
        return "ConnectedPeer[" + endpoint + ", " + peer + "]";
    }
}
