package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.monitor.DropReason;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Whose a pipe is: a socket, to which the pipe reports what happens to it. For each pipe there is one event at a time, on
 * the event loop of its connection or, within the process, on any thread.
 */
public interface PipeOwner {

    // ---- the peer comes and goes: admit, coming, opened, inboundEnded, closed

    /**
     * A handshake is under way, and it is known with whom. A peer that is let in has its place from now on, until
     * {@link #closed}, or {@link #withdrawn} if it does not come.
     *
     * @return completes if it may come; fails with a {@code ZmtpHandshakeException} if it may not
     */
    Mono<Void> admit(Pipe pipe, Peer peer);

    /** A peer that was let in does not come. */
    void withdrawn(Pipe pipe);

    /** A peer that was let in comes by a pipe within the process; nothing can be exchanged with it yet. */
    void coming(Pipe pipe);

    /**
     * The peer is there.
     *
     * @return false if the owner was closed, or the endpoint given up: then the connection is to end, and nothing of it to
     *     be handed out
     */
    boolean opened(Pipe pipe, Presence presence);

    /**
     * The peer has gone, and all that it sent has come in. On any thread; reported by pipes within the process, where
     * {@link #closed} may come later than the same peer's return.
     */
    void inboundEnded(Pipe pipe);

    /** The peer has gone, if it was there; what was lost with its connection is counted. */
    void closed(Pipe pipe, Closed lost);

    // ---- messages

    /** Something came, or the end: see {@link Pipe#take}. */
    void readable(Pipe pipe);

    /** It was full when asked, and has room again. */
    void writable(Pipe pipe);

    /** Messages went to the transport. */
    void written(Pipe pipe, long messages, long bytes);

    /** Messages came from the transport. */
    void received(Pipe pipe, long messages, long bytes);

    /** A PING was answered. */
    void roundTrip(Pipe pipe, Duration time);

    /** Messages were dropped, of which one is shown. */
    void dropped(Pipe pipe, DropReason reason, Message message, long count);

    // ---- what the owner decides

    /** Whether {@link Pipe#poll} is to give commands too; else they are read and forgotten. */
    boolean takesCommands();

    /** Whether messages are acknowledged, so that {@link Pipe#digest} is wanted of those that come. */
    boolean acknowledges();

    /** Runs what must not run under the lock of who sends: at once, or when this thread releases it. */
    void unlocked(Runnable action);
}
