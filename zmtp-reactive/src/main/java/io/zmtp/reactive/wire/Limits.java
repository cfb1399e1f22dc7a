package io.zmtp.reactive.wire;

/**
 * How much a peer may send in one message. A peer that sends more is disconnected.
 *
 * @param maxMessageSize the most octets in all parts of one message, without frame headers; 0 allows empty messages
 *     only
 * @param maxParts the most parts of one message, at least 1
 * @since 0.1
 */
public record Limits(long maxMessageSize, int maxParts) {
    /** 64 MiB and 65,536 parts: safe on the open internet. */
    public static final Limits DEFAULT = new Limits(64L << 20, 65_536);

    /** The most octets of one command during a handshake: 64 KiB. */
    public static final int MAX_HANDSHAKE_COMMAND = 65_536;

    /** The most octets of one command after the handshake: 64 KiB. */
    public static final int MAX_COMMAND = 65_536;

    /** The most octets of a frame, whatever {@code maxMessageSize} is: a Java array has room for no more. */
    static final int MAX_FRAME = Integer.MAX_VALUE - 16;

    /** Checks the limits. */
    public Limits {
        if (maxMessageSize < 0) {
            throw new IllegalArgumentException(
                    "maxMessageSize: expected no negative number, but it is " + maxMessageSize);
        }
        if (maxParts < 1) {
            throw new IllegalArgumentException("maxParts: expected at least 1, but it is " + maxParts);
        }
    }
}
