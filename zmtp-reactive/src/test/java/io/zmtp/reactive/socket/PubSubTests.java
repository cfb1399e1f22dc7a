package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class PubSubTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration QUICK = Duration.ofMillis(20);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PubSocket pub(UnaryOperator<SocketOptions> options) {
        PubSocket pub = PubSocket.create(all -> options.apply(all.reconnect(QUICK)));
        open.add(pub);
        return pub;
    }

    private PubSocket pub() {
        return pub(options -> options);
    }

    private SubSocket sub(UnaryOperator<SocketOptions> options) {
        SubSocket sub = SubSocket.create(all -> options.apply(all.reconnect(QUICK)));
        open.add(sub);
        return sub;
    }

    private SubSocket sub() {
        return sub(options -> options);
    }

    private static void await(PubSocket pub, String topic, int count) {
        pub.awaitSubscribers(topic, count).block(TIMEOUT);
    }

    private static Flux<String> texts(Flux<Message> messages) {
        return messages.map(Message::text);
    }

    @Test
    void deliversWhatBeginsWithAPrefix() {
        PubSocket pub = pub();
        SubSocket sub = sub();
        sub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));
        sub.subscribe("a");
        await(pub, "a", 1);

        pub.send(Flux.just(Message.of("b", "1"), Message.of("ab", "2"), Message.of("a", "3")))
                .block(TIMEOUT);

        StepVerifier.create(texts(sub.receive()).take(2))
                .expectNext("2", "3")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void deliversWhereThePublisherConnects() {
        PubSocket pub = pub();
        SubSocket sub = sub();
        sub.subscribe("");
        pub.connectNow(sub.bindNow("tcp://127.0.0.1:*"));
        await(pub, "x", 1);

        pub.send("x").block(TIMEOUT);

        StepVerifier.create(texts(sub.receive()).next())
                .expectNext("x")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendsToNobodyWithoutWaiting() {
        PubSocket pub = pub();
        pub.bindNow("tcp://127.0.0.1:*");

        StepVerifier.create(pub.send(Flux.range(0, 10_000).map(i -> Message.of("" + i))))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void deliversInOrderWithoutLossWhileReceiversKeepUp() {
        PubSocket pub = pub(SocketOptions::noDrop);
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        List<SubSocket> subs = List.of(sub(), sub(), sub());
        subs.forEach(sub -> {
            sub.subscribe("");
            sub.connectNow(at);
        });
        await(pub, "", 3);

        Flux<Long> received = Flux.fromIterable(subs)
                .flatMap(sub -> texts(sub.receive())
                        .take(50_000)
                        .index((at1, text) -> at1 == Long.parseLong(text) ? 1L : 0L)
                        .reduce(0L, Long::sum));
        StepVerifier.create(received)
                .then(() -> pub.send(Flux.range(0, 50_000).map(i -> Message.of("" + i)))
                        .subscribe())
                .expectNext(50_000L, 50_000L, 50_000L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void unsubscribingEndsAtTheLastOfEqualSubscriptions() {
        PubSocket pub = pub();
        SubSocket sub = sub();
        sub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));
        sub.subscribe("a");
        sub.subscribe("a");
        sub.unsubscribe("a");
        sub.subscribe("end");
        await(pub, "end", 1);
        await(pub, "a", 1);
        pub.send("a", "one").block(TIMEOUT);
        StepVerifier.create(texts(sub.receive()).next())
                .expectNext("one")
                .expectComplete()
                .verify(TIMEOUT);

        sub.unsubscribe("a");
        sub.unsubscribe("a");
        sub.subscribe("later");
        await(pub, "later", 1);
        pub.send("a", "two").block(TIMEOUT);
        pub.send("end", "three").block(TIMEOUT);

        StepVerifier.create(texts(sub.receive()).next())
                .expectNext("three")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void subscribesAgainAfterThePublisherCameBack() {
        PubSocket first = pub();
        SubSocket sub = sub();
        Endpoint at = first.bindNow("tcp://127.0.0.1:*");
        sub.subscribe("a");
        sub.subscribe("b");
        sub.unsubscribe("b");
        sub.connectNow(at);
        await(first, "a", 1);
        first.close().block(TIMEOUT);

        PubSocket second = pub();
        second.bindNow(at.toString());
        await(second, "a", 1);
        second.send("b", "not").block(TIMEOUT);
        second.send("a", "again").block(TIMEOUT);

        StepVerifier.create(texts(sub.receive()).next())
                .expectNext("again")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void subscriptionsOfAGonePeerAreForgotten() {
        PubSocket pub = pub();
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        SubSocket gone = sub();
        gone.subscribe("a");
        gone.connectNow(at);
        await(pub, "a", 1);
        ConnectedPeer peer = pub.peers().get(0);
        gone.dispose();
        peer.onClose().block(TIMEOUT);

        StepVerifier.create(pub.awaitSubscribers("a", 1))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void awaitingSubscribersFailsWhenTheSocketIsClosed() {
        PubSocket pub = pub();

        StepVerifier.create(pub.awaitSubscribers("a", 1))
                .then(pub::dispose)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void awaitsSoManySubscribersOfATopic() {
        PubSocket pub = pub();
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        SubSocket one = sub();
        one.subscribe("a");
        one.connectNow(at);
        await(pub, "abc", 1);
        SubSocket two = sub();
        two.connectNow(at);

        StepVerifier.create(pub.awaitSubscribers(Bytes.utf8("abc"), 2))
                .then(() -> two.subscribe("b"))
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> two.subscribe("ab"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void invertedMatchingDeliversWhatDoesNotMatch() {
        PubSocket pub = pub(SocketOptions::invertMatching);
        SubSocket sub = sub(SocketOptions::invertMatching);
        sub.subscribe("a");
        sub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));
        StepVerifier.create(sub.onPeer().next())
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        await(pub, "b", 1);

        pub.send("a", "1").block(TIMEOUT);
        pub.send("b", "2").block(TIMEOUT);

        StepVerifier.create(texts(sub.receive()).next())
                .expectNext("2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void receiveCompletesWhenTheSocketIsClosed() {
        SubSocket sub = sub();
        StepVerifier.create(Flux.merge(sub.receive(), sub.receive("a"), sub.receive("b")))
                .then(sub::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aSecondPlainReceiverIsRefused() {
        SubSocket sub = sub();
        Disposable first = sub.receive().subscribe();
        StepVerifier.create(sub.receive())
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
        first.dispose();

        StepVerifier.create(sub.receive())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(sub.isDisposed()).isFalse();
    }
}
