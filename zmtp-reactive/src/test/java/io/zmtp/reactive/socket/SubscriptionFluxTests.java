package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** {@code receive(prefix…)}: a subscription that follows its subscriber. */
class SubscriptionFluxTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final RawListener listener = RawPeer.listen();
    private final SubSocket sub = SubSocket.create();
    private RawPeer pub;

    @BeforeEach
    void meet() {
        sub.connectNow(listener.endpoint());
        pub = listener.accept();
        pub.handshakeNull("PUB");
        sub.onPeer().blockFirst(TIMEOUT);
    }

    @AfterEach
    void close() {
        sub.dispose();
        pub.close();
        listener.close();
    }

    private String subscribed() {
        return new String(pub.expectCommand("SUBSCRIBE"));
    }

    private String cancelled() {
        return new String(pub.expectCommand("CANCEL"));
    }

    private static Flux<String> texts(Flux<Message> messages) {
        return messages.map(Message::text);
    }

    @Test
    void subscribesWithTheSubscriberAndCancelsWithIt() {
        Flux<Message> cold = sub.receive("a", "b");
        sub.subscribe("first");
        assertThat(subscribed()).isEqualTo("first");

        Disposable receiving = cold.subscribe();
        assertThat(List.of(subscribed(), subscribed())).containsExactly("a", "b");
        receiving.dispose();

        assertThat(List.of(cancelled(), cancelled())).containsExactly("a", "b");
    }

    @Test
    void tellsOfEqualPrefixesOnce() {
        Disposable one = sub.receive("a").subscribe();
        Disposable two = sub.receive("a").subscribe();
        sub.subscribe("a");
        one.dispose();
        two.dispose();
        sub.subscribe("z");
        assertThat(List.of(subscribed(), subscribed())).containsExactly("a", "z");

        sub.unsubscribe("a");

        assertThat(cancelled()).isEqualTo("a");
    }

    @Test
    void isSentOnceAgainWhatACallAndAReceiverBothSubscribedTo() {
        sub.subscribe("a");
        sub.receive("b", "a").subscribe();
        assertThat(List.of(subscribed(), subscribed())).containsExactly("a", "b");

        pub.close();
        pub = listener.accept();
        pub.handshakeNull("PUB");

        assertThat(List.of(subscribed(), subscribed())).containsExactlyInAnyOrder("a", "b");
        sub.unsubscribe("a");
        sub.subscribe("z");
        assertThat(subscribed()).isEqualTo("z");
    }

    @Test
    void subscribesToEverythingOnceHoweverOftenThatIsAskedFor() {
        sub.subscribeUnlessSubscribed();
        sub.subscribeUnlessSubscribed();
        assertThat(subscribed()).isEmpty();

        sub.unsubscribe("");

        assertThat(cancelled()).isEmpty();
    }

    @Test
    void doesNotSubscribeToEverythingBesideAnotherSubscription() {
        sub.subscribe("a");
        sub.subscribeUnlessSubscribed();
        sub.subscribe("z");

        assertThat(List.of(subscribed(), subscribed())).containsExactly("a", "z");
    }

    @Test
    void cancelsWhenEnoughWasTaken() {
        StepVerifier.create(texts(sub.receive("a").take(1)))
                .then(() -> {
                    subscribed();
                    pub.writeMessage("a", "1");
                })
                .expectNext("1")
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(cancelled()).isEqualTo("a");
    }

    @Test
    void eachGetsWhatMatchesIt() {
        List<String> as = new CopyOnWriteArrayList<>();
        List<String> abs = new CopyOnWriteArrayList<>();
        sub.receive("a").map(Message::text).subscribe(as::add);
        sub.receive("ab").map(Message::text).subscribe(abs::add);
        sub.subscribe("end");

        StepVerifier.create(texts(sub.receive()).next())
                .then(() -> pub.writeMessage("a", "1").writeMessage("ab", "2").writeMessage("b", "3"))
                .then(() -> pub.writeMessage("end", "4"))
                .expectNext("4")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(as).containsExactly("1", "2");
        assertThat(abs).containsExactly("2");
    }

    @Test
    void filtersWhatThePublisherShouldNotHaveSent() {
        pub.writeMessage("b", "1").writeMessage("a", "2");

        StepVerifier.create(texts(sub.receive("a").take(1)))
                .expectNext("2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void theOneThatDoesNotAskHoldsTheOthersUntilItAsksOrCancels() {
        Slow slow = new Slow();
        sub.receive("slow").subscribe(slow);
        pub.writeMessage("quick", "1")
                .writeMessage("slow", "2")
                .writeMessage("quick", "3")
                .writeMessage("slow", "4");
        pub.writeMessage("quick", "5");

        StepVerifier.create(texts(sub.receive("quick")))
                .expectNext("1")
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> slow.request(1))
                .expectNext("3")
                .expectNoEvent(Duration.ofMillis(50))
                .then(slow::cancel)
                .expectNext("5")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(slow.taken).containsExactly("2");
    }

    @Test
    void nothingIsTakenWhileNobodyReceives() {
        sub.subscribe("");
        pub.writeMessage("1").writeMessage("2").writeMessage("3");
        StepVerifier.create(texts(sub.receive()), 1)
                .expectNext("1")
                .thenCancel()
                .verify(TIMEOUT);

        StepVerifier.create(texts(sub.receive()).take(2))
                .expectNext("2", "3")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void tellsWhatNobodyReceivedWhileOthersDid() {
        sub.subscribe("plain");

        StepVerifier.create(sub.monitor().ofType(MonitorEvent.Dropped.class).next())
                .then(() -> sub.receive("other").subscribe())
                .then(() -> pub.writeMessage("plain", "1"))
                .assertNext(dropped -> {
                    assertThat(dropped.reason()).isEqualTo(DropReason.NO_RECEIVER);
                    assertThat(dropped.message().text()).isEqualTo("1");
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void oneThatThrowsEndsNeitherTheSocketNorTheOthers() {
        sub.receive("a").subscribe(new Slow() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Message message) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            protected void hookOnError(Throwable thrown) {}
        });

        StepVerifier.create(texts(sub.receive("b")))
                .then(() -> pub.writeMessage("a", "1").writeMessage("b", "2"))
                .expectNext("2")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void needsAPrefix() {
        assertThatThrownBy(() -> sub.receive(new Bytes[0])).isInstanceOf(IllegalArgumentException.class);
    }

    private static class Slow extends BaseSubscriber<Message> {
        final List<String> taken = new CopyOnWriteArrayList<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Message message) {
            taken.add(message.text());
        }
    }
}
