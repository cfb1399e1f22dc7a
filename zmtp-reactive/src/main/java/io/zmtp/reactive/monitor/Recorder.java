package io.zmtp.reactive.monitor;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import java.time.Duration;

/**
 * Receives what is counted and timed, for metrics. Its methods are called on event loops and on the threads of senders and
 * receivers, several at once, so they must be fast, and must not block or throw. By default they do nothing. Each is given
 * the type of the socket and the endpoint, bound or connected.
 *
 * @since 0.1
 */
public interface Recorder {

    /** Records nothing, and costs nothing. */
    Recorder NONE = new Recorder() {};

    /** Messages were handed to a transport; {@code bytes} are their octets on the wire. */
    default void sent(SocketType type, Endpoint endpoint, long messages, long bytes) {}

    /** Messages came from a transport; {@code bytes} are their octets on the wire. */
    default void received(SocketType type, Endpoint endpoint, long messages, long bytes) {}

    /**
     * Messages were dropped. Those that a peer misses because its queue is full are recorded with the events of the monitor:
     * the first at once, and what follows once a second.
     */
    default void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {}

    /** A peer joined; {@code handshake} is the time since its transport was open. */
    default void joined(SocketType type, Endpoint endpoint, Duration handshake) {}

    /** A handshake failed. */
    default void handshakeFailed(SocketType type, Endpoint endpoint) {}

    /** A bound endpoint had as many connections or handshakes as it may, and paused accepting {@code times} times. */
    default void acceptPaused(SocketType type, Endpoint endpoint, long times) {}

    /** A peer left. */
    default void left(SocketType type, Endpoint endpoint) {}

    /** An endpoint that is connected to waits for its next attempt. */
    default void retrying(SocketType type, Endpoint endpoint, Duration delay) {}

    /** A PING was answered; {@code time} is the time since it was written. */
    default void roundTrip(SocketType type, Endpoint endpoint, Duration time) {}
}
