package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.List;

/**
 * What one side has subscribed to, as a SUB: prefixes, or the groups of a DISH. They are counted: one SUBSCRIBE goes out
 * for each different prefix, and one CANCEL with the last equal subscription (RFC 29).
 *
 * <p>For one thread at a time.
 */
public final class Subscriptions {
    // Ourselves as the only subscriber; our own subscriptions have no limit.
    private final SubscriptionTrie<Subscriptions> trie = new SubscriptionTrie<>(Integer.MAX_VALUE, Long.MAX_VALUE);

    /**
     * Subscribes.
     *
     * @param prefix what the topics begin with, empty for all; or a group
     * @return whether it is the first such, so that peers are to be told
     */
    public boolean subscribe(Bytes prefix) {
        return trie.subscribe(prefix, this) == SubscriptionTrie.Outcome.FIRST;
    }

    /**
     * Ends one subscription; one that is not there is ignored.
     *
     * @param prefix what was subscribed to
     * @return whether it was the last such, so that peers are to be told
     */
    public boolean unsubscribe(Bytes prefix) {
        return trie.unsubscribe(prefix, this);
    }

    /** {@return the different prefixes or groups, in no order: what a peer is told when it connects} */
    public List<Bytes> prefixes() {
        return trie.prefixes(this);
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
        return trie.count(group) > 0;
    }

    /** {@return whether there are none} */
    public boolean isEmpty() {
        return trie.isEmpty();
    }
}
