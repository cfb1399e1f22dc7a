package io.zmtp.reactive.routing;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One subscriber's subscriptions to one prefix, linked with those of others to the same prefix. */
final class TrieEntry<S> {
    final Owner<S> owner;

    /** The owner's; here too, as one look less for each subscriber of a topic is worth it. */
    final S subscriber;

    final TrieNode<S> node;
    private @Nullable TrieEntry<S> next;
    private @Nullable TrieEntry<S> previous;

    TrieEntry(Owner<S> owner, TrieNode<S> node) {
        this.owner = owner;
        this.subscriber = owner.subscriber;
        this.node = node;
    }

    @Nullable
    TrieEntry<S> next() {
        return next;
    }

    void link() {
        TrieEntry<S> second = node.first;
        next = second;
        if (second != null) {
            second.previous = this;
        }
        node.first = this;
        node.subscribers++;
    }

    void unlink() {
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            node.first = next;
        }
        node.subscribers--;
    }

    /** A subscriber and all its subscriptions. */
    static final class Owner<S> {
        private static final int SHRINKING_SIZE = 1024;

        final S subscriber;
        Map<TrieNode<S>, TrieEntry<S>> entries = new HashMap<>(4);
        long octets;

        /** The number of the last match that visited it. */
        long visited;

        private int most;

        Owner(S subscriber) {
            this.subscriber = subscriber;
        }

        void add(TrieEntry<S> entry) {
            entries.put(entry.node, entry);
            most = Math.max(most, entries.size());
            octets += entry.node.end;
        }

        void remove(TrieEntry<S> entry) {
            entries.remove(entry.node);
            octets -= entry.node.end;
            // A map never shrinks its table.
            if (most > SHRINKING_SIZE && entries.size() < most / 8) {
                most = entries.size();
                entries = new HashMap<>(entries);
            }
        }
    }
}
