package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A peer at the other end of a pipe, from joining to leaving, and what went to and fro meanwhile. One that joins again has
 * another one, however equal. Any thread.
 */
public final class Presence {

    private final Endpoint endpoint;
    private final Peer peer;
    private final CommandWriter commands;
    private final LongAdder messagesSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final long joinedAt = System.nanoTime();
    private volatile @Nullable Duration roundTrip;

    /**
     * It joins now.
     *
     * @param commands writes to it
     */
    public Presence(Endpoint endpoint, Peer peer, CommandWriter commands) {
        this.endpoint = endpoint;
        this.peer = peer;
        this.commands = commands;
    }

    /** Writes commands to it, as long as it is there. */
    public CommandWriter commands() {
        return commands;
    }

    /** Who it is, as the handshake showed. */
    public Peer peer() {
        return peer;
    }

    /** The endpoint it came by. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** How long ago it joined. */
    public Duration connectedFor() {
        return Duration.ofNanos(System.nanoTime() - joinedAt);
    }

    /** How long the latest PONG took; null before the first. */
    public @Nullable Duration roundTrip() {
        return roundTrip;
    }

    /** A PING was answered. */
    public void roundTrip(Duration time) {
        roundTrip = time;
    }

    /** Messages were handed to its transport. */
    public void sent(long messages, long bytes) {
        messagesSent.add(messages);
        bytesSent.add(bytes);
    }

    /** Messages came from its transport. */
    public void received(long messages, long bytes) {
        messagesReceived.add(messages);
        bytesReceived.add(bytes);
    }

    /** How many messages were handed to its transport. */
    public long messagesSent() {
        return messagesSent.sum();
    }

    /** How many octets were handed to its transport. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** How many messages came from its transport. */
    public long messagesReceived() {
        return messagesReceived.sum();
    }

    /** How many octets came from its transport. */
    public long bytesReceived() {
        return bytesReceived.sum();
    }
}
