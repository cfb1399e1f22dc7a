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
 * costs its prefix and about 130 octets more, which are freed with it.
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

    private static final int MOST_WITHOUT_INDEX = 16;

    private final int maxSubscriptions;
    private final long maxOctets;
    final PrefixTree<S> tree = new PrefixTree<>();
    final Map<S, Owner<S>> owners = new HashMap<>();

    /** The subscribers of the prefixes that have very many, so that none has to be looked for among the others. */
    private final Map<TrieNode<S>, Map<Owner<S>, TrieEntry<S>>> indexes = new HashMap<>(0);

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
        Outcome refusal = refusal(prefix, known);
        if (refusal != null) {
            TrieNode<S> found = tree.find(prefix);
            boolean isAgain = found != null && known != null && entry(found, known) != null;
            return isAgain ? Outcome.AGAIN : refusal;
        }
        TrieNode<S> node = tree.at(prefix);
        if (known != null && entry(node, known) != null) {
            return Outcome.AGAIN;
        }
        Owner<S> owner = known == null ? new Owner<>(subscriber) : known;
        if (known == null) {
            owners.put(subscriber, owner);
        }
        TrieEntry<S> entry = new TrieEntry<>(owner, node);
        owner.add(entry);
        return link(entry, prefix) ? Outcome.FIRST : Outcome.FURTHER;
    }

    private @Nullable Outcome refusal(Bytes prefix, @Nullable Owner<S> known) {
        if (known != null && known.size == maxSubscriptions) {
            return Outcome.TOO_MANY;
        }
        return (known == null ? 0 : known.octets) + prefix.size() > maxOctets ? Outcome.TOO_LARGE : null;
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
        TrieNode<S> node = tree.find(prefix);
        TrieEntry<S> entry = owner == null || node == null ? null : entry(node, owner);
        if (owner == null || node == null || entry == null) {
            return End.NONE;
        }
        owner.remove(entry);
        if (owner.size == 0) {
            owners.remove(subscriber);
        }
        if (!unlink(entry)) {
            return End.FURTHER;
        }
        tree.prune(node);
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
        for (TrieEntry<S> entry = owner.first; entry != null; entry = entry.nextOfOwner) {
            if (unlink(entry)) {
                unwanted.add(entry.node.path);
                tree.prune(entry.node);
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
        if (tree.root.subscribers == owners.size()) {
            return matchExactly(Bytes.EMPTY, visitor);
        }
        long match = ++matches;
        int visits = 0;
        for (TrieNode<S> node = tree.root; node != null; node = tree.below(node, topic)) {
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
        TrieNode<S> node = tree.find(group);
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
        for (TrieNode<S> node = tree.root; node != null; node = tree.below(node, topic)) {
            if (entry(node, owner) != null) {
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
        List<Bytes> prefixes = new ArrayList<>();
        for (TrieEntry<S> entry = owner == null ? null : owner.first; entry != null; entry = entry.nextOfOwner) {
            prefixes.add(entry.node.path);
        }
        return prefixes;
    }

    private @Nullable TrieEntry<S> entry(TrieNode<S> node, Owner<S> owner) {
        Map<Owner<S>, TrieEntry<S>> index = node.subscribers > MOST_WITHOUT_INDEX ? indexes.get(node) : null;
        if (index != null) {
            return index.get(owner);
        }
        TrieEntry<S> entry = node.first;
        while (entry != null && entry.owner != owner) {
            entry = entry.next();
        }
        return entry;
    }

    /** Links a new entry; whether its prefix is wanted by nobody else. */
    private boolean link(TrieEntry<S> entry, Bytes prefix) {
        TrieNode<S> node = entry.node;
        boolean isFirst = node.want(prefix);
        entry.link();
        if (node.subscribers > MOST_WITHOUT_INDEX) {
            indexes.computeIfAbsent(node, SubscriptionTrie::index).put(entry.owner, entry);
        }
        return isFirst;
    }

    private static <S> Map<Owner<S>, TrieEntry<S>> index(TrieNode<S> node) {
        Map<Owner<S>, TrieEntry<S>> index = new HashMap<>(2 * node.subscribers);
        for (TrieEntry<S> entry = node.first; entry != null; entry = entry.next()) {
            index.put(entry.owner, entry);
        }
        return index;
    }

    /** Unlinks an entry; whether its prefix is wanted by nobody any more. */
    private boolean unlink(TrieEntry<S> entry) {
        TrieNode<S> node = entry.node;
        entry.unlink();
        node.subscribers--;
        if (node.subscribers == MOST_WITHOUT_INDEX) {
            indexes.remove(node);
        } else if (node.subscribers > MOST_WITHOUT_INDEX) {
            indexes.computeIfAbsent(node, SubscriptionTrie::index).remove(entry.owner);
        }
        return node.subscribers == 0;
    }
}
