package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a peer is still to be told of subscriptions to prefixes, or of groups: beginnings and ends, in order. An end takes
 * back the beginning if that still waits, so that what comes and goes while the peer does not listen is never told.
 *
 * <p>What waits is therefore at most the subscriptions there are now, and the ends of those that the peer knows. The first
 * are for the one who subscribes to limit; the others, which are kept nowhere else, may be {@link #MOST_OCTETS}.
 *
 * <p>For one thread at a time.
 */
public final class SubscriptionChanges {

    /** 4 MiB of ends, each counted with 64 octets beside its name. A peer that leaves more waiting is better told anew. */
    public static final long MOST_OCTETS = 4L << 20;

    private static final int OVERHEAD = 64;

    /** A set never gives back its table. */
    private static final int WORTH_SHRINKING = 1024;

    /**
     * That a subscription begins, or ends. Can be compared, as hash codes of names may be chosen to be equal.
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

    /** Makes one in which nothing waits. */
    public SubscriptionChanges() {}

    /**
     * Notes a change.
     *
     * @param name the prefix or the group
     * @param isEnd whether it ends
     * @return false if there are too many ends
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

    /** {@return the next one, which waits no more; null for none} */
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
        if (waiting.isEmpty() && most > WORTH_SHRINKING) {
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
