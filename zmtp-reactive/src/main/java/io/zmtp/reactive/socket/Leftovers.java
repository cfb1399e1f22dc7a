package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Unread;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import reactor.util.concurrent.Queues;

/**
 * The messages that peers left unread when they went. All of these peers together may leave as much as one connected peer;
 * beyond that the oldest messages are dropped. What the last of them left does not count: a peer does not lose messages
 * because it goes, only because others go after it.
 */
final class Leftovers {

    /** What they may leave together, beside {@code recvHwm} messages. The last may leave more, as it does not count. */
    private static final long MOST_BYTES = 16 * 1024 * 1024;

    private final ZmtpSocket socket;
    private final FairQueue<?> queue;
    private final Queue<Pipe> told = Queues.<Pipe>unboundedMultiproducer().get();

    /** In the order of going; the taker's own. */
    private final Set<Pipe> gone = new LinkedHashSet<>(0);

    Leftovers(ZmtpSocket socket, FairQueue<?> queue) {
        this.socket = socket;
        this.queue = queue;
    }

    /** The peer of a pipe has gone; any thread. */
    void add(Pipe pipe) {
        if (!pipe.hasNothing()) {
            told.offer(pipe);
        }
    }

    /** Drops what is too much; called by the thread that takes from the queue. */
    void trim() {
        for (Pipe pipe; (pipe = told.poll()) != null; ) {
            boolean mayReturn = pipe.mayReturn();
            if (!socket.isDisposed() && (mayReturn || !gone.contains(pipe))) {
                gone.removeIf(Pipe::hasNothing);
                if (mayReturn) {
                    gone.add(pipe);
                    trimNow(); // does not count the last connection of a lasting pipe
                } else {
                    trimNow();
                    gone.add(pipe);
                }
            }
        }
    }

    private void trimNow() {
        long messages = 0;
        long bytes = 0;
        for (Pipe pipe : gone) {
            Unread left = pipe.leftovers();
            messages += left.messages();
            bytes += left.bytes();
        }
        for (Iterator<Pipe> each = gone.iterator(); isTooMuch(messages, bytes) && each.hasNext(); ) {
            Pipe pipe = each.next();
            Unread before = pipe.leftovers();
            Unread after = drop(pipe, messages - before.messages(), bytes - before.bytes());
            messages -= before.messages() - after.messages();
            bytes -= before.bytes() - after.bytes();
            if (pipe.hasNothing()) {
                each.remove();
                queue.remove(pipe);
            }
        }
    }

    private boolean isTooMuch(long messages, long bytes) {
        return messages > socket.options.recvHwm || bytes > MOST_BYTES;
    }

    /**
     * Drops the oldest of one, while there is too much.
     *
     * @param messages what the others left, and their octets
     * @return what is left of it
     */
    private Unread drop(Pipe pipe, long messages, long bytes) {
        Message first = null;
        int count = 0;
        Unread left = pipe.leftovers();
        while (left.messages() > 0 && isTooMuch(messages + left.messages(), bytes + left.bytes())) {
            Object item = pipe.take();
            if (item instanceof Message message) {
                first = first == null ? message : first;
                count++;
            }
            left = item == null ? Unread.NOTHING : pipe.leftovers();
        }
        if (first != null) {
            socket.dropped(pipe, null, DropReason.UNREAD, first, count);
        }
        return left;
    }
}
