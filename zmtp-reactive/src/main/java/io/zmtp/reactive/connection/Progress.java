package io.zmtp.reactive.connection;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.pipe.Waiters;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much an outbox has accepted, given to the connection, and seen written; and which subscribers wait for it. Guarded by
 * the outbox's lock.
 */
final class Progress {

    /** Subscribers that wait until what was accepted before is written. */
    final Waiters flushes;

    private long acceptedBytes;
    private long acceptedMessages;
    private long takenBytes;
    private long takenMessages;
    private long writtenBytes;
    private long writtenMessages;

    Progress(Object lock) {
        this.flushes = new Waiters(lock);
    }

    void accepted(long bytes, long messages) {
        acceptedBytes += bytes;
        acceptedMessages += messages;
    }

    /** The connection has it, and is to write it. */
    void taken(long bytes, long messages) {
        takenBytes += bytes;
        takenMessages += messages;
    }

    /** Went to the transport, or was lost on its way; returns the subscribers that waited for it. */
    List<Waiter> written(long bytes, long messages) {
        writtenBytes += bytes;
        writtenMessages += messages;
        return flushed();
    }

    /**
     * Was taken out as if it had never been accepted; {@link #flushed} is to be asked then.
     *
     * @param skipped how many octets that are not taken are before it
     */
    void removed(long skipped, long bytes, long messages) {
        acceptedBytes -= bytes;
        acceptedMessages -= messages;
        flushes.shift(takenBytes + skipped, bytes);
    }

    /** The subscribers that need not wait any more. */
    List<Waiter> flushed() {
        return flushes.takeUpTo(writtenBytes);
    }

    /** Whether all that was accepted is written. */
    boolean isComplete() {
        return writtenBytes == acceptedBytes;
    }

    /** Has one wait until all that was accepted so far is written. */
    void await(Waiter waiter) {
        flushes.add(waiter, acceptedBytes);
    }

    /** How many messages were accepted and not taken. */
    long held() {
        return acceptedMessages - takenMessages;
    }

    /** What was accepted and not written. */
    Closed unwritten(Closed.Reason reason, @Nullable Throwable cause) {
        return new Closed(reason, cause, acceptedMessages - writtenMessages, acceptedBytes - writtenBytes);
    }

    /** What was taken and not written. */
    Closed underWay(Closed.Reason reason, @Nullable Throwable cause) {
        return new Closed(reason, cause, takenMessages - writtenMessages, takenBytes - writtenBytes);
    }

    /** Forgets what was accepted and not taken; returns how much that was. */
    Closed dropHeld(Closed.Reason reason, @Nullable Throwable cause) {
        Closed held = new Closed(reason, cause, held(), acceptedBytes - takenBytes);
        acceptedMessages = takenMessages;
        acceptedBytes = takenBytes;
        return held;
    }
}
