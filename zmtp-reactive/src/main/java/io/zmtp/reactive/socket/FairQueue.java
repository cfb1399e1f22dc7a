package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A socket's pipes, merged fairly: one message of each in turn. Any thread may bring a pipe, one at a time takes.
 * Nothing is taken out of a pipe that was not asked for.
 */
final class FairQueue {

    private final Inbox.Reader reader;

    /** The pipe in which something came last, which knows the one before. */
    private final AtomicReference<@Nullable Pipe> arrivals = new AtomicReference<>();

    /** Pipes in which there is something, whose turn is next first; the taker's own. */
    private final ArrayDeque<Pipe> turns = new ArrayDeque<>();

    FairQueue(Inbox.Reader reader) {
        this.reader = reader;
    }

    /** Something came in a pipe. */
    void arrived(Pipe pipe) {
        if (pipe.signalled.compareAndSet(false, true)) {
            Pipe before;
            do {
                before = arrivals.get();
                pipe.arrivedBefore = before;
            } while (!arrivals.compareAndSet(before, pipe));
        }
    }

    /** Gives turns in the order of coming. */
    private void takeArrivals() {
        Pipe last = arrivals.get() == null ? null : arrivals.getAndSet(null);
        Pipe first = null;
        while (last != null) {
            Pipe before = last.arrivedBefore;
            last.arrivedBefore = first;
            first = last;
            last = before;
        }
        while (first != null) {
            turns.add(first);
            Pipe next = first.arrivedBefore;
            first.arrivedBefore = null;
            first = next;
        }
    }

    /** A pipe with nothing left in it needs no turn, until something comes; by who takes. */
    void remove(Pipe pipe) {
        takeArrivals();
        turns.remove(pipe);
        pipe.signalled.set(false);
        if (!pipe.hasNothing()) {
            arrived(pipe);
        }
    }

    /** The next message; null if there is none now. */
    @Nullable
    Message next() {
        for (; ; ) {
            takeArrivals();
            Pipe pipe = turns.poll();
            if (pipe == null) {
                return null;
            }
            Object item = pipe.take();
            if (item == null) {
                pipe.signalled.set(false);
                if (!pipe.hasNothing() && pipe.signalled.compareAndSet(false, true)) {
                    turns.add(pipe);
                }
                continue;
            }
            turns.add(pipe);
            Message message = reader.read(pipe, item);
            if (message != null) {
                return message;
            }
        }
    }
}
