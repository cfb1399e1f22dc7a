package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prefixes that are wanted, as a radix tree of at most two nodes for each.
 *
 * <p>For one thread at a time.
 *
 * @param <S> what wants them; {@code Void} where it is only counted how often
 */
final class PrefixTree<S> {
    final TrieNode<S> root = new TrieNode<>(Bytes.EMPTY, 0, null);

    /** The next node with a prefix that the topic begins with; null if there is none. */
    @Nullable
    TrieNode<S> below(TrieNode<S> node, Bytes topic) {
        if (topic.size() == node.end) {
            return null;
        }
        TrieNode<S> child = node.child(topic.byteAt(node.end));
        return child != null && child.common(topic, node.end) == child.end ? child : null;
    }

    /** The node of this very prefix, wanted or not; null if there is none. */
    @Nullable
    TrieNode<S> find(Bytes prefix) {
        TrieNode<S> node = root;
        while (node != null && node.end < prefix.size()) {
            node = below(node, prefix);
        }
        return node;
    }

    /** The node of this very prefix, made if there is none; then it is to be wanted, or pruned. */
    TrieNode<S> at(Bytes prefix) {
        TrieNode<S> node = root;
        while (node.end < prefix.size()) {
            TrieNode<S> child = node.child(prefix.byteAt(node.end));
            if (child == null) {
                TrieNode<S> leaf = new TrieNode<>(prefix, prefix.size(), node);
                node.add(leaf);
                return leaf;
            }
            int parting = child.common(prefix, node.end);
            if (parting < child.end) {
                return part(child, prefix, parting, node);
            }
            node = child;
        }
        return node;
    }

    /** Makes the node of a prefix that parts from the way to a child, or ends on it. */
    private TrieNode<S> part(TrieNode<S> child, Bytes prefix, int parting, TrieNode<S> parent) {
        TrieNode<S> fork = new TrieNode<>(prefix, parting, parent);
        parent.replace(fork);
        fork.add(child);
        if (parting == prefix.size()) {
            return fork;
        }
        TrieNode<S> leaf = new TrieNode<>(prefix, prefix.size(), fork);
        fork.add(leaf);
        return leaf;
    }

    /** Removes a node that is not wanted any more, and those above that only led to it. */
    @SuppressWarnings("ReferenceEquality") // equal paths are the same one: they belong to one node
    void prune(TrieNode<S> unwanted) {
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

    /** Removes a node that is not wanted, if no longer prefixes part there. */
    private void splice(TrieNode<S> node) {
        TrieNode<S> parent = node.parent;
        if (parent != null && node.subscribers == 0 && node.childCount() == 1) {
            parent.replace(node.anyChild());
        }
    }

    /** All that are wanted, in no order. */
    List<Bytes> prefixes() {
        List<Bytes> prefixes = new ArrayList<>();
        Deque<TrieNode<S>> left = new ArrayDeque<>(List.of(root));
        for (TrieNode<S> node; (node = left.poll()) != null; ) {
            if (node.subscribers > 0) {
                prefixes.add(node.path);
            }
            node.pushChildren(left);
        }
        return prefixes;
    }
}
