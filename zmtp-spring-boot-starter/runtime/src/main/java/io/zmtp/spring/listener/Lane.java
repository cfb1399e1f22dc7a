package io.zmtp.spring.listener;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The messages of one listener: how many are handled now, by which threads, and which wait for that. Guarded by the
 * {@link ListenerConsumer} that it belongs to.
 *
 * <p>A listener that may block has workers, at most one for each message that is handled at a time. A worker that has finished
 * with a message takes the next one, and ends when there is none: a thread is started only for a message that finds no worker
 * without one.
 */
final class Lane {

    private final int concurrency;
    private final int room;
    private final @Nullable Scheduler threads;

    private final WorkList queue = new WorkList();

    private int handling;

    /** By those that wait, here or for their turn. */
    private int taken;

    /** What has begun, for the next workers. */
    private final ArrayDeque<Work> begun = new ArrayDeque<>();

    /** Workers that have nothing to do, and look here for something before they end. */
    private int idle;

    /**
     * A lane without messages.
     *
     * @param concurrency how many are handled at a time
     * @param room how many places there are for those that wait
     * @param threads where its workers run; null if it has none, since nothing in it blocks
     */
    Lane(int concurrency, int room, @Nullable Scheduler threads) {
        this.concurrency = concurrency;
        this.room = room;
        this.threads = threads;
    }

    /** For what no listener has to do: nothing waits. */
    static Lane unlimited() {
        return new Lane(Integer.MAX_VALUE, Integer.MAX_VALUE, null);
    }

    int concurrency() {
        return concurrency;
    }

    int room() {
        return room;
    }

    /** Where its workers run; null if it has none. */
    @Nullable
    Scheduler threads() {
        return threads;
    }

    boolean isBusy() {
        return handling >= concurrency;
    }

    /** Whether what comes now can begin at once: it must not pass others. */
    boolean isFree() {
        return !isBusy() && queue.isEmpty();
    }

    boolean hasRoomFor(Work work) {
        return work.places() <= room - taken;
    }

    /** Whether more wait than there is room for: reading must stop. */
    boolean isOverfull() {
        return taken > room;
    }

    /** Something waits for its turn, or for this lane. */
    void reserve(Work work) {
        taken += work.places();
    }

    void free(Work work) {
        taken -= work.places();
    }

    void begin() {
        handling++;
    }

    void end() {
        handling--;
    }

    void add(Work work) {
        queue.add(work);
    }

    /** Whether it waited here. */
    boolean remove(Work work) {
        return queue.remove(work);
    }

    /** What waits here. */
    List<Work> waiting() {
        return queue.all();
    }

    /** The next one, if it can be handled now. */
    @Nullable
    Work poll() {
        return isBusy() ? null : queue.poll();
    }

    // ---- workers

    /** What becomes of work: it waits, is done here, or by a worker, perhaps one that is to be started. */
    enum Next {
        WAITS,
        /** It waits, or others did, for which there is a place now. */
        READY,
        HERE,
        WORKER,
        NEW_WORKER
    }

    /** Something has begun. */
    Next offer(Work work) {
        if (threads == null) {
            return Next.HERE;
        }
        begun.add(work);
        return needsWorker() ? Next.NEW_WORKER : Next.WORKER;
    }

    /**
     * Whether one more worker is to be started, which counts as one without work from now on. One is started at a time: if it finds
     * more than it takes, it starts the next one. So many messages that take no time do not wake many threads.
     */
    boolean needsWorker() {
        if (begun.isEmpty() || idle > 0) {
            return false;
        }
        idle++;
        return true;
    }

    /** What has begun, and a worker without work does next; null if there is none. */
    @Nullable
    Work take() {
        return begun.isEmpty() ? null : take(begun.poll());
    }

    /** What a worker without work does next; null if it is to end. */
    @Nullable
    Work take(@Nullable Work next) {
        idle--;
        if (next != null) {
            next.worker = Thread.currentThread();
        }
        return next;
    }

    /** Its worker has finished with it, or is about to. */
    void release(Work work) {
        if (work.worker != null) {
            work.worker = null;
            idle++;
        }
    }
}
