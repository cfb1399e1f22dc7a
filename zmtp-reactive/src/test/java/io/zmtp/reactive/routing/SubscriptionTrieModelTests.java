package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.routing.SubscriptionTrie.End;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trie against a map of who wants what. */
class SubscriptionTrieModelTests {
    private final SubscriptionTrie<Integer> trie = new SubscriptionTrie<>(100_000, SubscriptionTrie.DEFAULT_MAX_OCTETS);
    private final Map<Integer, Set<Bytes>> model = new HashMap<>();

    @Test
    void agreesOnEverySetOfShortPrefixes() {
        List<Bytes> all = allUpTo(3);
        for (int set = 0; set < 1 << all.size(); set++) {
            for (int at = 0; at < all.size(); at++) {
                if ((set & 1 << at) != 0) {
                    subscribe(all.get(at), at % 3);
                }
            }
            for (Bytes topic : all) {
                checkMatch(topic);
            }
            for (int subscriber = 0; subscriber < 3; subscriber++) {
                remove(subscriber);
            }
            assertThat(trie.tree.root.childCount()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 8", "2, 2, 40", "3, 256, 2", "4, 4, 6", "5, 1, 60"})
    void agreesAfterEveryRandomStep(long seed, int letters, int length) {
        Random random = new Random(seed);
        for (int step = 0; step < 20_000; step++) {
            Bytes prefix = random(random, letters, length);
            int subscriber = random.nextInt(5);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> subscribe(prefix, subscriber);
                case 3, 4, 5 -> unsubscribe(oneOf(random, subscriber, prefix), subscriber);
                case 6 -> checkMatch(random(random, letters, length));
                default -> {
                    if (random.nextInt(20) == 0) {
                        remove(subscriber);
                    }
                }
            }
            if (step % 100 == 0) {
                checkPaths();
            }
        }
        List.copyOf(model.keySet()).forEach(this::remove);
        assertThat(trie.tree.root.childCount()).isZero();
        assertThat(trie.owners.isEmpty()).isTrue();
    }

    /** From so many subscribers of one prefix on, and below, they are looked for in another way. */
    @Test
    void agreesWhereManySubscribersHaveTheSamePrefixes() {
        Random random = new Random(6);
        List<Bytes> prefixes = allUpTo(2);
        for (int step = 0; step < 20_000; step++) {
            Bytes prefix = prefixes.get(random.nextInt(prefixes.size()));
            int subscriber = random.nextInt(40);
            int action = random.nextInt(100);
            // More and more, and then fewer and fewer, again and again.
            if (action == 0) {
                remove(subscriber);
            } else if (step / 500 % 2 == 0 ? action < 80 : action < 20) {
                subscribe(prefix, subscriber);
            } else {
                unsubscribe(prefix, subscriber);
            }
            if (step % 100 == 0) {
                checkMatch(prefix);
                checkPaths();
            }
        }
        List.copyOf(model.keySet()).forEach(this::remove);
        assertThat(trie.tree.root.childCount()).isZero();
    }

    private static Bytes random(Random random, int letters, int length) {
        byte[] octets = new byte[random.nextInt(length + 1)];
        for (int at = 0; at < octets.length; at++) {
            octets[at] = (byte) random.nextInt(letters);
        }
        return Bytes.wrap(octets);
    }

    private Bytes oneOf(Random random, int subscriber, Bytes other) {
        List<Bytes> known =
                model.getOrDefault(subscriber, Set.of()).stream().sorted().toList();
        return known.isEmpty() || random.nextInt(4) == 0 ? other : known.get(random.nextInt(known.size()));
    }

    private static List<Bytes> allUpTo(int length) {
        List<Bytes> all = new ArrayList<>(List.of(Bytes.EMPTY));
        for (int at = 0; all.get(at).size() < length; at++) {
            for (byte octet = 0; octet < 2; octet++) {
                byte[] longer =
                        Arrays.copyOf(all.get(at).toByteArray(), all.get(at).size() + 1);
                longer[longer.length - 1] = octet;
                all.add(Bytes.wrap(longer));
            }
        }
        return all;
    }

    private boolean isWanted(Bytes prefix) {
        return model.values().stream().anyMatch(wanted -> wanted.contains(prefix));
    }

    private void subscribe(Bytes prefix, int subscriber) {
        boolean isAgain = model.getOrDefault(subscriber, Set.of()).contains(prefix);
        Outcome expected = isAgain ? Outcome.AGAIN : isWanted(prefix) ? Outcome.FURTHER : Outcome.FIRST;
        assertThat(trie.subscribe(prefix, subscriber)).isEqualTo(expected);
        model.computeIfAbsent(subscriber, key -> new HashSet<>()).add(prefix);
    }

    private void unsubscribe(Bytes prefix, int subscriber) {
        boolean wasThere = model.getOrDefault(subscriber, new HashSet<>()).remove(prefix);
        End expected = !wasThere ? End.NONE : isWanted(prefix) ? End.FURTHER : End.LAST;
        assertThat(trie.unsubscribe(prefix, subscriber)).isEqualTo(expected);
    }

    private void remove(int subscriber) {
        Set<Bytes> gone = model.remove(subscriber);
        Set<Bytes> unwanted = new HashSet<>(gone == null ? Set.of() : gone);
        unwanted.removeIf(this::isWanted);
        assertThat(trie.remove(subscriber)).containsExactlyInAnyOrderElementsOf(unwanted);
    }

    private void checkMatch(Bytes topic) {
        List<Integer> expected = model.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(topic::startsWith))
                .map(Map.Entry::getKey)
                .toList();
        List<Integer> exactly = model.entrySet().stream()
                .filter(entry -> entry.getValue().contains(topic))
                .map(Map.Entry::getKey)
                .toList();
        List<Integer> visited = new ArrayList<>();
        trie.match(topic, visited::add);
        assertThat(visited).containsExactlyInAnyOrderElementsOf(expected);
        visited.clear();
        trie.matchExactly(topic, visited::add);
        assertThat(visited).containsExactlyInAnyOrderElementsOf(exactly);
        assertThat(trie.matchExactly(topic, subscriber -> {})).isEqualTo(exactly.size());
        for (int subscriber = 0; subscriber < 5; subscriber++) {
            assertThat(trie.contains(subscriber, topic)).isEqualTo(expected.contains(subscriber));
        }
    }

    /** Nodes keep the octets of wanted prefixes only, and are no more than twice as many. */
    private void checkPaths() {
        List<TrieNode<Integer>> nodes = Nodes.below(trie.tree.root);
        assertThat(nodes).allSatisfy(node -> {
            assertThat(isWanted(node.path)).isTrue();
            assertThat(node.subscribers > 0).isEqualTo(node.path.size() == node.end);
            assertThat(node.subscribers > 0 || node.childCount() > 1).isTrue();
        });
        model.forEach((subscriber, wanted) ->
                assertThat(trie.prefixes(subscriber)).containsExactlyInAnyOrderElementsOf(wanted));
    }
}
