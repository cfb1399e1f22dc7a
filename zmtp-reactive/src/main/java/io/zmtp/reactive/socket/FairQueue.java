package io.zmtp.reactive.socket;

import io.zmtp.reactive.pipe.Pipe;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A socket's pipes, merged fairly: one message of each in turn. Any thread may bring a pipe, one at a time takes.
 * Nothing is taken out of a pipe that was not asked for.
 *
 * <p>What connections left that have ended comes before all that those bring that joined later. So what a peer sent stays
 * in order over its connections, though nothing on the wire may say that it is the same peer. Those that were there
 * before go on taking their turns, and what was left is bounded: so nobody can be kept waiting by peers that come and go.
 */
final class FairQueue<T> implements Inbox.Source<T> {

    /** What the socket makes of what a pipe brings. */
    interface Reader<T> {

        /** What to hand out; null if this is not for the application. Called by one thread at a time. */
        @Nullable
        T read(Pipe pipe, Object item);
    }

    private final Reader<T> reader;
    private final Leftovers leftovers;

    /** The pipe in which something came last, which knows the one before. */
    private final AtomicReference<@Nullable Pipe> arrivals = new AtomicReference<>();

    /** Pipes in which there is something, whose turn is next first; the taker's own. */
    private final ArrayDeque<Pipe> turns = new ArrayDeque<>();

    /** Pipes in which there is something that comes after what others left; the taker's own. */
    private final ArrayDeque<Pipe> waiting = new ArrayDeque<>(0);

    /** Pipes that have ended, or are about to, in this order; locks itself. */
    private final ArrayDeque<Pipe> ending = new ArrayDeque<>(0);

    /** How many have been in there. */
    private volatile long ends;

    /** Those of which something may be left, in the same order; the taker's own. */
    private final ArrayDeque<Pipe> ended = new ArrayDeque<>(0);

    /** How many have been in there; the taker's own. */
    private long known;

    /**
     * A queue without pipes.
     *
     * @param recvHwm how many messages the peers that have gone may leave together
     * @param isClosing whether what they left is not dropped any more, because the socket closes
     */
    FairQueue(int recvHwm, BooleanSupplier isClosing, DropListener drops, Reader<T> reader) {
        this.reader = reader;
        this.leftovers = new Leftovers(recvHwm, isClosing, drops, this::remove);
    }

    // ---- pipes come and go; any thread

    /** The peer of a pipe is there, and nothing has come of it yet; within the process it may even have gone already. */
    void joined(Pipe pipe) {
        if (!pipe.lasting || pipe.joinedAfter < 0) {
            synchronized (ending) {
                pipe.joinedAfter = pipe.end == 0 ? ends : pipe.end - 1; // never after itself
            }
        }
    }

    /** Something came in a pipe, or its end. */
    void arrived(Pipe pipe) {
        if (!pipe.hasNothing() && pipe.signalled.compareAndSet(false, true)) {
            Pipe before;
            do {
                before = arrivals.get();
                pipe.arrivedBefore = before;
            } while (!arrivals.compareAndSet(before, pipe));
        }
    }

    /** A pipe ends soon: what it still brings comes before all of those that join from now on. */
    void ends(Pipe pipe) {
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
    void departed(Pipe pipe) {
        pipe.isOver = !pipe.mayReturn(); // first: somebody else may say just now that it ends
        if (pipe.end == 0 && !pipe.signalled.get() && pipe.hasNothing()) {
            return; // need not be remembered until somebody takes
        }
        ends(pipe);
        leftovers.add(pipe);
    }

    // ---- taking; one thread at a time

    /** Drops what too many peers left, and forgets who left nothing. */
    @Override
    public void tidy() {
        takeArrivals();
        leftovers.trim();
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

    /** Lets those go on that waited, when what they waited for has been taken. */
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
            Pipe pipe = turns.poll();
            if (pipe == null) {
                return null;
            }
            if (someEnd && isAfterOthers(pipe)) {
                waiting.add(pipe);
                continue;
            }
            Object item = pipe.take();
            if (item == null) {
                pipe.signalled.set(false);
                arrived(pipe);
                continue;
            }
            turns.add(pipe);
            T read = reader.read(pipe, item);
            if (read != null) {
                return read;
            }
        }
    }
}
