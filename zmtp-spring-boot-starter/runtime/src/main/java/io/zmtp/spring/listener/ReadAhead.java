package io.zmtp.spring.listener;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many messages are requested beyond those that can be handled now: as many as are handled one by one in a millisecond, up to
 * a limit in messages and octets. So a fast listener need not ask for each message, and a slow one leaves all in the socket's
 * queues. Guarded by the {@link ListenerConsumer} that it belongs to.
 */
final class ReadAhead {

    /** How many messages at most; fewer if they are large. */
    static final int MOST = 64;

    private static final long SPAN = TimeUnit.MILLISECONDS.toNanos(1);

    private final int most;
    private final LongSupplier clock;
    private int now;
    private int places = 1;

    /** Whether the time of the next message is to be taken: of one among those that are requested together. */
    private boolean measures = true;

    /**
     * Nothing so far.
     *
     * @param most 0 to request only what can be handled now
     * @param clock in nanoseconds
     */
    ReadAhead(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
    }

    void begins(Work work) {
        if (measures && most > 0) {
            measures = false;
            work.since = clock.getAsLong();
            places = Math.max(1, work.places()); // the next ones are taken to be as large
        }
    }

    void ends(Work work) {
        if (work.since != 0) {
            long handled = SPAN / Math.max(1, clock.getAsLong() - work.since);
            now = (int) (now + Math.min(most, handled)) / 2;
        }
    }

    /**
     * How many to request now, in batches.
     *
     * @param free how many were to be requested if nothing was read ahead; may be below zero
     */
    int request(int free) {
        int before = Math.min(now, most / places);
        int room = free + before;
        if (room <= before / 2) {
            return 0;
        }
        measures = true;
        return room;
    }
}
