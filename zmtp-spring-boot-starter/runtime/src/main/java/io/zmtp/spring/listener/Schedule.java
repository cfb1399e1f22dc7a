package io.zmtp.spring.listener;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which work is done now, and which waits: for its turn, behind others of its caller, or for a place in its lane. Guarded by the
 * {@link ListenerConsumer} that it belongs to.
 */
final class Schedule {

    private final List<Lane> lanes;
    private final ReadAhead ahead;
    private final int waitingOfCaller;

    /** What is being handled. */
    private final WorkList running = new WorkList();

    /** The last of those that share a turn. */
    private final Map<Object, Work> turns = new HashMap<>();

    /** What can be handled now, as others have ended. */
    private final ArrayDeque<Work> ready = new ArrayDeque<>();

    /** Whether a thread starts what is ready. */
    private boolean starting;

    private boolean givenUp;

    /**
     * Nothing to do.
     *
     * @param ahead measures how long work takes
     * @param waitingOfCaller how many places the calls of one caller may take that wait
     */
    Schedule(List<Lane> lanes, ReadAhead ahead, int waitingOfCaller) {
        this.lanes = lanes;
        this.ahead = ahead;
        this.waitingOfCaller = waitingOfCaller;
    }

    /** Begins new work, has it wait, or refuses it. */
    Lane.Next accept(Work work) {
        Lane lane = work.lane();
        Object turn = work.turn();
        Caller caller = work.caller();
        Work before = turn == null ? null : turns.put(turn, work);
        if (before == null && lane.isFree()) {
            begin(work);
            if (caller != null) {
                caller.begin(work);
            }
            return lane.offer(work);
        }
        if (before == null && work.canBeRefused() && !hasRoom(work)) {
            work.isRefused = true;
            running.add(work);
            return Lane.Next.HERE;
        }
        work.waits = true;
        lane.reserve(work);
        if (caller != null) {
            caller.waiting += work.places();
            caller.begin(work);
        }
        if (before != null) {
            before.next = work;
            return Lane.Next.WAITS;
        }
        lane.add(work);
        makeReady(lane);
        return isToStart() ? Lane.Next.READY : Lane.Next.WAITS;
    }

    private boolean hasRoom(Work work) {
        Caller caller = work.caller();
        return work.lane().hasRoomFor(work) && (caller == null || caller.waiting + work.places() <= waitingOfCaller);
    }

    private void begin(Work work) {
        work.lane().begin();
        running.add(work);
        ahead.begins(work);
    }

    // ---- what waited

    /** Whether the thread that asks is to start what is ready. */
    boolean isToStart() {
        boolean is = !starting && !ready.isEmpty();
        starting |= is;
        return is;
    }

    /** What that thread starts next; null if nothing is ready any more. */
    @Nullable
    Work nextReady() {
        Work work = ready.poll();
        starting = work != null;
        return work;
    }

    /** There may be places in a lane. */
    void makeReady(Lane lane) {
        for (Work next = poll(lane); next != null; next = poll(lane)) {
            ready.add(next);
        }
    }

    /** What waits, and has a place in its lane now. */
    private @Nullable Work poll(Lane lane) {
        Work next = givenUp ? null : lane.poll();
        if (next != null) {
            leave(next);
            begin(next);
        }
        return next;
    }

    /** It waits no longer. */
    private static void leave(Work work) {
        work.waits = false;
        work.lane().free(work);
        Caller caller = work.caller();
        if (caller != null) {
            caller.waiting -= work.places();
        }
    }

    /** What a worker of a lane does next; null if there is nothing. */
    @Nullable
    Work take(Lane lane) {
        Work begun = lane.take();
        return begun == null ? lane.take(poll(lane)) : begun;
    }

    // ---- the end

    /** Takes back work that waits, and has no turn, or whose turn will not come; false if it does not. */
    boolean withdraw(Work work) {
        if (!work.waits || !(work.lane().remove(work) || givenUp)) {
            return false;
        }
        leave(work);
        return true;
    }

    /** Work is done: the next of its turn may wait for a place now. */
    void ended(Work work) {
        running.remove(work);
        ahead.ends(work);
        if (!work.isRefused) {
            work.lane().end();
        }
        Object turn = work.turn();
        Work next = turn == null || turns.remove(turn, work) ? null : work.next;
        if (next != null) {
            next.lane().add(next);
            makeReady(next.lane());
        }
    }

    /** Begins nothing more; returns all that is there. */
    List<Work> giveUp() {
        givenUp = true;
        List<Work> all = running.all();
        lanes.forEach(lane -> all.addAll(lane.waiting()));
        for (int i = 0; i < all.size(); i++) { // it grows by what waits for a turn
            Work next = all.get(i).next;
            if (next != null) {
                all.add(next);
            }
        }
        return all;
    }
}
