package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions to prefixes, or the groups, that a peer still has to be sent: begins and ends, in order. An end
 * removes its begin if that still waits, so a subscription that begins and ends while the peer does not read is never sent.
 *
 * <p>So what waits is at most the subscriptions that there are now, and the ends of those that the peer knows. The number of
 * the first is limited by the application that subscribes. The ends are kept nowhere else, and may have
 * {@link #MOST_OCTETS}.
 *
 * <p>For one thread at a time. Internal.
 */
public final class SubscriptionChanges {

    /**
     * 4 MiB of ends, each counted with 64 octets beside its name. For a peer that leaves more unread it is cheaper to
     * begin anew.
     */
    public static final long MOST_OCTETS = 4L << 20;

    private static final int OVERHEAD = 64;

    /** From so many entries on a new queue and a new set are made, as neither shrinks its table. */
    private static final int SHRINKING_SIZE = 1024;

    /**
     * A subscription that begins or ends. Comparable, so that names which a peer chose with equal hash codes cost a set
     * little.
     *
     * @param name the prefix or the group
     * @param isEnd whether it ends
     */
    public record Change(Bytes name, boolean isEnd) implements Comparable<Change> {
        @Override
        public int compareTo(Change other) {
            int byName = name.compareTo(other.name);
            return byName == 0 ? Boolean.compare(isEnd, other.isEnd) : byName;
        }
    }

    /** Begins only. While no end has come nothing is looked for among them, and there are many when a peer joins. */
    private Deque<Bytes> begins = new ArrayDeque<>(0);

    /** All that waits, once there is an end among it; then there is nothing in {@link #begins}. */
    private Set<Change> waiting = new LinkedHashSet<>(0);

    private int most;
    private long octetsOfEnds;

    /** Makes an empty one. */
    public SubscriptionChanges() {}

    /**
     * Notes a change. What has begun does so again only when it has ended.
     *
     * @param name the prefix or the group
     * @param isEnd whether it ends
     * @return false if more ends wait than may
     */
    public boolean add(Bytes name, boolean isEnd) {
        if (isEnd) {
            end(name);
        } else if (waiting.isEmpty()) {
            begins.add(name);
        } else {
            waiting.add(new Change(name, false));
        }
        most = Math.max(most, size());
        return octetsOfEnds <= MOST_OCTETS;
    }

    private void end(Bytes name) {
        for (Bytes begun; (begun = begins.poll()) != null; ) {
            waiting.add(new Change(begun, false));
        }
        if (waiting.remove(new Change(name, false))) {
            shrink();
        } else if (waiting.add(new Change(name, true))) {
            octetsOfEnds += name.size() + OVERHEAD;
        }
    }

    /** {@return the next one, which no longer waits; null if none does} */
    public @Nullable Change poll() {
        Bytes begun = begins.poll();
        Change next = begun == null ? pollWaiting() : new Change(begun, false);
        shrink();
        return next;
    }

    private @Nullable Change pollWaiting() {
        Iterator<Change> each = waiting.iterator();
        if (!each.hasNext()) {
            return null;
        }
        Change next = each.next();
        each.remove();
        octetsOfEnds -= next.isEnd() ? next.name().size() + OVERHEAD : 0;
        return next;
    }

    private void shrink() {
        if (most > SHRINKING_SIZE && size() == 0) {
            clear();
        }
    }

    /** Forgets all of them. */
    public void clear() {
        begins = new ArrayDeque<>(0);
        waiting = new LinkedHashSet<>(0);
        most = 0;
        octetsOfEnds = 0;
    }

    /** {@return how many wait} */
    public int size() {
        return begins.size() + waiting.size();
    }
}
