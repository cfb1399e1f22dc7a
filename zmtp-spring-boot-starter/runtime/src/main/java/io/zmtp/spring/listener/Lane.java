package io.zmtp.spring.listener;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one listener: how many are handled now, and which wait for that. Guarded by the {@link ListenerConsumer}
 * that it belongs to.
 */
final class Lane {

    private final int concurrency;
    private final int room;

    /** In the order of their coming; each can be taken out. */
    private final Set<Work> queue = new LinkedHashSet<>();

    private int handling;

    /** By those that wait, here or for their turn. */
    private int taken;

    /**
     * A lane without messages.
     *
     * @param concurrency how many are handled at a time
     * @param room how many places there are for those that wait
     */
    Lane(int concurrency, int room) {
        this.concurrency = concurrency;
        this.room = room;
    }

    /** For what no listener has to do: nothing waits. */
    static Lane unlimited() {
        return new Lane(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    int concurrency() {
        return concurrency;
    }

    int room() {
        return room;
    }

    boolean isBusy() {
        return handling >= concurrency;
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

    /** The next one, if it can be handled now. */
    @Nullable
    Work poll() {
        if (isBusy() || queue.isEmpty()) {
            return null;
        }
        Iterator<Work> all = queue.iterator();
        Work next = all.next();
        all.remove();
        return next;
    }
}
