package io.zmtp.reactive.routing;

import io.zmtp.reactive.pipe.DepartedPeers;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A socket's pipes, merged fairly: one message of each in turn. Any thread may add a pipe; one thread at a time takes
 * messages. Nothing is taken out of a pipe without demand.
 *
 * <p>When a connection ends, what it left unread is handed out before anything of the connections that joined later. So
 * the messages of a peer that comes back stay in order, even if nothing on the wire shows that it is the same peer.
 * Connections that were there before go on taking their turns. What ended connections leave is bounded, so peers that
 * come and go cannot keep others waiting.
 */
public final class FairQueue<T> implements Inbox.Source<T> {

    /** What the socket makes of what a pipe brings. */
    public interface Reader<T> {

        /** What to hand out; null if this is not for the application. Called by one thread at a time. */
        @Nullable
        T read(Pipe pipe, Object item);
    }

    private final Reader<T> reader;
    private final DepartedPeers departed;

    /** The pipe in which something came last, which knows the one before. */
    private final AtomicReference<@Nullable Pipe> arrivals = new AtomicReference<>();

    /** Pipes in which there is something; the first has the next turn. Used by the taking thread only. */
    private final ArrayDeque<Pipe> turns = new ArrayDeque<>();

    /** Pipes in which there is something that must wait for what ended ones left. Used by the taking thread only. */
    private final ArrayDeque<Pipe> waiting = new ArrayDeque<>(0);

    /** Pipes that have ended, or are about to, in this order. Guarded by itself. */
    private final ArrayDeque<Pipe> ending = new ArrayDeque<>(0);

    /** How many have been in there. */
    private volatile long ends;

    /** Pipes that have ended and may hold something, in the same order. Used by the taking thread only. */
    private final ArrayDeque<Pipe> ended = new ArrayDeque<>(0);

    /** How many have been in there. Used by the taking thread only. */
    private long known;

    /**
     * A queue without pipes.
     *
     * @param recvHwm how many messages the peers that have gone may leave together
     * @param isClosing whether what they left is not dropped any more, because the socket closes
     */
    public FairQueue(int recvHwm, BooleanSupplier isClosing, DropListener drops, Reader<T> reader) {
        this.reader = reader;
        this.departed = new DepartedPeers(recvHwm, isClosing, drops, this::remove);
    }

    // ---- pipes come and go; any thread

    /** The peer of a pipe is there, and nothing came from it yet. Over inproc it may even have gone already. */
    public void joined(Pipe pipe) {
        if (!pipe.lasting || pipe.joinedAfter < 0) {
            synchronized (ending) {
                pipe.joinedAfter = pipe.end == 0 ? ends : pipe.end - 1; // never after itself
            }
        }
    }

    /** Something came in a pipe, or its end. */
    public void arrived(Pipe pipe) {
        if (!pipe.hasNothing() && pipe.signalled.compareAndSet(false, true)) {
            Pipe before;
            do {
                before = arrivals.get();
                pipe.arrivedBefore = before;
            } while (!arrivals.compareAndSet(before, pipe));
        }
    }

    /** A pipe ends soon: what still comes by it is handed out before anything of pipes that join from now on. */
    public void ends(Pipe pipe) {
        if (pipe.mayReturn()) {
            return; // the next connection of its peer comes by itself
        }
        synchronized (ending) {
            if (pipe.end == 0) {
                ending.add(pipe);
                pipe.end = ends + 1;
                ends = pipe.end;
            }
        }
    }

    /** The peer of a pipe has gone, and brings nothing more. */
    public void departed(Pipe pipe) {
        pipe.isOver = !pipe.mayReturn(); // first: another thread may report the end at the same time
        if (pipe.end == 0 && !pipe.signalled.get() && pipe.hasNothing()) {
            return; // holds nothing, so nothing has to wait for it
        }
        ends(pipe);
        departed.add(pipe);
    }

    // ---- taking; one thread at a time

    /** Drops what is left beyond the bound, and forgets the pipes that left nothing. */
    @Override
    public void tidy() {
        takeArrivals();
        departed.trim();
        settle();
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

    /** Gives turns again to the pipes that waited, when all they waited for has been taken. */
    private void settle() {
        if (known != ends) {
            synchronized (ending) {
                ended.addAll(ending);
                ending.clear();
                known = ends;
            }
        }
        boolean next = false;
        for (Pipe first; (first = ended.peek()) != null && first.isOver && first.hasNothing(); ) {
            ended.remove();
            remove(first);
            next = true;
        }
        if (next) {
            turns.addAll(waiting);
            waiting.clear();
        }
    }

    private boolean isAfterOthers(Pipe pipe) {
        Pipe first = ended.peek();
        return first != null && first.end <= pipe.joinedAfter;
    }

    /** A pipe with nothing left in it needs no turn, until something comes. */
    void remove(Pipe pipe) {
        if (pipe.signalled.get()) {
            takeArrivals();
            turns.remove(pipe);
            waiting.remove(pipe);
            pipe.signalled.set(false);
            arrived(pipe);
        }
    }

    @Override
    public @Nullable T next() {
        for (; ; ) {
            takeArrivals();
            boolean someEnd = known != ends || !ended.isEmpty(); // mostly not, and this is for each message
            if (someEnd) {
                settle();
            }
            Pipe pipe = turns.peek();
            if (pipe == null) {
                return null;
            }
            if (someEnd && isAfterOthers(pipe)) {
                waiting.add(turns.remove());
                continue;
            }
            Object item = pipe.take();
            if (item == null) {
                turns.remove();
                pipe.signalled.set(false);
                arrived(pipe);
                continue;
            }
            if (turns.size() > 1) { // else it stays: mostly one peer sends, and adding costs a barrier for each message
                turns.add(turns.remove());
            }
            T read = reader.read(pipe, item);
            if (read != null) {
                return read;
            }
        }
    }
}
