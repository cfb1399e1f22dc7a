package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a full pipe misses between two reports, so that a drop costs no more than adding one. The rule that sends to
 * the pipe counts; who reports takes the count from time to time, as long as there is some. Guarded by the rule's lock.
 */
public final class MissCount {

    /**
     * What was counted.
     *
     * @param messages how many, at least 1
     * @param first the first of them
     * @param peer the peer that it was for
     */
    public record Taken(
            long messages, Message first, @Nullable Peer peer) {}

    /** The pipe that is full. */
    public final Pipe pipe;

    private final Object lock;

    /** Whether somebody will take the count. */
    private boolean counts;

    private long messages;
    private @Nullable Message first;
    private @Nullable Peer peer;

    /**
     * Makes one that counts nothing yet.
     *
     * @param lock of the rule that sends to the pipe
     */
    public MissCount(Pipe pipe, Object lock) {
        this.pipe = pipe;
        this.lock = lock;
    }

    /** Counts a message, under the lock; false if nobody would take the count: then the drop is to be reported by itself. */
    public boolean add(Message missed) {
        if (!counts) {
            return false;
        }
        if (messages++ == 0) {
            first = missed;
            peer = pipe.peer();
        }
        return true;
    }

    /** Has messages counted from now on, until {@link #take()} finds none; false if they are counted already. Any thread. */
    public boolean begin() {
        synchronized (lock) {
            boolean begins = !counts;
            counts = true;
            return begins;
        }
    }

    /** Takes the count; null if there is none: then nothing more is counted. Any thread. */
    public @Nullable Taken take() {
        synchronized (lock) {
            Message one = first;
            if (one == null) {
                counts = false;
                return null;
            }
            Taken taken = new Taken(messages, one, peer);
            messages = 0;
            first = null;
            peer = null;
            return taken;
        }
    }

    /** How many messages are counted, and not taken yet; any thread. */
    public long messages() {
        synchronized (lock) {
            return messages;
        }
    }
}
