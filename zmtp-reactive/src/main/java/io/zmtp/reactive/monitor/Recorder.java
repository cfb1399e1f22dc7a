package io.zmtp.reactive.monitor;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import java.time.Duration;

/**
 * Hears what can be counted and timed, for metrics. Called on event loops and on the threads of senders and receivers,
 * several at once: it must be fast, must not block, and must not throw. Everything does nothing by default.
 *
 * @since 0.1
 */
public interface Recorder {

    /** Records nothing, and costs nothing. */
    Recorder NONE = new Recorder() {};

    /** Messages were handed to a transport. */
    default void sent(SocketType type, Endpoint endpoint, long messages, long bytes) {}

    /** Messages came from a transport. */
    default void received(SocketType type, Endpoint endpoint, long messages, long bytes) {}

    /** Messages were dropped. */
    default void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {}

    /** A peer joined, this long after its transport was open. */
    default void joined(SocketType type, Endpoint endpoint, Duration handshake) {}

    /** A handshake failed. */
    default void handshakeFailed(SocketType type, Endpoint endpoint) {}

    /** A bound endpoint had as many connections, or handshakes, as it may, and accepted no more for a while, so often. */
    default void acceptPaused(SocketType type, Endpoint endpoint, long times) {}

    /** A peer left. */
    default void left(SocketType type, Endpoint endpoint) {}

    /** A connecting endpoint waits for its next attempt. */
    default void retrying(SocketType type, Endpoint endpoint, Duration delay) {}

    /** A PING was answered, so long after it was sent. */
    default void roundTrip(SocketType type, Endpoint endpoint, Duration time) {}
}
