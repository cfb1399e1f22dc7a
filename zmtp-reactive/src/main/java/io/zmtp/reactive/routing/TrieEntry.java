package io.zmtp.reactive.routing;

import org.jspecify.annotations.Nullable;

/** One subscriber's subscription to one prefix, linked with those of others to the same prefix, and with its others. */
final class TrieEntry<S> {
    final Owner<S> owner;

    /** The owner's; here too, as one look less for each subscriber of a topic is worth it. */
    final S subscriber;

    final TrieNode<S> node;
    private @Nullable TrieEntry<S> next;
    private @Nullable TrieEntry<S> previous;

    @Nullable
    TrieEntry<S> nextOfOwner;

    private @Nullable TrieEntry<S> previousOfOwner;

    TrieEntry(Owner<S> owner, TrieNode<S> node) {
        this.owner = owner;
        this.subscriber = owner.subscriber;
        this.node = node;
    }

    /** That of another subscriber to the same prefix. */
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
    }

    /** A subscriber and all its subscriptions. */
    static final class Owner<S> {
        final S subscriber;

        /** Its subscriptions, newest first. */
        @Nullable
        TrieEntry<S> first;

        int size;
        long octets;

        /** The number of the last match that visited it. */
        long visited;

        Owner(S subscriber) {
            this.subscriber = subscriber;
        }

        void add(TrieEntry<S> entry) {
            TrieEntry<S> second = first;
            entry.nextOfOwner = second;
            if (second != null) {
                second.previousOfOwner = entry;
            }
            first = entry;
            size++;
            octets += entry.node.end;
        }

        void remove(TrieEntry<S> entry) {
            TrieEntry<S> after = entry.nextOfOwner;
            TrieEntry<S> before = entry.previousOfOwner;
            if (after != null) {
                after.previousOfOwner = before;
            }
            if (before != null) {
                before.nextOfOwner = after;
            } else {
                first = after;
            }
            size--;
            octets -= entry.node.end;
        }
    }
}
