package io.zmtp.reactive.routing;

import io.zmtp.reactive.pipe.Deadline;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was taken over from one peer, and what became of it, until the peer says that it knows. Any thread. */
final class Memory {

    private final long age;
    private final int most;

    /** What the application works on, by the digests: as much as it has asked for, and none of it may be forgotten. */
    private final Map<Long, TakenOver> running = new HashMap<>(0);

    /** What is over, the oldest first. */
    private final Map<Long, TakenOver> over = new LinkedHashMap<>();

    // Guarded by the lock of what keeps it.
    boolean isAway = true;
    long leftAt;

    Memory(long age, int most) {
        this.age = age;
        this.most = most;
    }

    /** What is known of a message; null for nothing. */
    synchronized @Nullable TakenOver get(long digest) {
        trim(Deadline.now());
        TakenOver found = running.isEmpty() ? null : running.get(digest);
        return found == null ? over.get(digest) : found;
    }

    /** The application begins to work on a message. */
    synchronized void begin(TakenOver taken) {
        running.put(taken.digest, taken);
    }

    /** It is known from now on what became of a message. */
    synchronized void over(TakenOver taken) {
        long now = Deadline.now();
        running.remove(taken.digest);
        taken.since = now;
        over.put(taken.digest, taken);
        trim(now);
    }

    /** Forgets the oldest ones that are too many, and those that are too old. */
    private void trim(long now) {
        for (Iterator<TakenOver> oldest = over.values().iterator(); oldest.hasNext(); ) {
            TakenOver next = oldest.next();
            if (over.size() <= most && now - next.since <= age) {
                return;
            }
            oldest.remove();
        }
    }

    /** The peer knows what became of it. */
    synchronized void forget(long digest) {
        over.remove(digest);
    }

    synchronized boolean isEmpty() {
        return running.isEmpty() && over.isEmpty();
    }
}
