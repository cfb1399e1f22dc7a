package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.routing.SubscriptionTrie.End;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many prefixes, and long ones. */
class SubscriptionTrieSizeTests {
    private static final int PREFIXES = 200_000;

    private final SubscriptionTrie<String> trie = new SubscriptionTrie<>(PREFIXES, 64L << 20);

    private static List<Bytes> randomPrefixes(int size) {
        Random random = new Random(7);
        List<Bytes> prefixes = new ArrayList<>();
        for (int at = 0; at < PREFIXES; at++) {
            byte[] octets = new byte[size];
            random.nextBytes(octets);
            prefixes.add(Bytes.wrap(octets));
        }
        return prefixes;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void twoHundredThousandPrefixesTakeAFewHundredOctetsEach() {
        List<Bytes> prefixes = randomPrefixes(60);
        long before = allocated();
        prefixes.forEach(prefix ->
                assertThat(trie.subscribe(prefix, "s") == Outcome.FIRST).isTrue());
        // All that was ever allocated, garbage too: the prefixes themselves are the test's.
        assertThat((allocated() - before) / PREFIXES).isLessThan(2_000);
        assertThat(Nodes.below(trie.tree.root).size()).isLessThan(2 * PREFIXES);
        assertThat(Nodes.below(trie.tree.root)).allMatch(node -> node.path.size() == 60);
        assertThat(trie.remove("s")).hasSize(PREFIXES);
        assertThat(trie.tree.root.childCount()).isZero();
    }

    @Test
    void matchesAmongManyWithoutAllocating() {
        List<Bytes> prefixes = randomPrefixes(20);
        prefixes.forEach(prefix -> trie.subscribe(prefix, "s"));
        AtomicInteger visits = new AtomicInteger();
        prefixes.forEach(topic -> trie.match(topic, subscriber -> visits.incrementAndGet()));
        assertThat(visits).hasValue(PREFIXES);
        Bytes topic = prefixes.get(0);
        long before = allocated();
        for (int times = 0; times < 10_000; times++) {
            trie.match(topic, String::length);
        }
        assertThat(allocated() - before).isLessThan(10_000);
    }

    @Test
    void longPrefixesAreKeptOnce() {
        byte[] octets = new byte[64 << 20];
        Bytes prefix = Bytes.wrap(octets);
        SubscriptionTrie<String> large = new SubscriptionTrie<>(10, 1L << 30);
        long before = allocated();
        large.subscribe(prefix, "s");
        large.subscribe(Bytes.wrap(new byte[1000]), "s");
        assertThat(large.match(prefix, subscriber -> {})).isEqualTo(1);
        assertThat(large.unsubscribe(Bytes.wrap(new byte[1000]), "s")).isEqualTo(End.LAST);
        assertThat(large.matchExactly(prefix, subscriber -> {})).isEqualTo(1);
        assertThat(allocated() - before).isLessThan(1 << 20);
        assertThat(large.unsubscribe(prefix, "s")).isEqualTo(End.LAST);
        assertThat(Nodes.below(large.tree.root)).isEmpty();
    }

    @Test
    void manySubscribersOfOnePrefixAreFoundAtOnce() {
        SubscriptionTrie<Integer> shared = new SubscriptionTrie<>(10, 1_000);
        Bytes prefix = Bytes.utf8("p");
        for (int subscriber = 0; subscriber < PREFIXES; subscriber++) {
            assertThat(shared.subscribe(prefix, subscriber).isRefused()).isFalse();
        }
        // With a look at each of the others this would take minutes.
        for (int subscriber = 0; subscriber < PREFIXES; subscriber++) {
            End expected = subscriber == PREFIXES - 1 ? End.LAST : End.FURTHER;
            assertThat(shared.unsubscribe(prefix, subscriber)).isEqualTo(expected);
        }
        assertThat(shared.tree.root.childCount()).isZero();
    }

    @Test
    void aShortPrefixDoesNotKeepALongOneAlive() {
        Bytes end = Bytes.utf8("x".repeat(1000));
        trie.subscribe(end, "s");
        trie.subscribe(Bytes.utf8("xy"), "s");
        trie.subscribe(Bytes.utf8("xz"), "s");
        trie.unsubscribe(end, "s");
        assertThat(Nodes.below(trie.tree.root)).hasSize(3).allMatch(node -> node.path.size() == 2);
    }

    @Test
    void prefixesWithinPrefixesDoNotOverflowTheStack() {
        int depth = 5_000;
        byte[] octets = new byte[depth];
        for (int size = 0; size <= depth; size++) {
            trie.subscribe(Bytes.copyOf(octets, 0, size), "s");
        }
        trie.subscribe(Bytes.wrap(octets), "t");
        assertThat(trie.match(Bytes.wrap(octets), subscriber -> {})).isEqualTo(2);
        assertThat(trie.remove("s")).hasSize(depth);
        assertThat(Nodes.below(trie.tree.root)).hasSize(1);
    }

    @Test
    void aSubscriberThatCancelsMostGivesTheMemoryBack() {
        List<Bytes> prefixes = randomPrefixes(8);
        prefixes.forEach(prefix -> trie.subscribe(prefix, "s"));
        prefixes.subList(1, PREFIXES).forEach(prefix -> trie.unsubscribe(prefix, "s"));
        assertThat(trie.prefixes("s")).containsExactly(prefixes.get(0));
        assertThat(Nodes.below(trie.tree.root)).hasSize(1);
    }
}
