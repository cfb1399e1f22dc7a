package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.drops;
import static io.zmtp.reactive.socket.Sockets.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Subscribers that do not keep up, or want too much. */
class PubOverloadTests {

    private static final byte[] LARGE = new byte[100_000];

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private static RawPeer stuck(PubSocket pub, Endpoint at) {
        RawPeer stuck = RawPeer.connect(at.toString());
        stuck.handshakeNull("SUB");
        stuck.write("00 01 01");
        pub.awaitSubscribers("", 1).block(TIMEOUT);
        return stuck;
    }

    @Test
    void aStuckSubscriberDoesNotHoldUpAHealthyOne() {
        PubSocket pub = sockets.open(PubSocket::create, options -> options.sendHwm(100));
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        SubSocket healthy = sockets.open(SubSocket::create);
        healthy.subscribe("");
        try (RawPeer stuck = stuck(pub, at)) {
            healthy.connectNow(at);
            pub.awaitSubscribers("", 2).block(TIMEOUT);

            Flux<Message> received = healthy.receive().take(300);
            StepVerifier.create(received.index())
                    .then(() -> pub.send(Message.of(LARGE)).subscribe())
                    .thenConsumeWhile(
                            each -> true, each -> pub.send(Message.of(LARGE)).subscribe())
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(pub.drops().get(DropReason.QUEUE_FULL)).isBetween(100L, 301L);
            assertThat(stuck.readFrame().body()).hasSize(LARGE.length);
        }
    }

    @Test
    void tellsWhatAFullQueueMissed() {
        PubSocket pub = sockets.open(PubSocket::create, options -> options.sendHwm(5));
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        try (RawPeer stuck = stuck(pub, at)) {
            StepVerifier.create(drops(pub, DropReason.QUEUE_FULL).next())
                    .then(() -> pub.send(Flux.range(0, 500).map(i -> Message.of(LARGE)))
                            .block(TIMEOUT))
                    .assertNext(dropped -> {
                        assertThat(dropped.peer()).isNotNull();
                        assertThat(dropped.count()).isPositive();
                    })
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(stuck.awaitClosed(Duration.ofMillis(10))).isFalse();
        }
    }

    @Test
    void withoutDroppingSendersWaitForTheSlowest() {
        PubSocket pub =
                sockets.open(PubSocket::create, options -> options.noDrop().sendHwm(5));
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        try (RawPeer slow = stuck(pub, at)) {
            AtomicLong sent = new AtomicLong();
            int count = 500;
            StepVerifier.create(pub.send(
                            Flux.range(0, count).map(i -> Message.of(LARGE)).doOnNext(m -> sent.incrementAndGet())))
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(200))
                    .then(() -> assertThat(sent.get()).isLessThan(count))
                    .then(() -> {
                        for (int i = 0; i < count; i++) {
                            assertThat(slow.readFrame().body()).hasSize(LARGE.length);
                        }
                    })
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void withoutDroppingSendersGoOnWhenTheSlowestLeaves() {
        PubSocket pub =
                sockets.open(PubSocket::create, options -> options.noDrop().sendHwm(5));
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        RawPeer slow = stuck(pub, at);

        StepVerifier.create(pub.send(Flux.range(0, 500).map(i -> Message.of(LARGE))))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(200))
                .then(slow::close)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void closingWritesWhatIsOwed() {
        PubSocket pub =
                sockets.open(PubSocket::create, options -> options.noDrop().sendHwm(1));
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("");
        sub.connectNow(at);
        pub.awaitSubscribers("", 1).block(TIMEOUT);

        StepVerifier.create(texts(sub).take(100))
                .then(() -> pub.send(Flux.range(0, 100).map(i -> Message.of("" + i)))
                        .then(pub.close())
                        .subscribe())
                .expectNextCount(99)
                .expectNext("99")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void ignoresSubscriptionsAboveTheLimitAndTells() {
        PubSocket pub = sockets.open(PubSocket::create, options -> options.maxSubscriptions(1000));
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        try (RawPeer greedy = RawPeer.connect(at.toString())) {
            greedy.handshakeNull("SUB");
            StepVerifier.create(drops(pub, DropReason.TOO_MANY_SUBSCRIPTIONS).next())
                    .then(() -> {
                        for (int i = 0; i < 1001; i++) {
                            greedy.sendCommand(
                                    "SUBSCRIBE", String.format("topic %04d", i).getBytes());
                        }
                    })
                    .assertNext(dropped -> assertThat(dropped.message().text()).isEqualTo("\u0001topic 1000"))
                    .expectComplete()
                    .verify(TIMEOUT);

            pub.send("topic 1000").then(pub.send("topic 0999")).block(TIMEOUT);
            greedy.expect("00 0a 'topic 0999'");
        }
    }

    @Test
    void aSubscriptionBombHarmsNobodyElse() {
        PubSocket pub = sockets.open(PubSocket::create);
        Endpoint at = pub.bindNow("tcp://127.0.0.1:*");
        SubSocket good = sockets.open(SubSocket::create);
        good.subscribe("good");
        good.connectNow(at);
        pub.awaitSubscribers("good", 1).block(TIMEOUT);
        try (RawPeer bomb = RawPeer.connect(at.toString())) {
            bomb.handshakeNull("SUB");
            byte[] topic = new byte[59];
            for (int i = 0; i < 200_000; i += 100) {
                byte[][] commands = new byte[100][];
                for (int k = 0; k < 100; k++) {
                    System.arraycopy(String.format("%07d", i + k).getBytes(), 0, topic, 0, 7);
                    commands[k] = RawPeer.command("SUBSCRIBE", topic);
                }
                bomb.write(commands);
            }
            StepVerifier.create(texts(good).next())
                    .then(() -> pub.send("good").subscribe())
                    .expectNext("good")
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void takesVeryLongTopicsAndGarbageUpstream() {
        PubSocket pub = sockets.open(PubSocket::create);
        try (RawPeer peer = RawPeer.connect(pub.bindNow("tcp://127.0.0.1:*").toString())) {
            peer.handshakeNull("SUB");
            byte[] deep = new byte[60_000];
            peer.sendCommand("SUBSCRIBE", deep);
            deep[deep.length - 1] = 1;
            peer.sendCommand("SUBSCRIBE", deep);
            byte[] deeper = new byte[1_000_000];
            deeper[0] = 1;
            peer.writeFrame(0, deeper);
            peer.sendCommand("NONSENSE", deep).sendCommand("CANCEL", "never".getBytes());
            StepVerifier.create(drops(pub, DropReason.UNEXPECTED)
                            .map(MonitorEvent.Dropped::message)
                            .next())
                    .then(() -> peer.writeMessage("upstream", "\u0001x")
                            .write("00 00")
                            .write("00 01 02"))
                    .expectNext(Message.of("upstream", "\u0001x"))
                    .expectComplete()
                    .verify(TIMEOUT);
            peer.write("00 02 01 'a'");
            pub.awaitSubscribers("a", 1).block(TIMEOUT);
            pub.send("a").block(TIMEOUT);
            peer.expect("00 01 'a'");
        }
    }
}
