package io.zmtp.reactive.replay;

import io.zmtp.reactive.Endpoint;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The messages of one epoch of a publisher, in the order of their numbers: those that are ready, and those that are ahead. */
final class Row {

    /** No number. */
    static final long UNKNOWN = -1;

    private final Endpoint endpoint;
    private final Tally tally;

    /** In order, for the subscriber. */
    private final ArrayDeque<Update> ready = new ArrayDeque<>();

    /** Live messages that wait for those before them, in order. */
    final ArrayDeque<Published> ahead = new ArrayDeque<>();

    private long readyBytes;
    private long aheadBytes;

    long epoch;

    /** The number of the next message that is ready. */
    long expected = UNKNOWN;

    /** Whether that has changed, since somebody looked. */
    boolean progress;

    Row(Endpoint endpoint, Tally tally) {
        this.endpoint = endpoint;
        this.tally = tally;
    }

    @Nullable
    Update poll() {
        Update next = ready.poll();
        if (ready.isEmpty()) { // mostly, and this is for each message
            readyBytes = 0;
        } else if (next instanceof Published published) {
            readyBytes -= published.message().bytes();
        }
        return next;
    }

    int ready() {
        return ready.size();
    }

    /** How many are held. */
    int held() {
        return ready.size() + ahead.size();
    }

    /** How many octets are held. */
    long bytes() {
        return readyBytes + aheadBytes;
    }

    /** How many of them are ready. */
    long readyBytes() {
        return readyBytes;
    }

    /** Holds one that comes behind all that are ahead. */
    void keep(Published next) {
        aheadBytes += next.message().bytes();
        ahead.add(next);
    }

    /** Makes the next one ready. */
    void hand(Published next) {
        readyBytes += next.message().bytes();
        ready.add(next);
        expected = next.number() + 1;
        progress = true;
        tally.received.increment();
        if (next.replayed()) {
            tally.replayed.increment();
        }
    }

    /** Makes ready what waited for the messages before. */
    void release() {
        while (!ahead.isEmpty() && ahead.getFirst().number() <= expected) {
            Published next = ahead.removeFirst();
            aheadBytes -= next.message().bytes();
            if (next.number() == expected) {
                hand(next);
            } else {
                tally.duplicates.increment();
            }
        }
        if (ahead.isEmpty()) {
            tally.closed(this);
        }
    }

    /** The numbers up to this one are lost, except for those of messages that are here. */
    void lose(long last) {
        while (expected <= last) {
            long end = ahead.isEmpty() ? last : Math.min(last, ahead.getFirst().number() - 1);
            if (end >= expected) {
                ready.add(new Gap(endpoint, epoch, expected, end));
                tally.lost.add(end - expected + 1);
                expected = end + 1;
                progress = true;
            }
            release();
        }
    }

    /** The numbers before this one are of nothing that is wanted, except for those of messages that are here. */
    void skipTo(long number) {
        while (!ahead.isEmpty() && ahead.getFirst().number() < number) {
            expected = Math.max(expected, ahead.getFirst().number());
            release();
        }
        if (expected < number) {
            expected = number;
            progress = true;
        }
    }

    /** Nobody wants it any more. */
    void end() {
        ready.clear();
        ahead.clear();
        tally.closed(this);
    }
}
