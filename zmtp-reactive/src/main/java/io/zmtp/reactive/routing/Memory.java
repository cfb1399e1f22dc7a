package io.zmtp.reactive.routing;

import io.zmtp.reactive.pipe.Deadline;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was taken over from one peer, and what became of it, until the peer says that it knows. Any thread. */
final class Memory {

    private final long age;
    private final int most;

    /** By their digests, the oldest first. */
    private final Map<Long, TakenOver> all = new LinkedHashMap<>();

    // Guarded by the lock of what keeps it.
    boolean isAway;
    long leftAt;

    Memory(long age, int most) {
        this.age = age;
        this.most = most;
    }

    /** What is known of a message; null for nothing. */
    synchronized @Nullable TakenOver get(long digest) {
        trim(Deadline.now());
        return all.get(digest);
    }

    synchronized void put(long digest, TakenOver taken) {
        long now = Deadline.now();
        taken.since = now;
        all.put(digest, taken);
        trim(now);
    }

    /** Forgets the oldest ones that are too many, and those that are too old. */
    private void trim(long now) {
        for (Iterator<TakenOver> oldest = all.values().iterator(); oldest.hasNext(); ) {
            TakenOver next = oldest.next();
            if (all.size() <= most && (!next.isOver() || now - next.since <= age)) {
                return;
            }
            oldest.remove();
        }
    }

    /** The peer knows what became of it. */
    synchronized void forget(long digest) {
        TakenOver taken = all.get(digest);
        if (taken != null && taken.isOver()) {
            all.remove(digest);
        }
    }
}
