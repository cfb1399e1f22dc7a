package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.routing.TrieEntry.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of topics: by prefixes, as a PUB keeps them, and by groups, which match as a whole.
 *
 * <p>Equal subscriptions of one subscriber are one, and end with the first cancellation. RFC 37 would have them counted;
 * but libzmq and JeroMQ send each SUBSCRIBE of their user, and one CANCEL with the last, so a publisher that counted would
 * never stop sending to them.
 *
 * <p>A match takes time in proportion to the length of the topic and the number of subscribers visited, however many
 * prefixes there are, and allocates nothing. The prefixes are a radix tree of at most two nodes for each. A subscription
 * costs its prefix and about 250 octets more, which are freed with it.
 *
 * <p>For one thread at a time.
 *
 * @param <S> a subscriber, compared by {@code equals}
 */
public final class SubscriptionTrie<S> {
    /** The most octets in all different prefixes of a subscriber: 16 MiB. */
    public static final long DEFAULT_MAX_OCTETS = 16L << 20;

    /** The result of a subscription. */
    public enum Outcome {
        /** No subscriber had this prefix before. */
        FIRST,
        /** Another subscriber had it. */
        FURTHER,
        /** The subscriber itself had it, and nothing changed. */
        AGAIN,
        /** Refused: the subscriber has too many different prefixes. */
        TOO_MANY,
        /** Refused: the subscriber's prefixes would have too many octets. */
        TOO_LARGE;

        /** {@return whether it was refused, and nothing changed} */
        public boolean isRefused() {
            return this == TOO_MANY || this == TOO_LARGE;
        }
    }

    /** The result of the end of a subscription. */
    public enum End {
        /** The subscriber had not subscribed to this prefix, and nothing changed. */
        NONE,
        /** Other subscribers still have it. */
        FURTHER,
        /** No subscriber has it any more. */
        LAST
    }

    private final int maxSubscriptions;
    private final long maxOctets;
    final TrieNode<S> root = new TrieNode<>(Bytes.EMPTY, 0, null);
    final Map<S, Owner<S>> owners = new HashMap<>();
    private long matches;

    /**
     * Makes an empty one.
     *
     * @param maxSubscriptions the most different prefixes of one subscriber
     * @param maxOctets the most octets in all different prefixes of one subscriber
     */
    public SubscriptionTrie(int maxSubscriptions, long maxOctets) {
        if (maxSubscriptions < 1 || maxOctets < 0) {
            throw new IllegalArgumentException("limits: expected at least 1 subscription and 0 octets, but they are "
                    + maxSubscriptions + " and " + maxOctets);
        }
        this.maxSubscriptions = maxSubscriptions;
        this.maxOctets = maxOctets;
    }

    /**
     * Subscribes.
     *
     * @param prefix what the topics begin with; empty for all. It is kept
     * @param subscriber the subscriber
     * @return whether a subscriber had it before, or which limit refused it
     */
    public Outcome subscribe(Bytes prefix, S subscriber) {
        Owner<S> known = owners.get(subscriber);
        TrieNode<S> found = find(prefix);
        if (known != null && found != null && known.entries.containsKey(found)) {
            return Outcome.AGAIN;
        }
        if (known != null && known.entries.size() == maxSubscriptions) {
            return Outcome.TOO_MANY;
        }
        if ((known == null ? 0 : known.octets) + prefix.size() > maxOctets) {
            return Outcome.TOO_LARGE;
        }
        Owner<S> owner = known == null ? new Owner<>(subscriber) : known;
        TrieNode<S> node = found == null ? grow(prefix) : found;
        owners.put(subscriber, owner);
        boolean isFirst = node.subscribers == 0;
        if (isFirst) {
            node.path = prefix;
        }
        TrieEntry<S> entry = new TrieEntry<>(owner, node);
        entry.link();
        owner.add(entry);
        return isFirst ? Outcome.FIRST : Outcome.FURTHER;
    }

    /**
     * Ends a subscription, however often it was made; one that is not there is ignored.
     *
     * @param prefix what was subscribed to
     * @param subscriber the subscriber
     * @return what that changed
     */
    public End unsubscribe(Bytes prefix, S subscriber) {
        Owner<S> owner = owners.get(subscriber);
        TrieNode<S> node = find(prefix);
        TrieEntry<S> entry = owner == null || node == null ? null : owner.entries.get(node);
        if (owner == null || node == null || entry == null) {
            return End.NONE;
        }
        entry.unlink();
        owner.remove(entry);
        if (owner.entries.isEmpty()) {
            owners.remove(subscriber);
        }
        if (node.subscribers > 0) {
            return End.FURTHER;
        }
        prune(node);
        return End.LAST;
    }

    /**
     * Removes a subscriber, in time proportional to the number of its subscriptions.
     *
     * @param subscriber the subscriber; an unknown one is ignored
     * @return the prefixes that no subscriber has any more, in no order
     */
    public List<Bytes> remove(S subscriber) {
        Owner<S> owner = owners.remove(subscriber);
        if (owner == null) {
            return List.of();
        }
        List<Bytes> unwanted = new ArrayList<>();
        for (TrieEntry<S> entry : owner.entries.values()) {
            entry.unlink();
            if (entry.node.subscribers == 0) {
                unwanted.add(entry.node.path);
                prune(entry.node);
            }
        }
        return unwanted;
    }

    /**
     * Visits each subscriber that wants a topic, once.
     *
     * @param topic the topic: the first part of a message
     * @param visitor called for each; it must not use this trie
     * @return how many were visited
     */
    public int match(Bytes topic, Consumer<? super S> visitor) {
        if (root.subscribers == owners.size()) {
            return matchExactly(Bytes.EMPTY, visitor);
        }
        long match = ++matches;
        int visits = 0;
        for (TrieNode<S> node = root; node != null; node = below(node, topic)) {
            for (TrieEntry<S> entry = node.first; entry != null; entry = entry.next()) {
                Owner<S> owner = entry.owner;
                if (owner.visited != match) {
                    owner.visited = match;
                    visits++;
                    visitor.accept(owner.subscriber);
                }
            }
        }
        return visits;
    }

    /**
     * Visits each subscriber of a group, or of this very prefix, once.
     *
     * @param group the group
     * @param visitor called for each; it must not use this trie
     * @return how many were visited
     */
    public int matchExactly(Bytes group, Consumer<? super S> visitor) {
        TrieNode<S> node = find(group);
        if (node == null) {
            return 0;
        }
        for (TrieEntry<S> entry = node.first; entry != null; entry = entry.next()) {
            visitor.accept(entry.subscriber);
        }
        return node.subscribers;
    }

    /**
     * Checks whether a subscriber wants a topic.
     *
     * @param subscriber the subscriber
     * @param topic the topic: the first part of a message
     * @return whether one of its prefixes begins the topic
     */
    public boolean contains(S subscriber, Bytes topic) {
        Owner<S> owner = owners.get(subscriber);
        if (owner == null) {
            return false;
        }
        for (TrieNode<S> node = root; node != null; node = below(node, topic)) {
            if (owner.entries.containsKey(node)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lists what a subscriber has subscribed to.
     *
     * @param subscriber the subscriber
     * @return its different prefixes, in no order
     */
    public List<Bytes> prefixes(S subscriber) {
        Owner<S> owner = owners.get(subscriber);
        return owner == null
                ? List.of()
                : owner.entries.keySet().stream().map(node -> node.path).toList();
    }

    /** The next node with a prefix that the topic begins with; null if there is none. */
    private @Nullable TrieNode<S> below(TrieNode<S> node, Bytes topic) {
        if (topic.size() == node.end) {
            return null;
        }
        TrieNode<S> child = node.child(topic.byteAt(node.end));
        return child != null && child.common(topic, node.end) == child.end ? child : null;
    }

    private @Nullable TrieNode<S> find(Bytes prefix) {
        TrieNode<S> node = root;
        while (node != null && node.end < prefix.size()) {
            node = below(node, prefix);
        }
        return node;
    }

    /** Makes the node for a prefix that has none. */
    private TrieNode<S> grow(Bytes prefix) {
        TrieNode<S> last = root;
        for (TrieNode<S> node = root; node != null; node = below(node, prefix)) {
            last = node;
        }
        TrieNode<S> leaf = new TrieNode<>(prefix, prefix.size(), last);
        TrieNode<S> sibling = last.child(prefix.byteAt(last.end));
        if (sibling == null) {
            last.add(leaf);
            return leaf;
        }
        int parting = sibling.common(prefix, last.end);
        TrieNode<S> fork = parting == leaf.end ? leaf : new TrieNode<>(prefix, parting, last);
        last.replace(fork);
        fork.add(sibling);
        if (fork != leaf) {
            fork.add(leaf);
        }
        return leaf;
    }

    /** Removes a node that no subscriber wants any more, and those above that only led to it. */
    @SuppressWarnings("ReferenceEquality") // equal paths are the same one: they belong to one node
    private void prune(TrieNode<S> unwanted) {
        Bytes path = unwanted.path;
        TrieNode<S> parent = unwanted.parent;
        if (parent == null) {
            return; // the root stays; its path is empty
        }
        if (unwanted.childCount() == 0) {
            parent.remove(unwanted);
            splice(parent);
        } else {
            splice(unwanted);
        }
        // From the bottom up, so that a child's path is good when its parent takes it.
        for (TrieNode<S> node = unwanted; node != null && node.end > 0; node = node.parent) {
            if (node.path == path && node.childCount() > 0) {
                node.path = node.anyChild().path;
            }
        }
    }

    /** Removes a node that no subscriber wants, if no longer prefixes part there. */
    private void splice(TrieNode<S> node) {
        TrieNode<S> parent = node.parent;
        if (parent != null && node.subscribers == 0 && node.childCount() == 1) {
            parent.replace(node.anyChild());
        }
    }
}
