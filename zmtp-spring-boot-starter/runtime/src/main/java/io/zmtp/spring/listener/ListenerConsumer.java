package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.spring.listener.source.Arrival;
import io.zmtp.spring.listener.source.ListenerSource;
import io.zmtp.spring.listener.source.Taker;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Requests messages and has each handled in the lane of its listener. While it is paused it keeps what it had requested already;
 * when it is stopped it requests no more, and is done when the last message is handled.
 *
 * <p>One lane alone takes hardly more messages than it can handle now, see {@link ReadAhead}. Where there are several, or where
 * there are callers, which may give up, it reads on while a lane is busy. What waits then has a limit in each lane, and for each
 * caller. Beyond it a call is refused; a message that cannot be refused stops the reading, for all lanes, until there is room.
 */
final class ListenerConsumer implements Taker {

    /** How many messages are requested ahead, where reading goes on. */
    private static final int AHEAD = 64;

    private final ListenerFailureLog log = new ListenerFailureLog(ListenerConsumer.class);

    private final List<Lane> lanes;
    private final boolean readsAhead;
    private final ReadAhead ahead;
    private final BiFunction<Message, @Nullable Arrival, @Nullable Work> routing;

    /** What came while it was paused, and after that before all of it was handled: one does not overtake another. */
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    private record Held(Message message, @Nullable Arrival arrival) {}

    private final Schedule schedule;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private @Nullable Subscription subscriber;
    private int requested;
    private int taken;
    private boolean paused;
    private boolean resuming; // a thread handles what was held
    private boolean stopping;

    /**
     * A consumer that does not run yet.
     *
     * @param lanes one for each listener
     * @param hasCallers whether calls can be given up
     * @param ahead for one lane alone
     * @param waitingOfCaller how many places the calls of one caller may take that wait
     * @param routing finds what is to be done; null if nothing is. Called by one thread at a time
     */
    ListenerConsumer(
            Collection<Lane> lanes,
            boolean hasCallers,
            ReadAhead ahead,
            int waitingOfCaller,
            BiFunction<Message, @Nullable Arrival, @Nullable Work> routing) {
        this.lanes = List.copyOf(lanes); // gone over for each message
        this.readsAhead = hasCallers || lanes.size() > 1;
        this.ahead = ahead;
        this.schedule = new Schedule(this.lanes, ahead, waitingOfCaller);
        this.routing = routing;
    }

    /** Takes messages while it is subscribed to; completes and fails as they do. What it has by then is still handled. */
    Mono<Void> consume(ListenerSource source, List<String> topics) {
        return source.take(topics, this, requestsAtATime());
    }

    private int requestsAtATime() {
        long all = 0;
        for (Lane lane : lanes) {
            all += lane.concurrency() + (readsAhead ? lane.room() : 0L);
        }
        return (int) Math.min(Integer.MAX_VALUE, all);
    }

    @Override
    public void takesFrom(@Nullable Subscription next) {
        synchronized (this) {
            subscriber = next;
            requested = 0;
        }
        requestMore();
    }

    /** Does the work for a message now, or after the pause. */
    @Override
    public void take(Message message, @Nullable Arrival arrival) {
        synchronized (this) {
            if (subscriber != null) { // REP has none
                requested--;
            }
            taken++;
            if ((paused && !stopping) || resuming || !held.isEmpty()) {
                held.add(new Held(message, arrival));
                return;
            }
        }
        route(message, arrival);
    }

    private void route(Message message, @Nullable Arrival arrival) {
        Work work = null;
        try {
            work = routing.apply(message, arrival);
        } catch (RuntimeException | Error thrown) {
            failed(thrown);
            if (arrival != null) {
                arrival.failed(thrown);
            }
        }
        if (work != null) {
            work.belongsTo(this, arrival);
            Lane.Next next;
            synchronized (this) {
                next = schedule.accept(work);
            }
            if (work.caller() != null) {
                work.caller().check(work);
            }
            begin(work, next);
            if (readsAhead) { // else it requests when something has ended
                requestMore();
            }
            return;
        }
        if (arrival != null) {
            arrival.end();
        }
        synchronized (this) {
            taken--;
            finish();
        }
        requestMore();
    }

    private void begin(Work work, Lane.Next next) {
        if (next == Lane.Next.HERE) {
            work.run();
        } else if (next == Lane.Next.READY) {
            start();
        } else if (next == Lane.Next.NEW_WORKER) {
            new Worker(this, work.lane()).start();
        }
    }

    /**
     * What a worker does next; null if it is to end. Requesting may hand out the next message here, which is handled when that has
     * returned.
     */
    @Nullable
    Work next(Lane lane, @Nullable Work before) {
        boolean starts = false;
        Subscription from;
        int more;
        synchronized (this) {
            if (before != null) {
                lane.release(before);
            }
            if (before != null && before.isDone) {
                ended(before);
                starts = schedule.isToStart();
            }
            from = subscriber;
            more = more();
        }
        if (before != null && before.isDone && before.caller() != null) {
            before.caller().end(before);
        }
        if (starts) {
            start();
        }
        if (from != null && more > 0) {
            from.request(more);
        }
        Work next;
        boolean oneMore;
        synchronized (this) {
            next = schedule.take(lane);
            oneMore = lane.needsWorker();
        }
        if (oneMore) {
            new Worker(this, lane).start();
        }
        return next;
    }

    /** What was for a worker that cannot start. */
    synchronized @Nullable Work withoutWorker(Lane lane) {
        Work left = schedule.take(lane);
        if (left != null) {
            left.worker = null;
        }
        return left;
    }

    /** Takes work back that waits, and has no turn, or whose turn will not come; false if it does not. */
    boolean withdraw(Work work) {
        synchronized (this) {
            if (!schedule.withdraw(work)) {
                return false;
            }
            taken--;
            finish();
        }
        if (work.caller() != null) {
            work.caller().end(work);
        }
        requestMore();
        return true;
    }

    void failed(Throwable failure) {
        log.error("message", "A ZMTP listener could not handle a message", failure);
    }

    /** Work has ended, and its method has returned. */
    @SuppressWarnings("ReferenceEquality")
    void done(Work work) {
        if (work.worker == Thread.currentThread()) {
            work.isDone = true; // for its worker, when that comes back
            return;
        }
        boolean starts;
        Subscription from;
        int more;
        synchronized (this) {
            Lane lane = work.lane();
            boolean comesBack = work.worker != null; // its worker, which takes the next one itself, and requests
            lane.release(work);
            ended(work);
            if (!comesBack) {
                schedule.makeReady(lane);
            }
            starts = schedule.isToStart();
            from = subscriber;
            more = comesBack ? 0 : more();
        }
        if (work.caller() != null) {
            work.caller().end(work);
        }
        if (starts) {
            start();
        }
        if (from != null && more > 0) {
            from.request(more);
        }
    }

    private void ended(Work work) {
        taken--;
        schedule.ended(work);
        finish();
    }

    /** One after another: each may end at once and make others ready, which must not nest. */
    private void start() {
        while (true) {
            Work work;
            Lane.Next next;
            synchronized (this) {
                work = schedule.nextReady();
                if (work == null) {
                    return;
                }
                next = work.lane().offer(work);
            }
            begin(work, next);
        }
    }

    private void finish() {
        if (stopping && taken == 0) {
            finished.tryEmitEmpty();
        }
    }

    /**
     * Ends what is still being handled, and begins nothing more.
     *
     * @return how many messages were not finished
     */
    int giveUp() {
        List<Work> now;
        List<Held> unbegun;
        int unfinished;
        synchronized (this) {
            unfinished = taken;
            now = schedule.giveUp();
            unbegun = List.copyOf(held);
            held.clear();
        }
        now.forEach(Work::giveUp);
        for (Held each : unbegun) {
            Arrival arrival = each.arrival();
            if (arrival != null) {
                arrival.giveUp();
            }
        }
        return unfinished;
    }

    /** Requests as many messages as can be taken now. */
    private void requestMore() {
        Subscription from;
        int more;
        synchronized (this) {
            from = subscriber;
            more = more();
        }
        if (from != null && more > 0) {
            from.request(more);
        }
    }

    /** How many are to be requested now, which the caller does when it has left the lock. */
    private int more() {
        if (stopping || resuming || subscriber == null) {
            return 0;
        }
        int more = room();
        requested += more;
        return more;
    }

    private int room() {
        if (!readsAhead) {
            return ahead.request(lanes.get(0).concurrency() - taken - requested);
        }
        if (requested > AHEAD / 2 || paused) {
            return 0;
        }
        for (Lane lane : lanes) {
            if (lane.isOverfull()) {
                return 0;
            }
        }
        return AHEAD - requested;
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized boolean isPaused() {
        return paused;
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        runHeld();
        requestMore();
    }

    /** Requests nothing meanwhile, so that it ends. */
    private void runHeld() {
        for (Held next = nextHeld(false); next != null; next = nextHeld(true)) {
            route(next.message(), next.arrival());
        }
    }

    /** Null also if another thread is at it. */
    private synchronized @Nullable Held nextHeld(boolean goesOn) {
        if (resuming && !goesOn) {
            return null;
        }
        Held next = paused && !stopping ? null : held.poll();
        resuming = next != null;
        return next;
    }

    /**
     * Requests no more.
     *
     * @return completes when all that came is handled
     */
    Mono<Void> stop() {
        Subscription last;
        synchronized (this) {
            stopping = true;
            last = subscriber;
        }
        if (last != null) {
            last.cancel();
        }
        runHeld();
        synchronized (this) {
            finish();
        }
        return finished.asMono();
    }
}
