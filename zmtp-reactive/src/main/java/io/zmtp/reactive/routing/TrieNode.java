package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link PrefixTree}: a prefix that somebody wants, or one at which longer prefixes part.
 *
 * <p>No octet is copied to make one: the prefix is the beginning of {@link #path}, which belongs to a wanted node, this
 * one or one below it. So the nodes keep only the octets of wanted prefixes.
 */
final class TrieNode<S> {
    private static final byte[] NO_OCTETS = {};
    private static final TrieNode<?>[] NO_CHILDREN = {};

    /** Its first {@link #end} octets are the prefix; all of it, if the node is wanted. */
    Bytes path;

    final int end;

    @Nullable
    TrieNode<S> parent;

    /** The subscribers of exactly this prefix, newest first. */
    @Nullable
    TrieEntry<S> first;

    /** How often exactly this prefix is wanted. */
    int subscribers;

    // In order of the octet by which they go on, as signed.
    private byte[] octets = NO_OCTETS;
    private TrieNode<S>[] children = none();

    TrieNode(Bytes path, int end, @Nullable TrieNode<S> parent) {
        this.path = path;
        this.end = end;
        this.parent = parent;
    }

    @SuppressWarnings("unchecked")
    private static <S> TrieNode<S>[] none() {
        return (TrieNode<S>[]) NO_CHILDREN;
    }

    /** Without reflection, which an {@code Arrays.copyOf} does, and which is slow until it is compiled. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <S> TrieNode<S>[] array(int length) {
        return new TrieNode[length];
    }

    /** Once more, exactly this prefix is wanted, which is given; whether for the first time. */
    boolean want(Bytes prefix) {
        boolean isFirst = subscribers++ == 0;
        if (isFirst) {
            path = prefix;
        }
        return isFirst;
    }

    int childCount() {
        return children.length;
    }

    TrieNode<S> anyChild() {
        return children[0];
    }

    void pushChildren(Deque<TrieNode<S>> to) {
        for (TrieNode<S> child : children) {
            to.push(child);
        }
    }

    @Nullable
    TrieNode<S> child(byte octet) {
        int at = Arrays.binarySearch(octets, octet);
        return at < 0 ? null : children[at];
    }

    /** The end, exclusive, of what a topic shares with the path from the parent to here. */
    int common(Bytes topic, int from) {
        int most = Math.min(end, topic.size());
        int at = from;
        while (at < most && topic.byteAt(at) == path.byteAt(at)) {
            at++;
        }
        return at;
    }

    void add(TrieNode<S> child) {
        byte octet = child.path.byteAt(end);
        int at = -Arrays.binarySearch(octets, octet) - 1;
        int rest = octets.length - at;
        byte[] moreOctets = new byte[octets.length + 1];
        TrieNode<S>[] more = array(children.length + 1);
        System.arraycopy(octets, 0, moreOctets, 0, at);
        System.arraycopy(octets, at, moreOctets, at + 1, rest);
        System.arraycopy(children, 0, more, 0, at);
        System.arraycopy(children, at, more, at + 1, rest);
        moreOctets[at] = octet;
        more[at] = child;
        octets = moreOctets;
        children = more;
        child.parent = this;
    }

    /** Puts a child in the place of the one that begins with the same octet. */
    void replace(TrieNode<S> child) {
        children[Arrays.binarySearch(octets, child.path.byteAt(end))] = child;
        child.parent = this;
    }

    void remove(TrieNode<S> child) {
        int at = Arrays.binarySearch(octets, child.path.byteAt(end));
        int rest = octets.length - at - 1;
        byte[] fewerOctets = Arrays.copyOf(octets, octets.length - 1);
        TrieNode<S>[] fewer = Arrays.copyOf(children, children.length - 1);
        System.arraycopy(octets, at + 1, fewerOctets, at, rest);
        System.arraycopy(children, at + 1, fewer, at, rest);
        octets = fewerOctets.length == 0 ? NO_OCTETS : fewerOctets;
        children = fewer.length == 0 ? none() : fewer;
    }
}
