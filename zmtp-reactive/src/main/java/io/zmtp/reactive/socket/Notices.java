package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What subscribers said and the application has not taken yet, in the order of coming. A bounded number for each: one
 * that has so many is not heard any further until half of them were taken.
 */
final class Notices {

    /** So many may be left of peers that have gone; the application must not be made to hold any number of them. */
    static final int MOST_OF_GONE = 100_000;

    private record Notice(Message message, Tally from) {}

    private static final class Tally {
        final Pipe pipe;
        int waiting;
        boolean held;
        boolean gone;

        Tally(Pipe pipe) {
            this.pipe = pipe;
        }
    }

    private final int most;
    private final Map<Pipe, Tally> tallies = new HashMap<>();
    private final ArrayDeque<Notice> waiting = new ArrayDeque<>();
    private int ofGone;
    private @Nullable Pipe last;

    Notices(int most) {
        this.most = most;
    }

    synchronized void joined(Pipe pipe) {
        tallies.put(pipe, new Tally(pipe));
    }

    /** Whether more may be heard of a peer; if not, {@link #release} says when. */
    synchronized boolean hasRoom(Pipe pipe) {
        Tally tally = tallies.get(pipe);
        if (tally != null && tally.waiting >= most) {
            tally.held = true;
        }
        return tally == null || !tally.held;
    }

    synchronized void add(Pipe pipe, Message message) {
        Tally tally = tallies.get(pipe);
        if (tally != null) {
            tally.waiting++;
            waiting.add(new Notice(message, tally));
        }
    }

    /** The next one; null for none. */
    synchronized @Nullable Message next() {
        Notice next = waiting.poll();
        if (next == null) {
            return null;
        }
        Tally from = next.from();
        from.waiting--;
        if (from.gone) {
            ofGone--;
        }
        last = from.pipe;
        return next.message();
    }

    /** Whose notice was taken last. */
    synchronized @Nullable Pipe last() {
        return last;
    }

    /** A peer that may be heard again, if that of the last notice may; null for none. */
    synchronized @Nullable Pipe release() {
        Tally tally = last == null ? null : tallies.get(last);
        if (tally == null || !tally.held || tally.waiting > most / 2) {
            return null;
        }
        tally.held = false;
        return tally.pipe;
    }

    /**
     * A peer has gone.
     *
     * @param lasts what its going means
     * @return how many notices there was no place for
     */
    synchronized int left(Pipe pipe, Iterable<Message> lasts) {
        Tally tally = tallies.remove(pipe);
        if (tally == null) {
            return 0;
        }
        tally.gone = true;
        ofGone += tally.waiting;
        int lost = ofGone > MOST_OF_GONE ? forget(tally) : 0;
        for (Message message : lasts) {
            if (ofGone >= MOST_OF_GONE) {
                lost++;
            } else {
                waiting.add(new Notice(message, tally));
                tally.waiting++;
                ofGone++;
            }
        }
        return lost;
    }

    private int forget(Tally tally) {
        int lost = tally.waiting;
        for (Iterator<Notice> each = waiting.iterator(); each.hasNext(); ) {
            if (each.next().from() == tally) {
                each.remove();
            }
        }
        ofGone -= lost;
        tally.waiting = 0;
        return lost;
    }
}
