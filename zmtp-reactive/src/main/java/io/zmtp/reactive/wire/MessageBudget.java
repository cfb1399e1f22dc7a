package io.zmtp.reactive.wire;

import io.zmtp.reactive.ZmtpProtocolException;

/**
 * What the frames of one message may still add to it; each header is checked before anything is allocated for its
 * frame.
 */
final class MessageBudget {
    private final long maxTotal;
    private final long maxFrame;
    private final int maxParts;

    // Octets and number of the complete parts of the message under way.
    private long total;
    private int parts;

    MessageBudget(Limits limits) {
        maxTotal = limits.maxMessageSize();
        maxFrame = Math.min(maxTotal, Limits.MAX_FRAME);
        maxParts = limits.maxParts();
    }

    /** Refuses a frame by its header. */
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
                        ? "a message of at most " + maxTotal + " octets expected, but with this frame of " + size
                                + " octets there are " + (total + size)
                        : "a message of at most " + maxParts + " parts expected, but there are more");
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
