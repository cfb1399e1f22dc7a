package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

/** What PUSH and PULL promise, while something goes wrong. */
class PushPullFaultTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PushSocket push(int hwm) {
        PushSocket push = PushSocket.create(
                options -> options.sendHwm(hwm).reconnect(Duration.ofMillis(2), Duration.ofMillis(4)));
        open.add(push);
        return push;
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create(options -> options.recvHwm(10));
        open.add(pull);
        return pull;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    // ---- whole or not at all

    @Test
    void aMessageThatASenderCutsIsNotDelivered() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        String[] cuts = {
            "01 01'a'", "01 01'a' 00", "01 01'a' 00 05'bc'", "02 0000000000100000 'abc'", "01 01'a' 01 01'b'"
        };
        for (int i = 0; i < cuts.length * 2; i++) {
            RawPeer peer = RawPeer.connect(endpoint.toString());
            peer.handshakeNull("PUSH");
            peer.write("00 05'whole'" + cuts[i / 2]);
            StepVerifier.create(pull.receive().map(Message::text).next())
                    .expectNext("whole")
                    .expectComplete()
                    .verify(TIMEOUT);
            if (i % 2 == 0) {
                peer.closeWithReset();
            } else {
                peer.close();
            }
        }
        PushSocket push = push(10);
        push.connectNow(endpoint);
        push.send("next").block(TIMEOUT);

        StepVerifier.create(pull.receive().map(Message::text).next())
                .expectNext("next")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aMessageThatAReceiverCutsIsNotSentInPartToTheNext() {
        try (RawListener listener = RawPeer.listen()) {
            PushSocket push = push(100);
            push.connectNow(listener.endpoint());
            RawPeer cutting = listener.accept();
            cutting.handshakeNull("PULL");
            Bytes[] parts = new Bytes[500];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = Bytes.wrap(new byte[20_000]);
            }
            push.send(Message.of(parts)).block(TIMEOUT);
            push.send("next").block(TIMEOUT);
            cutting.readFrame();
            cutting.closeWithReset();

            RawPeer next = listener.accept();
            next.handshakeNull("PULL");

            next.expect("00 04'next'");
            next.close();
        }
    }

    // ---- order

    @Test
    void whatComesOverResetsIsInOrderAndNeverTwice() {
        try (RawListener listener = RawPeer.listen()) {
            PushSocket push = push(1000);
            push.connectNow(listener.endpoint());
            Disposable sending = push.send(numbers(Integer.MAX_VALUE)).subscribe(); // each life takes a megabyte along
            List<Integer> came = new ArrayList<>();
            for (int life = 0; life < 20; life++) {
                RawPeer peer = listener.accept();
                peer.handshakeNull("PULL");
                for (int i = 0; i < 100; i++) {
                    came.add(Integer.parseInt(
                            new String(peer.readFrame().body(), java.nio.charset.StandardCharsets.UTF_8)));
                }
                peer.closeWithReset();
            }
            sending.dispose();

            assertThat(came).hasSize(2000);
            for (int i = 1; i < came.size(); i++) {
                assertThat(came.get(i)).isGreaterThan(came.get(i - 1));
            }
        }
    }

    // ---- fairness, and bounds

    @Test
    void takesFromManyPeersInTurnAndLosesNothing() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        for (int i = 0; i < 4; i++) {
            PushSocket push = push(10);
            push.connectNow(endpoint);
            String name = "peer" + i;
            push.send(Flux.range(0, 250).map(n -> Message.of(name))).subscribe();
        }
        pull.onPeer().take(4).blockLast(TIMEOUT);
        Flux.fromIterable(pull.peers())
                .flatMap(peer -> Flux.interval(Duration.ofMillis(2))
                        .filter(tick -> peer.unread() >= 10)
                        .next())
                .blockLast(TIMEOUT);

        List<String> came =
                pull.receive().map(Message::text).take(1000).collectList().block(TIMEOUT);

        assertThat(came).hasSize(1000);
        for (int i = 0; i < 4; i++) {
            String name = "peer" + i;
            assertThat(came).filteredOn(name::equals).hasSize(250);
            assertThat(came.subList(0, 40)).filteredOn(name::equals).hasSize(10);
        }
    }

    @Test
    void holdsExactlyAsManyAsTheMark() {
        PushSocket push = push(7);
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        pull.unbind(endpoint).block(TIMEOUT);
        push.connectNow(endpoint);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 7; i++) {
                StepVerifier.create(push.send("" + i)).expectComplete().verify(TIMEOUT);
            }
            StepVerifier.create(push.send("8th"))
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(20))
                    .thenCancel()
                    .verify(TIMEOUT);
            pull.bindNow(endpoint.toString());
            StepVerifier.create(pull.receive().map(Message::text).take(7))
                    .expectNext("0", "1", "2", "3", "4", "5", "6")
                    .expectComplete()
                    .verify(TIMEOUT);
            pull.unbind(endpoint).block(TIMEOUT);
            Flux.interval(Duration.ofMillis(2))
                    .filter(tick -> push.peers().isEmpty())
                    .blockFirst(TIMEOUT);
        }
    }

    @Test
    void holdsBackAFloodWhileNobodyReceives() {
        PullSocket pull = pull();
        RawPeer peer = RawPeer.connect(pull.bindNow("tcp://127.0.0.1:*").toString());
        peer.handshakeNull("PUSH");
        byte[] message = RawPeer.frame(0, new byte[100_000]);

        int taken = 0;
        for (int some; taken < 64 << 20; taken += some) {
            some = peer.writeUntilStuck(message, Duration.ofMillis(200));
            if (some < message.length) {
                break;
            }
        }

        assertThat(taken).isLessThan(48 << 20);
        peer.close();
    }

    // ---- subscribers that misbehave

    @Test
    void aSubscriberThatThrowsLosesItsMessageOnly() {
        PullSocket pull = pull();
        PushSocket push = push(100);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.send(numbers(3)).block(TIMEOUT);

        StepVerifier.create(pull.receive().map(message -> {
                    throw new IllegalStateException("on purpose");
                }))
                .expectErrorMessage("on purpose")
                .verify(TIMEOUT);

        StepVerifier.create(pull.receive().map(Message::text).take(2))
                .expectNext("1", "2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void cancellingLosesNothingThatWasNotHandedOut() {
        PullSocket pull = PullSocket.create();
        open.add(pull);
        PushSocket push = push(10_000);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        List<String> came = new CopyOnWriteArrayList<>();
        for (int round = 0; round < 500; round++) {
            String text = "" + round;
            BaseSubscriber<Message> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Message message) {
                    came.add(message.text());
                }
            };
            pull.receive().subscribe(subscriber);
            RaceTestUtils.race(subscriber::cancel, () -> push.send(text).subscribe());
        }

        // What was handed out may be on its way into the list still.
        open.add(pull.receive().subscribe(message -> came.add(message.text())));
        Flux.interval(Duration.ofMillis(5)).filter(tick -> came.size() >= 500).blockFirst(TIMEOUT);

        assertThat(came).hasSize(500);
        assertThat(came.stream().map(Integer::valueOf)).isSorted();
    }

    @Test
    void oneAtATimeAndThenAllAtOnceLosesNothing() throws InterruptedException {
        PullSocket pull = pull();
        PushSocket push = push(10);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.send(numbers(2000)).subscribe();
        CountDownLatch left = new CountDownLatch(2000);
        List<String> came = new ArrayList<>();

        pull.receive().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Message message) {
                came.add(message.text());
                left.countDown();
                if (came.size() < 1000) {
                    request(1);
                } else if (came.size() == 1000) {
                    request(Long.MAX_VALUE);
                }
            }
        });

        assertThat(left.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(came).hasSize(2000);
        assertThat(came.get(1999)).isEqualTo("1999");
    }

    // ---- names

    @Test
    void triesEveryAddressOfAName() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*"); // `localhost` may be ::1 first
        PushSocket push = push(10);
        push.connectNow("tcp://localhost:" + endpoint.port());

        push.send("found").block(TIMEOUT);

        StepVerifier.create(pull.receive().map(Message::text).next())
                .expectNext("found")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
