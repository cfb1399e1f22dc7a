package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class LastValueTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private Endpoint published(UnaryOperator<SocketOptions> options, Message... messages) {
        PubSocket pub = sockets.open(PubSocket::create, options);
        pub.send(Flux.just(messages)).block(TIMEOUT);
        return pub.bindNow("tcp://127.0.0.1:*");
    }

    @Test
    void sendsTheLastOfEachMatchingTopicToANewSubscriber() {
        Endpoint at = published(
                options -> options.lastValueCache(100),
                Message.of("ab", "old"),
                Message.of("ab", "1"),
                Message.of("a", "2"),
                Message.of("b", "3"),
                Message.of("ac", "4"));
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("a");
        sub.connectNow(at);

        StepVerifier.create(texts(sub).take(3))
                .expectNext("2", "1", "4")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void forgetsTheTopicThatWasQuietLongest() {
        Endpoint at = published(
                options -> options.lastValueCache(2),
                Message.of("a", "1"),
                Message.of("b", "2"),
                Message.of("a", "3"),
                Message.of("c", "4"));
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("");
        sub.connectNow(at);

        StepVerifier.create(texts(sub).take(2))
                .expectNext("3", "4")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void keepsTheLastOfEachKeyOfOnesOwn() {
        Endpoint at = published(
                options -> options.lastValueCache(10, message -> message.part(1)),
                Message.of("t", "k1", "1"),
                Message.of("t", "k2", "2"),
                Message.of("t", "k1", "3"),
                Message.of("no key"));
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("t");
        sub.connectNow(at);

        StepVerifier.create(texts(sub).take(2))
                .expectNext("3", "2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** A publisher whose next message waits until a subscriber has room, and the key of "4" cancels something. */
    private PubSocket waiting(Disposable cancelled, SubSocket sub) {
        PubSocket pub = sockets.open(
                PubSocket::create,
                options -> options.onFull(Overflow.WAIT).sendHwm(1).lastValueCache(10, message -> {
                    if (message.text().equals("4")) {
                        cancelled.dispose();
                    }
                    return message.first();
                }));
        Endpoint at = pub.bindNow("inproc://" + UUID.randomUUID());
        sub.subscribe("");
        sub.connectNow(at);
        pub.awaitSubscribers("", 1).block(TIMEOUT);
        pub.send(Flux.just("1", "2", "3").map(Message::of)).block(TIMEOUT); // the last one is owed to the subscriber
        return pub;
    }

    /** It is the only code of the application's that runs while a message is accepted. */
    @Test
    void mayCancelSendsThatWaitWhileAKeyIsMade() {
        Disposable.Composite cancelled = Disposables.composite();
        SubSocket sub = sockets.open(SubSocket::create, options -> options.recvHwm(1));
        PubSocket pub = waiting(cancelled, sub);
        cancelled.add(pub.send("4").subscribe());
        cancelled.add(pub.send("5").subscribe());
        Mono<Void> sixth = pub.send("6").cache();
        sixth.subscribe();

        StepVerifier.create(texts(sub).take(5))
                .expectNext("1", "2", "3", "4", "6")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(sixth).expectComplete().verify(TIMEOUT);
    }

    @Test
    void mayCancelTheStreamOfTheMessageWhileItsKeyIsMade() {
        Disposable.Composite cancelled = Disposables.composite();
        SubSocket sub = sockets.open(SubSocket::create, options -> options.recvHwm(1));
        PubSocket pub = waiting(cancelled, sub);
        cancelled.add(pub.send(Flux.just("4", "5").map(Message::of)).subscribe());
        Mono<Void> sixth = pub.send(Flux.just("6", "7").map(Message::of)).cache();
        sixth.subscribe();

        sub.dispose(); // there is room for everything from now on
        StepVerifier.create(sixth).expectComplete().verify(TIMEOUT);
    }

    /** What the cancelled stream held is sent, and holds up nobody. */
    @Test
    void mayCancelAnotherStreamThatWaitsWhileAKeyIsMade() {
        Disposable.Composite cancelled = Disposables.composite();
        SubSocket sub = sockets.open(SubSocket::create, options -> options.recvHwm(1));
        PubSocket pub = waiting(cancelled, sub);
        Mono<Void> fourth = pub.send(Flux.just("4", "5").map(Message::of)).cache();
        fourth.subscribe();
        cancelled.add(pub.send(Flux.just("6", "7").map(Message::of)).subscribe());

        sub.dispose(); // there is room for everything from now on
        StepVerifier.create(fourth).expectComplete().verify(TIMEOUT);
        StepVerifier.create(pub.send("8")).expectComplete().verify(TIMEOUT);
    }

    @Test
    void sendsNothingAgainForWhatIsSubscribedAlready() {
        Endpoint at = published(options -> options.lastValueCache(10), Message.of("a"), Message.of("b"));
        try (RawPeer sub = RawPeer.connect(at.toString())) {
            sub.handshakeNull("SUB");
            sub.write("00 02 01 'a' 00 02 01 'a' 00 03 01 'ab' 00 02 01 'b'");

            sub.expect("00 01 'a' 00 01 'b'");
        }
    }

    private static final String OLD = "old".repeat(10);

    private static Message value(int number) {
        return Message.of(String.format("%05d", number), OLD);
    }

    private PubSocket published(int count, UnaryOperator<SocketOptions> options) {
        PubSocket pub = sockets.open(
                PubSocket::create,
                all -> options.apply(all.lastValueCache(100_000)
                        .sendHwm(10)
                        .option(ChannelOption.SO_SNDBUF, 64 * 1024))); // else the system might take all of them at once
        pub.send(Flux.range(0, count).map(LastValueTests::value)).block(TIMEOUT);
        return pub;
    }

    private static RawPeer subscriber(Endpoint at) {
        RawPeer sub = RawPeer.connect(at.toString());
        sub.handshakeNull("SUB");
        return sub;
    }

    private static Message next(RawPeer sub) {
        return Message.of(
                Bytes.wrap(sub.readFrame().body()), Bytes.wrap(sub.readFrame().body()));
    }

    @Test
    void aNewSubscriberGetsAllOfThemHoweverSmallItsQueue() {
        PubSocket pub = published(20_000, options -> options);
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("");
        sub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));

        StepVerifier.create(sub.receive().take(20_000).index())
                .thenConsumeWhile(each -> each.getT2().equals(value(each.getT1().intValue())))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(pub.drops()).isEmpty();
    }

    @Test
    void overInprocToo() {
        PubSocket pub = published(5_000, options -> options);
        SubSocket sub = sockets.open(SubSocket::create, options -> options.recvHwm(10));
        sub.subscribe("");
        sub.connectNow(pub.bindNow("inproc://last-values"));

        assertThat(sub.receive().take(5_000).collectList().block(TIMEOUT))
                .startsWith(value(0))
                .endsWith(value(4_999));
        assertThat(pub.drops()).isEmpty();
    }

    @Test
    void invertedMatchingSkipsThoseThatBeginSo() {
        PubSocket pub = published(2_000, SocketOptions::invertMatching);
        try (RawPeer sub = subscriber(pub.bindNow("tcp://127.0.0.1:*"))) {
            sub.write("00 03 01 '00'");
            for (int i = 1_000; i < 2_000; i++) {
                assertThat(next(sub)).isEqualTo(value(i));
            }
        }
    }

    /** What is sent meanwhile comes, and comes once, and nothing older comes after it. */
    @Test
    void whatIsPublishedMeanwhileComesOnce() {
        int count = 50_000;
        PubSocket pub = published(count, options -> options);
        try (RawPeer sub = subscriber(pub.bindNow("tcp://127.0.0.1:*"))) {
            sub.write("00 01 01");
            pub.awaitSubscribers("", 1).block(TIMEOUT);
            assertThat(next(sub)).isEqualTo(value(0));
            pub.send("00000", "new").then(pub.send("49999", "new")).block(TIMEOUT);
            assertThat(pub.drops()).isEmpty(); // half of the queue is theirs
            List<String> changed = new ArrayList<>();
            for (int i = 1; i < count + 1; i++) {
                Message came = next(sub);
                if (came.part(1).utf8().equals("new")) {
                    changed.add(came.first().utf8());
                }
            }
            pub.send("end", "1").block(TIMEOUT);
            assertThat(next(sub).first().utf8()).isEqualTo("end");
            assertThat(changed).containsExactly("00000", "49999");
        }
    }

    @Test
    void oneThatCancelsGetsNoMoreOfThem() {
        int count = 100_000;
        PubSocket pub = published(count, options -> options);
        try (RawPeer sub = subscriber(pub.bindNow("tcp://127.0.0.1:*"))) {
            sub.write("00 01 01");
            pub.awaitSubscribers("", 1).block(TIMEOUT);
            sub.write("00 01 00 00 04 01 'end'");
            int came = 0;
            pub.awaitSubscribers("end", 1).block(TIMEOUT);
            pub.send("end", "1").block(TIMEOUT);
            while (!next(sub).first().utf8().equals("end")) {
                came++;
            }
            assertThat(came).isLessThan(count);
        }
    }

    @Test
    void aFloodOfSubscriptionsIsHeardAtOnceFromOneWhoseQueueIsFull() {
        PubSocket pub = published(100_000, options -> options);
        pub.send("large", "x".repeat(100_000)).block(TIMEOUT);
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        SubSocket healthy = sockets.open(SubSocket::create);
        StepVerifier.create(texts(healthy).take(1))
                .then(() -> healthy.subscribe("tick"))
                .then(() -> healthy.connectNow(at))
                .then(() -> pub.awaitSubscribers("tick", 1).block(TIMEOUT))
                .then(() -> {
                    try (RawPeer stuck = subscriber(at)) {
                        byte[] pair = Hex.parse("00 01 01 00 01 00");
                        ByteArrayOutputStream flood = new ByteArrayOutputStream();
                        for (int i = 0; i < 20_000; i++) {
                            flood.writeBytes(pair);
                        }
                        stuck.write(flood.toByteArray()).write("00 04 01 'end'");
                        pub.awaitSubscribers("end", 1).block(TIMEOUT);
                        pub.send("tick", "1").block(TIMEOUT);
                    }
                })
                .expectNext("1")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
