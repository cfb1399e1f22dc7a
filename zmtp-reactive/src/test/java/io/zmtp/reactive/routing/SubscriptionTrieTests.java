package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.routing.SubscriptionTrie.End;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionTrieTests {
    private final SubscriptionTrie<String> trie = new SubscriptionTrie<>(4, 20);

    private Outcome subscribe(String prefix, String subscriber) {
        return trie.subscribe(Bytes.utf8(prefix), subscriber);
    }

    private End unsubscribe(String prefix, String subscriber) {
        return trie.unsubscribe(Bytes.utf8(prefix), subscriber);
    }

    private List<String> match(String topic) {
        List<String> visited = new ArrayList<>();
        assertThat(trie.match(Bytes.utf8(topic), visited::add)).isEqualTo(visited.size());
        return visited;
    }

    private List<String> matchExactly(String group) {
        List<String> visited = new ArrayList<>();
        assertThat(trie.matchExactly(Bytes.utf8(group), visited::add)).isEqualTo(visited.size());
        return visited;
    }

    @Test
    void matchesThoseWhosePrefixBeginsTheTopic() {
        subscribe("", "all");
        subscribe("a", "a");
        subscribe("abc", "abc");
        subscribe("abd", "abd");
        assertThat(match("")).containsExactly("all");
        assertThat(match("a")).containsExactlyInAnyOrder("all", "a");
        assertThat(match("ab")).containsExactlyInAnyOrder("all", "a");
        assertThat(match("abc")).containsExactlyInAnyOrder("all", "a", "abc");
        assertThat(match("abde")).containsExactlyInAnyOrder("all", "a", "abd");
        assertThat(match("b")).containsExactly("all");
    }

    @Test
    void visitsASubscriberOfSeveralPrefixesOnce() {
        subscribe("", "s");
        subscribe("a", "s");
        subscribe("ab", "s");
        subscribe("x", "other");
        assertThat(match("abc")).containsExactly("s");
        assertThat(match("abc")).containsExactly("s");
    }

    @Test
    void visitsEachThatWantsAll() {
        subscribe("", "s");
        subscribe("", "t");
        subscribe("a", "t");
        assertThat(match("abc")).containsExactlyInAnyOrder("s", "t");
        assertThat(match("")).containsExactlyInAnyOrder("s", "t");
    }

    @Test
    void anEmptyOneMatchesNothing() {
        assertThat(match("")).isEmpty();
        assertThat(match("a")).isEmpty();
        assertThat(trie.owners.isEmpty()).isTrue();
    }

    @Test
    void tellsTheFirstSubscriptionOfAnybody() {
        assertThat(subscribe("ab", "s")).isEqualTo(Outcome.FIRST);
        assertThat(subscribe("ab", "t")).isEqualTo(Outcome.FURTHER);
        assertThat(subscribe("ab", "s")).isEqualTo(Outcome.AGAIN);
        assertThat(subscribe("a", "s")).isEqualTo(Outcome.FIRST);
        assertThat(subscribe("abc", "s")).isEqualTo(Outcome.FIRST);
    }

    @Test
    void aPrefixAtWhichOthersPartIsNobodysYet() {
        subscribe("abc", "s");
        subscribe("abd", "s");
        assertThat(trie.matchExactly(Bytes.utf8("ab"), subscriber -> {})).isZero();
        assertThat(unsubscribe("ab", "s")).isEqualTo(End.NONE);
        assertThat(subscribe("ab", "s")).isEqualTo(Outcome.FIRST);
        assertThat(match("ab")).containsExactly("s");
    }

    @Test
    void equalSubscriptionsOfOneSubscriberEndWithOneCancellation() {
        subscribe("a", "s");
        subscribe("a", "s");
        assertThat(match("a")).containsExactly("s");
        assertThat(unsubscribe("a", "s")).isEqualTo(End.LAST);
        assertThat(match("a")).isEmpty();
        assertThat(unsubscribe("a", "s")).isEqualTo(End.NONE);
    }

    @Test
    void tellsTheLastSubscriptionOfAnybody() {
        subscribe("a", "s");
        subscribe("a", "t");
        assertThat(unsubscribe("a", "s")).isEqualTo(End.FURTHER);
        assertThat(unsubscribe("a", "t")).isEqualTo(End.LAST);
        assertThat(trie.owners.isEmpty()).isTrue();
    }

    @Test
    void ignoresCancellationsOfWhatIsNotThere() {
        subscribe("ab", "s");
        subscribe("x", "t");
        for (String prefix : List.of("", "a", "abc", "b", "x")) {
            assertThat(unsubscribe(prefix, "s")).as(prefix).isEqualTo(End.NONE);
        }
        assertThat(unsubscribe("ab", "stranger")).isEqualTo(End.NONE);
        assertThat(match("ab")).containsExactly("s");
        assertThat(match("x")).containsExactly("t");
    }

    @Test
    void removesASubscriberWithAllItWanted() {
        subscribe("", "s");
        subscribe("a", "s");
        subscribe("a", "s");
        subscribe("abc", "s");
        subscribe("abd", "t");
        subscribe("a", "t");
        assertThat(trie.remove("s")).containsExactlyInAnyOrder(Bytes.EMPTY, Bytes.utf8("abc"));
        assertThat(match("abcd")).containsExactly("t");
        assertThat(match("")).isEmpty();
        assertThat(trie.remove("s")).isEmpty();
        assertThat(trie.remove("t")).containsExactlyInAnyOrder(Bytes.utf8("a"), Bytes.utf8("abd"));
        assertThat(trie.owners.isEmpty()).isTrue();
    }

    @Test
    void countsTheSubscribersOfAPrefix() {
        subscribe("ab", "s");
        subscribe("ab", "s");
        subscribe("ab", "t");
        subscribe("a", "u");
        assertThat(trie.matchExactly(Bytes.utf8("ab"), subscriber -> {})).isEqualTo(2);
        assertThat(trie.matchExactly(Bytes.utf8("a"), subscriber -> {})).isEqualTo(1);
        assertThat(trie.matchExactly(Bytes.utf8("abc"), subscriber -> {})).isZero();
        assertThat(trie.matchExactly(Bytes.EMPTY, subscriber -> {})).isZero();
    }

    @Test
    void tellsWhetherOneSubscriberWantsATopic() {
        subscribe("ab", "s");
        subscribe("", "t");
        assertThat(trie.contains("s", Bytes.utf8("abc"))).isTrue();
        assertThat(trie.contains("s", Bytes.utf8("ab"))).isTrue();
        assertThat(trie.contains("s", Bytes.utf8("a"))).isFalse();
        assertThat(trie.contains("t", Bytes.EMPTY)).isTrue();
        assertThat(trie.contains("u", Bytes.EMPTY)).isFalse();
    }

    @Test
    void matchesGroupsAsAWhole() {
        subscribe("", "none");
        subscribe("ab", "s");
        subscribe("ab", "t");
        subscribe("abc", "t");
        assertThat(matchExactly("ab")).containsExactlyInAnyOrder("s", "t");
        assertThat(matchExactly("abc")).containsExactly("t");
        assertThat(matchExactly("a")).isEmpty();
        assertThat(matchExactly("abcd")).isEmpty();
        assertThat(matchExactly("")).containsExactly("none");
    }

    @Test
    void listsWhatASubscriberWants() {
        subscribe("ab", "s");
        subscribe("ab", "s");
        subscribe("", "s");
        subscribe("c", "t");
        assertThat(trie.prefixes("s")).containsExactlyInAnyOrder(Bytes.utf8("ab"), Bytes.EMPTY);
        assertThat(trie.prefixes("u")).isEmpty();
    }

    @Test
    void refusesTooManyPrefixesOfOneSubscriber() {
        for (String prefix : List.of("a", "b", "c", "d")) {
            subscribe(prefix, "s");
        }
        assertThat(subscribe("e", "s")).isEqualTo(Outcome.TOO_MANY);
        assertThat(match("e")).isEmpty();
        assertThat(subscribe("d", "s")).isEqualTo(Outcome.AGAIN);
        assertThat(subscribe("e", "t")).isEqualTo(Outcome.FIRST);
        unsubscribe("a", "s");
        assertThat(subscribe("e", "s")).isEqualTo(Outcome.FURTHER);
        assertThat(Outcome.TOO_MANY.isRefused()).isTrue();
        assertThat(Outcome.FURTHER.isRefused()).isFalse();
    }

    @Test
    void refusesTooManyOctetsOfOneSubscriber() {
        subscribe("x".repeat(20), "s");
        assertThat(subscribe("y", "s")).isEqualTo(Outcome.TOO_LARGE);
        assertThat(subscribe("", "s")).isEqualTo(Outcome.FIRST);
        assertThat(subscribe("y".repeat(21), "t")).isEqualTo(Outcome.TOO_LARGE);
        assertThat(trie.tree.root.childCount()).isEqualTo(1);
        unsubscribe("x".repeat(20), "s");
        assertThat(subscribe("y", "s")).isEqualTo(Outcome.FIRST);
    }

    @Test
    void aRefusedStrangerStaysAStranger() {
        assertThat(subscribe("x".repeat(21), "s")).isEqualTo(Outcome.TOO_LARGE);
        assertThat(trie.owners.isEmpty()).isTrue();
    }

    @Test
    void refusesLimitsThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SubscriptionTrie<>(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new SubscriptionTrie<>(1, -1));
    }
}
