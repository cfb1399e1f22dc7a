package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PushPullTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PushSocket push() {
        return push(10_000);
    }

    private PushSocket push(int hwm) {
        PushSocket push = PushSocket.create(options -> options.sendHwm(hwm).reconnect(Duration.ofMillis(20)));
        open.add(push);
        return push;
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create();
        open.add(pull);
        return pull;
    }

    @Test
    void deliversInOrder() {
        PullSocket pull = pull();
        PushSocket push = push();
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));

        Flux<Message> numbers = Flux.range(0, 20_000).map(i -> Message.of("" + i));

        StepVerifier.create(pull.receive().map(Message::text).take(20_000).collectList())
                .then(() -> push.send(numbers).subscribe())
                .assertNext(all -> {
                    for (int i = 0; i < all.size(); i++) {
                        assertThat(all.get(i)).isEqualTo("" + i);
                    }
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void connectsBeforeThePeerBinds() {
        PushSocket push = push();
        PullSocket pull = pull();
        Endpoint free = pull.bindNow("tcp://127.0.0.1:*");
        pull.unbind(free).block(TIMEOUT);
        push.connectNow(free);
        push.send("early").block(TIMEOUT);
        StepVerifier.create(push.monitor().ofType(MonitorEvent.Retrying.class).next())
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);

        pull.bindNow(free.toString());

        StepVerifier.create(pull.receive().map(Message::text).next())
                .expectNext("early")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void waitsWithoutPeersAndGoesOnWithTheFirst() {
        PushSocket push = push();
        PullSocket pull = pull();
        Endpoint at = push.bindNow("tcp://127.0.0.1:*");

        StepVerifier.create(push.send("patient"))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> pull.connectNow(at))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pull.receive().map(Message::text).next())
                .expectNext("patient")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void takesTurnsBetweenPeers() {
        PushSocket push = push();
        Endpoint at = push.bindNow("tcp://127.0.0.1:*");
        List<PullSocket> pulls = List.of(pull(), pull(), pull(), pull());
        pulls.forEach(pull -> pull.connectNow(at));
        push.onPeer().take(4).blockLast(TIMEOUT);

        push.send(Flux.range(0, 400).map(i -> Message.of("" + i))).block(TIMEOUT);

        for (PullSocket pull : pulls) {
            StepVerifier.create(pull.receive().take(60).count())
                    .expectNext(60L)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void givesWhatAGonePeerHeldToTheOthers() {
        PushSocket push = push(10);
        Endpoint at = push.bindNow("tcp://127.0.0.1:*");
        PullSocket stuck = pull();
        stuck.connectNow(at);
        push.onPeer().next().block(TIMEOUT);
        Bytes large = Bytes.wrap(new byte[1_000_000]);
        AtomicInteger accepted = new AtomicInteger();
        // Fills kernel buffers, read-ahead and pipe: from here on a sender waits.
        StepVerifier.create(Flux.range(0, 1000)
                        .concatMap(i -> push.send(Message.of(Bytes.utf8("" + i), large))
                                .timeout(Duration.ofSeconds(1))
                                .doOnSuccess(done -> accepted.incrementAndGet())))
                .expectError()
                .verify(TIMEOUT);
        assertThat(push.peers().get(0).queued()).isBetween(1L, 10L);
        PullSocket well = pull();
        well.connectNow(at);
        push.onPeer().take(2).blockLast(TIMEOUT);

        stuck.dispose();

        // What was on its way to the other one is lost, and what was queued behind it is not.
        int last = accepted.get() - 1;
        List<Integer> came = well.receive()
                .map(message -> Integer.valueOf(message.first().utf8()))
                .takeUntil(number -> number == last)
                .collectList()
                .block(TIMEOUT);
        assertThat(came)
                .isEqualTo(IntStream.rangeClosed(came.get(0), last).boxed().toList());
    }

    @Test
    void survivesARestartOfThePeer() {
        PushSocket push = push();
        PullSocket first = pull();
        Endpoint at = first.bindNow("tcp://127.0.0.1:*");
        push.connectNow(at);
        push.send("one").block(TIMEOUT);
        StepVerifier.create(first.receive().next())
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        first.close().block(TIMEOUT);
        Sockets.awaitPeers(push, 0);
        push.send(Flux.range(0, 200).map(i -> Message.of("" + i))).block(TIMEOUT);

        PullSocket second = pull();
        second.bindNow(at.toString());

        StepVerifier.create(second.receive().take(200).map(Message::text).last())
                .expectNext("199")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void closesAfterWritingAndReportsNothingUnsent() {
        PullSocket pull = pull();
        PushSocket push = push();
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.send(Flux.range(0, 5000).map(i -> Message.of("" + i))).block(TIMEOUT);

        Mono<Closed> closed = push.close().cache();
        closed.subscribe();

        StepVerifier.create(pull.receive().take(5000).count())
                .expectNext(5000L)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(closed)
                .assertNext(end -> assertThat(end.unsentMessages()).isZero())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void reportsWhatLingerLeftBehind() {
        PushSocket push = PushSocket.create(options -> options.linger(Duration.ofMillis(100)));
        open.add(push);
        push.connectNow("tcp://127.0.0.1:1");
        push.send(Flux.range(0, 7).map(i -> Message.of("" + i))).block(TIMEOUT);

        StepVerifier.create(push.close())
                .assertNext(end -> assertThat(end.unsentMessages()).isEqualTo(7))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(push.send("late"))
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void secondReceiverIsRefusedAndTheNextContinues() {
        PullSocket pull = pull();
        PushSocket push = push();
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.send(Flux.range(0, 10).map(i -> Message.of("" + i))).block(TIMEOUT);
        StepVerifier.create(pull.receive().map(Message::text), 3)
                .expectNext("0", "1", "2")
                .then(() -> StepVerifier.create(pull.receive())
                        .expectError(IllegalStateException.class)
                        .verify(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);

        StepVerifier.create(pull.receive().map(Message::text).take(7))
                .expectNext("3", "4", "5", "6", "7", "8", "9")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void receiveCompletesWhenTheSocketIsClosed() {
        PullSocket pull = pull();
        pull.bindNow("tcp://127.0.0.1:*");
        StepVerifier.create(pull.receive()).then(pull::dispose).expectComplete().verify(TIMEOUT);
    }
}
