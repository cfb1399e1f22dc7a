package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.List;

/**
 * The subscriptions of this side: the prefixes of a SUB, or the groups of a DISH. Equal ones are counted: one SUBSCRIBE is
 * sent for each different prefix, and one CANCEL with the last.
 *
 * <p>For one thread at a time.
 */
public final class Subscriptions {
    private final PrefixTree<Void> tree = new PrefixTree<>();

    /** None yet. */
    public Subscriptions() {}

    /**
     * Subscribes.
     *
     * @param prefix what the topics begin with, empty for all; or a group
     * @return whether it is the first, which is sent to the peers
     */
    public boolean subscribe(Bytes prefix) {
        return tree.at(prefix).want(prefix);
    }

    /**
     * Ends one subscription; one that is not there is ignored.
     *
     * @param prefix what was subscribed to
     * @return whether it was the last, which is sent to the peers
     */
    public boolean unsubscribe(Bytes prefix) {
        TrieNode<Void> node = tree.find(prefix);
        if (node == null || node.subscribers == 0) {
            return false;
        }
        node.subscribers--;
        if (node.subscribers > 0) {
            return false;
        }
        tree.prune(node);
        return true;
    }

    /** {@return whether there is none} */
    public boolean isEmpty() {
        return tree.root.subscribers == 0 && tree.root.childCount() == 0;
    }

    /** {@return the different prefixes or groups, in no order: what a peer is sent when it connects} */
    public List<Bytes> prefixes() {
        return tree.prefixes();
    }

    /**
     * Checks whether a topic is wanted.
     *
     * @param topic the first part of a message
     * @return whether it begins with one of the prefixes
     */
    public boolean matches(Bytes topic) {
        for (TrieNode<Void> node = tree.root; node != null; node = tree.below(node, topic)) {
            if (node.subscribers > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Checks whether a prefix was subscribed to, or a group was joined.
     *
     * @param interest the whole of it
     * @return whether it was
     */
    public boolean contains(Bytes interest) {
        TrieNode<Void> node = tree.find(interest);
        return node != null && node.subscribers > 0;
    }
}
