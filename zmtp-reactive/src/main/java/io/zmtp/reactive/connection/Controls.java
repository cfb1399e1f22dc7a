package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.SubscriptionChanges;
import io.zmtp.reactive.wire.SubscriptionChanges.Change;
import org.jspecify.annotations.Nullable;

/**
 * What the socket has to say of its subscriptions, in the order in which any threads said it, until the peer reads: the
 * event loop takes it when it can be written.
 */
final class Controls {

    /** How a change is said; the same way for all of a connection. */
    interface Form {
        Frame encode(Bytes name, boolean isEnd);
    }

    private final SubscriptionChanges changes = new SubscriptionChanges();
    private final Runnable wake;
    private @Nullable Form form;
    private boolean woken;
    private boolean closed;
    private volatile boolean waiting;

    /**
     * Makes one in which nothing waits.
     *
     * @param wake has the event loop come and take; called once until it has begun to
     */
    Controls(Runnable wake) {
        this.wake = wake;
    }

    /** Says a change; false if the peer leaves too much waiting. Any thread. */
    boolean send(Bytes name, boolean isEnd, Form said) {
        boolean wakes;
        boolean fits;
        synchronized (changes) {
            if (closed) {
                return true;
            }
            form = said;
            fits = changes.add(name, isEnd);
            waiting = changes.size() > 0;
            wakes = waiting && !woken;
            woken |= wakes;
        }
        if (wakes) {
            wake.run();
        }
        return fits;
    }

    /** Whether something waits. */
    boolean isWaiting() {
        return waiting;
    }

    /** The event loop has come. */
    void arrived() {
        synchronized (changes) {
            woken = false;
        }
    }

    /** The next frame to write; null for none. */
    @Nullable
    Frame next() {
        Change next;
        Form how;
        synchronized (changes) {
            next = changes.poll();
            how = form;
            waiting = changes.size() > 0;
        }
        return next == null || how == null ? null : how.encode(next.name(), next.isEnd());
    }

    /** Nothing is written any more. */
    void close() {
        synchronized (changes) {
            closed = true;
            changes.clear();
            waiting = false;
        }
    }
}
