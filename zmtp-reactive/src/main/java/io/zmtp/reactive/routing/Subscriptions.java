package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one side has subscribed to, as a SUB: prefixes, or the groups of a DISH. They are counted: one SUBSCRIBE goes out
 * for each different prefix, and one CANCEL with the last equal subscription.
 *
 * <p>For one thread at a time.
 */
public final class Subscriptions {
    // Ourselves as the only subscriber; our own subscriptions have no limit.
    private final SubscriptionTrie<Subscriptions> trie = new SubscriptionTrie<>(Integer.MAX_VALUE, Long.MAX_VALUE);

    /** How often each was subscribed to. */
    private final Map<Bytes, Integer> times = new HashMap<>();

    /**
     * Subscribes.
     *
     * @param prefix what the topics begin with, empty for all; or a group
     * @return whether it is the first such, so that peers are to be told
     */
    public boolean subscribe(Bytes prefix) {
        boolean isFirst = times.merge(prefix, 1, Integer::sum) == 1;
        if (isFirst) {
            trie.subscribe(prefix, this);
        }
        return isFirst;
    }

    /**
     * Ends one subscription; one that is not there is ignored.
     *
     * @param prefix what was subscribed to
     * @return whether it was the last such, so that peers are to be told
     */
    public boolean unsubscribe(Bytes prefix) {
        boolean isLast = times.containsKey(prefix) && times.merge(prefix, -1, Integer::sum) == 0;
        if (isLast) {
            times.remove(prefix);
            trie.unsubscribe(prefix, this);
        }
        return isLast;
    }

    /** {@return the different prefixes or groups, in no order: what a peer is told when it connects} */
    public List<Bytes> prefixes() {
        return List.copyOf(times.keySet());
    }

    /**
     * Tells whether a topic is wanted.
     *
     * @param topic the first part of a message
     * @return whether it begins with one of the prefixes
     */
    public boolean matches(Bytes topic) {
        return trie.contains(this, topic);
    }

    /**
     * Tells whether a group was joined.
     *
     * @param group the group of a message
     * @return whether it is one of those here, as a whole
     */
    public boolean contains(Bytes group) {
        return times.containsKey(group);
    }
}
