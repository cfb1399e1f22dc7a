package io.zmtp.reactive.routing;

import java.util.ArrayList;
import java.util.List;

/** Looks into a trie. */
final class Nodes {
    private Nodes() {}

    static <S> List<TrieNode<S>> below(TrieNode<S> root) {
        List<TrieNode<S>> nodes = new ArrayList<>(List.of(root));
        for (int at = 0; at < nodes.size(); at++) {
            for (int octet = Byte.MIN_VALUE; octet <= Byte.MAX_VALUE; octet++) {
                TrieNode<S> child = nodes.get(at).child((byte) octet);
                if (child != null) {
                    nodes.add(child);
                }
            }
        }
        return nodes.subList(1, nodes.size());
    }
}
