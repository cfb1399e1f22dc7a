package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.pipe.InprocLink;
import io.zmtp.reactive.pipe.InprocPipe;
import io.zmtp.reactive.wire.SubscriptionChanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

/** Sockets of one process that do everything at once. */
class InprocStressTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int ROUNDS = 300;

    private final Disposable.Composite open = Disposables.composite();
    private final String name = "inproc://" + UUID.randomUUID();

    @AfterEach
    void close() {
        open.dispose();
        assertThat(InprocTable.knows(Endpoint.parse(name).name())).isFalse();
    }

    private <T extends Disposable> T open(T socket) {
        open.add(socket);
        return socket;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    @Test
    void meetsWhenBindAndConnectRace() {
        for (int i = 0; i < ROUNDS; i++) {
            PullSocket pull = PullSocket.create();
            PushSocket push = PushSocket.create();
            RaceTestUtils.race(() -> pull.bindNow(name), () -> push.connectNow(name));
            assertThat(push.peers()).hasSize(1);
            push.dispose();
            pull.dispose();
        }
    }

    @Test
    void keepsNobodyWhenConnectAndCloseOfTheBinderRace() {
        for (int i = 0; i < ROUNDS; i++) {
            PullSocket pull = PullSocket.create();
            PushSocket push = PushSocket.create();
            pull.bindNow(name);
            RaceTestUtils.race(pull::dispose, () -> push.connectNow(name));
            StepVerifier.create(pull.onClose())
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(push.peers()).isEmpty();
            push.dispose();
            assertThat(InprocTable.knows(Endpoint.parse(name).name())).isFalse();
        }
    }

    @Test
    void endsOnceWhenBothSidesEndIt() {
        for (int i = 0; i < ROUNDS; i++) {
            PullSocket pull = PullSocket.create();
            PushSocket push = PushSocket.create();
            pull.bindNow(name);
            push.connectNow(name);
            AtomicInteger left = new AtomicInteger();
            push.peers().get(0).onClose().subscribe(closed -> left.incrementAndGet());
            pull.peers().get(0).onClose().subscribe(closed -> left.incrementAndGet());
            RaceTestUtils.race(push::dispose, pull::dispose);
            assertThat(left).hasValue(2);
        }
    }

    @Test
    void losesNothingAndRepeatsNothingWhileReceiversComeAndGo() {
        int count = 100_000;
        PushSocket push = open(PushSocket.create(options -> options.sendHwm(50)));
        push.connectNow(name);
        Mono<Void> sent =
                push.send(numbers(count)).subscribeOn(Schedulers.parallel()).cache();
        sent.subscribe();
        List<String> all = Collections.synchronizedList(new ArrayList<>(count));
        while (all.size() < count) {
            PullSocket pull = PullSocket.create(options -> options.recvHwm(20));
            pull.bindNow(name);
            pull.receive()
                    .take(Math.min(997, count - all.size()))
                    .doOnNext(message -> all.add(message.text()))
                    .blockLast(TIMEOUT);
            pull.dispose();
        }

        assertThat(all)
                .isEqualTo(IntStream.range(0, count).mapToObj(i -> "" + i).toList());
    }

    @Test
    void keepsTheOrderOfEachOfManySenders() {
        PullSocket pull = open(PullSocket.create(options -> options.recvHwm(10)));
        pull.bindNow(name);
        int each = 20_000;
        for (int i = 0; i < 4; i++) {
            PushSocket push = open(PushSocket.create(options -> options.sendHwm(10)));
            push.connectNow(name);
            int who = i;
            open(push.send(Flux.range(0, each).map(n -> Message.of("" + who, "" + n)))
                    .subscribeOn(Schedulers.parallel())
                    .subscribe());
        }
        int[] next = new int[4];

        StepVerifier.create(pull.receive()
                        .take(4L * each)
                        .doOnNext(message -> assertThat(message.text())
                                .isEqualTo(""
                                        + next[Integer.parseInt(message.first().utf8())]++))
                        .count())
                .expectNext(4L * each)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendersOnManyThreadsAreAllHeard() {
        PullSocket pull = open(PullSocket.create(options -> options.recvHwm(5)));
        PushSocket push = open(PushSocket.create(options -> options.sendHwm(5)));
        pull.bindNow(name);
        push.connectNow(name);
        int each = 20_000;

        StepVerifier.create(pull.receive()
                        .publishOn(Schedulers.parallel())
                        .take(4L * each)
                        .count())
                .then(() -> Flux.range(0, 4)
                        .flatMap(who -> Flux.range(0, each)
                                .concatMap(n -> push.send("" + n))
                                .subscribeOn(Schedulers.boundedElastic()))
                        .subscribe())
                .expectNext(4L * each)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void accountsForEveryMessageWhenItIsClosedWhileSending() {
        for (int i = 0; i < ROUNDS; i++) {
            PullSocket pull = PullSocket.create(options -> options.recvHwm(10));
            PushSocket push = PushSocket.create(options -> options.sendHwm(10).linger(Duration.ZERO));
            pull.bindNow(name);
            push.connectNow(name);
            AtomicLong accepted = new AtomicLong();
            AtomicLong received = new AtomicLong();
            Disposable first = pull.receive().take(7).subscribe(message -> received.incrementAndGet());
            RaceTestUtils.race(push::dispose, () -> {
                for (int n = 0; n < 40; n++) {
                    push.send("" + n).subscribe(nothing -> {}, error -> {}, accepted::incrementAndGet);
                }
            });
            Closed closed = push.onClose().block(TIMEOUT);
            first.dispose();
            pull.receive().subscribe(message -> received.incrementAndGet());
            assertThat(closed).isNotNull();
            assertThat(received.get() + closed.unsentMessages()).isEqualTo(accepted.get());
            pull.dispose();
        }
    }

    private static InprocPipe pipe(ZmtpSocket socket, Endpoint endpoint, boolean lasting) {
        return new InprocPipe(
                socket.endpoints.owner, socket.options.toInproc(socket.type), endpoint, lasting, () -> {});
    }

    @Test
    void completesAFlushWhenTakingAndClosingRace() {
        Endpoint endpoint = Endpoint.parse(name);
        PushSocket push = open(PushSocket.create());
        PullSocket pull = open(PullSocket.create(options -> options.recvHwm(1)));
        for (int i = 0; i < ROUNDS; i++) {
            InprocPipe from = pipe(push, endpoint, true);
            InprocPipe to = pipe(pull, endpoint, false);
            new InprocLink(from, to).join();
            from.offer(Message.of("1"));
            from.offer(Message.of("2"));
            AtomicInteger ended = new AtomicInteger();
            from.flush().subscribe(nothing -> {}, error -> ended.incrementAndGet(), ended::incrementAndGet);
            assertThat(ended).hasValue(0);
            RaceTestUtils.race(
                    to::poll,
                    () -> from.close(new ZmtpClosedException("closed", new Closed(Closed.Reason.LOCAL, null, 0, 0))));
            assertThat(ended).hasValue(1);
        }
    }

    @Test
    void subscriptionsComeFirstAndTheirEndsAreBounded() {
        Endpoint endpoint = Endpoint.parse(name);
        PairSocket socket = open(PairSocket.create());
        InprocPipe from = pipe(socket, endpoint, false);
        InprocPipe to = pipe(socket, endpoint, false);
        assertThat(from.self().socketType()).isEqualTo(SocketType.PAIR);
        new InprocLink(from, to).join();
        from.offer(Message.of("1"));
        for (int i = 0; i < 100_000; i++) {
            from.subscribe(Bytes.utf8("topic " + i), false);
        }
        assertThat(to.poll()).isNotInstanceOf(Message.class);
        assertThat(to.received()).isPositive();

        for (int i = 0; i < SubscriptionChanges.MOST_OCTETS / 60; i++) {
            from.subscribe(Bytes.utf8("" + i), true);
        }

        assertThat(to.poll())
                .as("what counts as written, when the link has ended")
                .isEqualTo(Message.of("1"));
        assertThat(to.poll()).isNull();
    }
}
