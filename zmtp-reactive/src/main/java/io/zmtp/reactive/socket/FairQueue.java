package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * A socket's pipes, merged fairly: one message of each in turn. Any thread may bring a pipe, one at a time takes.
 * Nothing is taken out of a pipe that was not asked for.
 */
final class FairQueue {

    private final Inbox.Reader reader;

    /** Pipes in which something came, in the order of coming. */
    private final Queue<Pipe> arrivals = Queues.<Pipe>unboundedMultiproducer().get();

    /** Pipes in which there is something, whose turn is next first; the taker's own. */
    private final ArrayDeque<Pipe> turns = new ArrayDeque<>();

    FairQueue(Inbox.Reader reader) {
        this.reader = reader;
    }

    /** Something came in a pipe. */
    void arrived(Pipe pipe) {
        if (pipe.signalled.compareAndSet(false, true)) {
            arrivals.offer(pipe);
        }
    }

    /** The next message; null if there is none now. */
    @Nullable
    Message next() {
        for (; ; ) {
            Pipe arrived;
            while ((arrived = arrivals.poll()) != null) {
                turns.add(arrived);
            }
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
