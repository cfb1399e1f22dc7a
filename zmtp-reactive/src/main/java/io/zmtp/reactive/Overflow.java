package io.zmtp.reactive;

/**
 * What happens to a message for a peer whose queue is full: {@code sendHwm} messages or {@code sendHwmBytes} octets wait
 * for it already. Each type has its own rule; {@code SocketOptions.onFull} sets another. What is dropped is counted and
 * reported.
 *
 * <p>On a socket that only receives, the message is from a peer of which {@code recvHwm} messages or 256 KiB wait to be
 * received.
 *
 * @since 0.1
 */
public enum Overflow {
    /** The sender waits until there is room; nothing is read from the peer until there is. */
    WAIT,
    /** The message is dropped. */
    DROP_NEWEST,
    /** The messages that wait longest are dropped, until there is room for the new one. */
    DROP_OLDEST,
    /** Only the newest message waits: a new one takes the place of the one before, whatever {@code sendHwm} says. */
    LATEST,
    /** The send fails with a {@code ZmtpSendException}; nobody has the message then. Not for types that only receive. */
    FAIL,
    /** The message is dropped, and the slow peer disconnected. Not for the types whose peers take turns, or that only receive. */
    DISCONNECT;
}
