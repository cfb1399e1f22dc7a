package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import org.junit.jupiter.api.Test;

class SubscriptionsTests {
    private static final Bytes A = Bytes.utf8("a");
    private static final Bytes AB = Bytes.utf8("ab");

    private final Subscriptions subscriptions = new Subscriptions();

    @Test
    void tellsPeersOfTheFirstEqualSubscriptionOnly() {
        assertThat(subscriptions.subscribe(A)).isTrue();
        assertThat(subscriptions.subscribe(A)).isFalse();
        assertThat(subscriptions.subscribe(AB)).isTrue();
    }

    @Test
    void tellsPeersOfTheLastEqualCancellationOnly() {
        subscriptions.subscribe(A);
        subscriptions.subscribe(A);
        assertThat(subscriptions.unsubscribe(A)).isFalse();
        assertThat(subscriptions.unsubscribe(A)).isTrue();
        assertThat(subscriptions.unsubscribe(A)).isFalse();
        assertThat(subscriptions.subscribe(A)).isTrue();
    }

    @Test
    void listsEachPrefixOnceForPeersThatConnect() {
        subscriptions.subscribe(A);
        subscriptions.subscribe(A);
        subscriptions.subscribe(Bytes.EMPTY);
        assertThat(subscriptions.prefixes()).containsExactlyInAnyOrder(A, Bytes.EMPTY);
        subscriptions.unsubscribe(Bytes.EMPTY);
        assertThat(subscriptions.prefixes()).containsExactly(A);
    }

    @Test
    void matchesByPrefix() {
        assertThat(subscriptions.matches(AB)).isFalse();
        subscriptions.subscribe(A);
        assertThat(subscriptions.matches(AB)).isTrue();
        assertThat(subscriptions.matches(Bytes.utf8("b"))).isFalse();
        assertThat(subscriptions.matches(Bytes.EMPTY)).isFalse();
        subscriptions.subscribe(Bytes.EMPTY);
        assertThat(subscriptions.matches(Bytes.EMPTY)).isTrue();
    }

    @Test
    void aPrefixWithinOthersEndsByItself() {
        Bytes abc = Bytes.utf8("abc");
        Bytes abd = Bytes.utf8("abd");
        subscriptions.subscribe(abc);
        subscriptions.subscribe(abd);
        assertThat(subscriptions.contains(AB)).isFalse();
        assertThat(subscriptions.unsubscribe(AB)).isFalse();
        assertThat(subscriptions.subscribe(AB)).isTrue();
        assertThat(subscriptions.matches(Bytes.utf8("abx"))).isTrue();
        assertThat(subscriptions.unsubscribe(AB)).isTrue();
        assertThat(subscriptions.matches(Bytes.utf8("abx"))).isFalse();
        assertThat(subscriptions.prefixes()).containsExactlyInAnyOrder(abc, abd);
    }

    @Test
    void containsGroupsAsAWhole() {
        subscriptions.subscribe(A);
        assertThat(subscriptions.contains(A)).isTrue();
        assertThat(subscriptions.contains(AB)).isFalse();
        assertThat(subscriptions.contains(Bytes.EMPTY)).isFalse();
    }

    @Test
    void isEmptyUntilSubscribedAndAfterTheLastCancellation() {
        assertThat(subscriptions.isEmpty()).isTrue();
        subscriptions.subscribe(Bytes.EMPTY);
        assertThat(subscriptions.isEmpty()).isFalse();
        subscriptions.unsubscribe(Bytes.EMPTY);
        assertThat(subscriptions.isEmpty()).isTrue();
    }
}
