package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of this side: the prefixes of a SUB, or the groups of a DISH. Equal ones are counted: one SUBSCRIBE is
 * sent for each different prefix, and one CANCEL with the last.
 *
 * <p>For one thread at a time.
 */
public final class Subscriptions {
    // This object is the only subscriber; subscriptions of this side have no limit. Null if nothing is to be matched.
    private final @Nullable SubscriptionTrie<Subscriptions> trie;

    /** The number of equal subscriptions to each. */
    private final Map<Bytes, Integer> times = new HashMap<>();

    /** None yet. */
    public Subscriptions() {
        this(true);
    }

    /**
     * None yet.
     *
     * @param matching whether {@link #matches} is to be asked: keeping what that needs costs more than all else
     */
    Subscriptions(boolean matching) {
        trie = matching ? new SubscriptionTrie<>(Integer.MAX_VALUE, Long.MAX_VALUE) : null;
    }

    /**
     * Subscribes.
     *
     * @param prefix what the topics begin with, empty for all; or a group
     * @return whether it is the first, which is sent to the peers
     */
    public boolean subscribe(Bytes prefix) {
        boolean isFirst = times.merge(prefix, 1, Integer::sum) == 1;
        if (isFirst && trie != null) {
            trie.subscribe(prefix, this);
        }
        return isFirst;
    }

    /**
     * Ends one subscription; one that is not there is ignored.
     *
     * @param prefix what was subscribed to
     * @return whether it was the last, which is sent to the peers
     */
    public boolean unsubscribe(Bytes prefix) {
        boolean isLast = times.containsKey(prefix) && times.merge(prefix, -1, Integer::sum) == 0;
        if (isLast) {
            times.remove(prefix);
            if (trie != null) {
                trie.unsubscribe(prefix, this);
            }
        }
        return isLast;
    }

    /** {@return the different prefixes or groups, in no order: what a peer is sent when it connects} */
    public List<Bytes> prefixes() {
        return List.copyOf(times.keySet());
    }

    /**
     * Checks whether a topic is wanted.
     *
     * @param topic the first part of a message
     * @return whether it begins with one of the prefixes
     */
    public boolean matches(Bytes topic) {
        if (trie == null) {
            throw new IllegalStateException("expected to be asked for whole prefixes or groups only");
        }
        return trie.contains(this, topic);
    }

    /**
     * Checks whether a group was joined.
     *
     * @param group the group of a message
     * @return whether it was joined
     */
    public boolean contains(Bytes group) {
        return times.containsKey(group);
    }
}
