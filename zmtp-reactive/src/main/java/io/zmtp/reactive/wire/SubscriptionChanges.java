package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
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

    /** From so many entries on a new set is made, as a set never shrinks its table. */
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

    private Set<Change> waiting = new LinkedHashSet<>(0);
    private int most;
    private long octetsOfEnds;

    /** Makes an empty one. */
    public SubscriptionChanges() {}

    /**
     * Notes a change.
     *
     * @param name the prefix or the group
     * @param isEnd whether it ends
     * @return false if more ends wait than may
     */
    public boolean add(Bytes name, boolean isEnd) {
        if (isEnd && waiting.remove(new Change(name, false))) {
            shrink();
            return true;
        }
        if (waiting.add(new Change(name, isEnd)) && isEnd) {
            octetsOfEnds += name.size() + OVERHEAD;
        }
        most = Math.max(most, waiting.size());
        return octetsOfEnds <= MOST_OCTETS;
    }

    /** {@return the next one, which no longer waits; null if none does} */
    public @Nullable Change poll() {
        Iterator<Change> each = waiting.iterator();
        if (!each.hasNext()) {
            return null;
        }
        Change next = each.next();
        each.remove();
        octetsOfEnds -= next.isEnd() ? next.name().size() + OVERHEAD : 0;
        shrink();
        return next;
    }

    private void shrink() {
        if (waiting.isEmpty() && most > SHRINKING_SIZE) {
            clear();
        }
    }

    /** Forgets all of them. */
    public void clear() {
        waiting = new LinkedHashSet<>(0);
        most = 0;
        octetsOfEnds = 0;
    }

    /** {@return how many wait} */
    public int size() {
        return waiting.size();
    }
}
