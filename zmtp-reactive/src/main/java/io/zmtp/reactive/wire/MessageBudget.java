package io.zmtp.reactive.wire;

import io.zmtp.reactive.ZmtpProtocolException;

/**
 * What is left of the limits of one message. Each header is checked before anything is allocated for its frame.
 */
final class MessageBudget {
    private final long maxTotal;
    private final long maxFrame;
    private final int maxParts;

    // Octets and number of the complete parts of the message that is being received.
    private long total;
    private int parts;

    MessageBudget(Limits limits) {
        maxTotal = limits.maxMessageSize();
        maxFrame = Math.min(maxTotal, Limits.MAX_FRAME);
        maxParts = limits.maxParts();
    }

    /** Fails if the frame of this header would exceed a limit, or breaks a rule. */
    void check(int flags, long size) {
        if ((flags & (Frame.COMMAND | Frame.RESERVED)) != 0) {
            Frame.check(flags, size, Limits.MAX_COMMAND);
        } else if (size < 0
                || size > maxFrame
                || size > maxTotal - total
                || ((flags & Frame.MORE) != 0 && parts >= maxParts - 1)) {
            refuse(flags, size);
        }
    }

    private void refuse(int flags, long size) {
        Frame.check(flags, size, maxFrame);
        throw ZmtpProtocolException.tooLarge(
                size > maxTotal - total
                        ? "expected a message of at most " + maxTotal + " octets, but with this frame of " + size
                                + " octets there are " + (total + size)
                        : "expected a message of at most " + maxParts + " parts, but there are more");
    }

    /** Counts a complete part of a message. */
    void count(int flags, long size) {
        if ((flags & Frame.MORE) == 0) {
            total = 0;
            parts = 0;
        } else {
            total += size;
            parts++;
        }
    }

    long total() {
        return total;
    }
}
