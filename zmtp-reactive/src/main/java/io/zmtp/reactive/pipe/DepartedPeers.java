package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.util.concurrent.Queues;

/**
 * Bounds what peers that have gone left unread. All of them together may leave as much as one connected peer may have
 * unread; beyond that the oldest messages are dropped. What the last of them left does not count: a peer does not lose
 * messages because it goes, only because others go after it.
 */
public final class DepartedPeers {

    /** The octets that they may leave together; of messages it is {@code recvHwm}. The last one does not count. */
    private static final long MAX_BYTES = 16 * 1024 * 1024;

    private final int recvHwm;
    private final BooleanSupplier isClosing;
    private final DropListener drops;
    private final Consumer<Pipe> emptied;
    /** Pipes whose peers went since the last {@link #trim}. */
    private final Queue<Pipe> news = Queues.<Pipe>unboundedMultiproducer().get();

    /** In the order of going. Used by the taking thread only. */
    private final Set<Pipe> gone = new LinkedHashSet<>(0);

    /**
     * Makes one that knows of no peer.
     *
     * @param recvHwm how many messages they may leave together
     * @param isClosing whether nothing is dropped any more, because the socket closes
     * @param emptied called for each pipe of which nothing is left, by the thread that takes from the queue
     */
    public DepartedPeers(int recvHwm, BooleanSupplier isClosing, DropListener drops, Consumer<Pipe> emptied) {
        this.recvHwm = recvHwm;
        this.isClosing = isClosing;
        this.drops = drops;
        this.emptied = emptied;
    }

    /** The peer of a pipe has gone; any thread. */
    public void add(Pipe pipe) {
        if (!pipe.hasNothing()) {
            news.offer(pipe);
        }
    }

    /** Drops what is beyond the bound. Called by the thread that takes from the queue. */
    public void trim() {
        for (Pipe pipe; (pipe = news.poll()) != null; ) {
            boolean mayReturn = pipe.mayReturn();
            if (!isClosing.getAsBoolean() && (mayReturn || !gone.contains(pipe))) {
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
                emptied.accept(pipe);
            }
        }
    }

    private boolean isTooMuch(long messages, long bytes) {
        return messages > recvHwm || bytes > MAX_BYTES;
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
            drops.dropped(pipe, null, DropReason.UNREAD, first, count);
        }
        return left;
    }
}
