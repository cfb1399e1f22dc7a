package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.net.BindException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Messages that never leave the process. */
class InprocTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final String name = "inproc://" + UUID.randomUUID();

    @AfterEach
    void close() {
        open.dispose();
        assertThat(InprocTable.knows(Endpoint.parse(name).name())).isFalse();
    }

    private PushSocket push(UnaryOperator<SocketOptions> options) {
        PushSocket push = PushSocket.create(options);
        open.add(push);
        return push;
    }

    private PullSocket pull(UnaryOperator<SocketOptions> options) {
        PullSocket pull = PullSocket.create(options);
        open.add(pull);
        return pull;
    }

    private PushSocket push() {
        return push(UnaryOperator.identity());
    }

    private PullSocket pull() {
        return pull(UnaryOperator.identity());
    }

    private static Flux<Message> numbers(int from, int count) {
        return Flux.range(from, count).map(i -> Message.of("" + i));
    }

    private static void receives(PullSocket pull, int from, int count) {
        AtomicLong next = new AtomicLong(from);
        StepVerifier.create(pull.receive()
                        .take(count)
                        .doOnNext(message -> assertThat(message.text()).isEqualTo("" + next.getAndIncrement()))
                        .count())
                .expectNext((long) count)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private <T extends Disposable> T opened(T socket) {
        open.add(socket);
        return socket;
    }

    @Test
    void answersAMillionTimesOnOneThread() {
        PairSocket asking = opened(PairSocket.create());
        PairSocket answering = opened(PairSocket.create());
        asking.bindNow(name);
        answering.connectNow(name);
        AtomicLong answers = new AtomicLong();
        open.add(
                answering.receive().subscribe(message -> answering.send(message).subscribe()));

        StepVerifier.create(asking.receive()
                        .take(1_000_000)
                        .doOnNext(message -> {
                            if (answers.incrementAndGet() < 1_000_000) {
                                asking.send(message).subscribe();
                            }
                        })
                        .count())
                .then(() -> asking.send("again").subscribe())
                .expectNext(1_000_000L)
                .expectComplete()
                .verify(Duration.ofSeconds(60));
    }

    /** Sends one by one until a sender has to wait; how many were accepted. */
    private static long fill(PushSocket push, Message message) {
        AtomicLong accepted = new AtomicLong();
        for (; ; ) {
            Disposable sending = push.send(message).subscribe(nothing -> {}, error -> {}, accepted::incrementAndGet);
            if (!sending.isDisposed()) {
                sending.dispose();
                return accepted.get();
            }
        }
    }

    @Test
    void deliversInOrderWhenBoundFirst() {
        PullSocket pull = pull();
        PushSocket push = push();
        pull.bindNow(name);
        push.connectNow(name);

        push.send(numbers(0, 100_000)).subscribeOn(Schedulers.parallel()).subscribe();

        receives(pull, 0, 100_000);
    }

    @Test
    void deliversInOrderWhenConnectedFirst() {
        PushSocket push = push();
        PullSocket pull = pull();
        push.connectNow(name);
        push.send(numbers(0, 500)).block(TIMEOUT);
        pull.bindNow(name);

        push.send(numbers(500, 100_000)).subscribeOn(Schedulers.parallel()).subscribe();

        receives(pull, 0, 100_500);
    }

    @Test
    void deliversWhenTheSenderBinds() {
        PushSocket push = push();
        PullSocket pull = pull();
        pull.connectNow(name);
        push.bindNow(name);

        push.send(numbers(0, 10_000)).subscribeOn(Schedulers.parallel()).subscribe();

        receives(pull, 0, 10_000);
    }

    @Test
    void acceptsExactlyWhatBothHwmsAllow() {
        PullSocket stuck = pull(options -> options.recvHwm(7));
        PushSocket push = push(options -> options.sendHwm(5));
        stuck.bindNow(name);
        push.connectNow(name);

        assertThat(fill(push, Message.of("x"))).isEqualTo(12);
        assertThat(push.peers().get(0).queued()).isEqualTo(5);
    }

    @Test
    void acceptsExactlyWhatBothHwmsAllowWhenConnectedFirst() {
        PushSocket push = push(options -> options.sendHwm(1000));
        PullSocket stuck = pull(options -> options.recvHwm(3));
        push.connectNow(name);
        assertThat(fill(push, Message.of("x"))).isEqualTo(1000);

        stuck.bindNow(name);

        assertThat(fill(push, Message.of("x"))).isEqualTo(3);
    }

    @Test
    void acceptsAsMuchAgainWhenAllIsTaken() {
        PullSocket pull = pull(options -> options.recvHwm(7));
        PushSocket push = push(options -> options.sendHwm(5));
        pull.bindNow(name);
        push.connectNow(name);
        fill(push, Message.of("x"));
        StepVerifier.create(pull.receive().take(12).count())
                .expectNext(12L)
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(fill(push, Message.of("x"))).isEqualTo(12);
    }

    @Test
    void waitingSendersGoOnWhenThePeerComes() {
        PushSocket push = push(options -> options.sendHwm(1000));
        push.connectNow(name);
        fill(push, Message.of("x"));
        Mono<Void> waiting = push.send("late").cache();
        waiting.subscribe();

        pull(options -> options.recvHwm(1)).bindNow(name);

        StepVerifier.create(waiting).expectComplete().verify(TIMEOUT);
    }

    @Test
    void acceptsNoMoreOctetsThanAllowed() {
        PullSocket stuck = pull();
        PushSocket push = push(options -> options.sendHwmBytes(1000));
        stuck.bindNow(name);
        push.connectNow(name);

        assertThat(fill(push, Message.of(new byte[300]))).isEqualTo(4);
    }

    @Test
    void showsEachSideTheOther() {
        PullSocket pull = pull(options -> options.metadata("X-Role", Bytes.utf8("sink")));
        PushSocket push = push(options -> options.routingId(Bytes.utf8("me")));
        pull.bindNow(name);
        push.connectNow(name);
        push.send("hello").block(TIMEOUT);

        StepVerifier.create(pull.receive().next())
                .assertNext(message -> assertThat(message.peer()).hasValueSatisfying(peer -> {
                    assertThat(peer.socketType()).isEqualTo(SocketType.PUSH);
                    assertThat(peer.routingId().utf8()).isEqualTo("me");
                    assertThat(peer.address()).isNull();
                    assertThat(peer.minor()).isEqualTo(1);
                }))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(push.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.peer().socketType()).isEqualTo(SocketType.PULL);
            assertThat(peer.peer().properties().text("X-Role")).hasValue("sink");
            assertThat(peer.connection()).isEmpty();
        });
    }

    @Test
    void bindFailsWhenTheNameIsTaken() {
        pull().bindNow(name);

        StepVerifier.create(pull().bind(name)).expectError(BindException.class).verify(TIMEOUT);
    }

    @Test
    void nameIsFreeAfterUnbind() {
        PullSocket first = pull();
        first.unbind(first.bindNow(name)).block(TIMEOUT);

        StepVerifier.create(pull().bind(name))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void survivesARestartOfThePeerWithoutLosingAMessage() {
        PushSocket push = push();
        push.connectNow(name);
        PullSocket first = pull();
        first.bindNow(name);
        push.send(numbers(0, 1500)).block(TIMEOUT);
        receives(first, 0, 500);
        first.close().block(TIMEOUT);

        PullSocket second = pull();
        second.bindNow(name);

        receives(second, 500, 1000);
    }

    @Test
    void takesTurnsBetweenPeers() {
        PushSocket push = push();
        PullSocket one = pull();
        PullSocket two = pull();
        push.bindNow(name);
        one.connectNow(name);
        two.connectNow(name);

        push.send(numbers(0, 100)).block(TIMEOUT);

        StepVerifier.create(one.receive().take(50).count())
                .expectNext(50L)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(two.receive().take(50).count())
                .expectNext(50L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void givesWhatAGonePeerHadNotTakenToTheOthers() {
        PushSocket push = push();
        PullSocket stuck = pull();
        push.bindNow(name);
        stuck.connectNow(name);
        push.send(numbers(0, 1500)).block(TIMEOUT);
        PullSocket well = pull();
        well.connectNow(name);

        stuck.dispose();

        receives(well, 0, 1500);
    }

    @Test
    void closeWaitsUntilThePeerHasTheMessagesAndLeavesThemReadable() {
        PullSocket pull = pull(options -> options.recvHwm(10));
        PushSocket push = push();
        pull.bindNow(name);
        push.connectNow(name);
        push.send(numbers(0, 30)).block(TIMEOUT);
        Mono<Closed> closed = push.close().cache();
        closed.subscribe();
        assertThat(push.onClose().toFuture()).isNotDone();

        receives(pull, 0, 20);

        StepVerifier.create(closed)
                .assertNext(end -> assertThat(end.unsentMessages()).isZero())
                .expectComplete()
                .verify(TIMEOUT);
        receives(pull, 20, 10);
    }

    @Test
    void closeCountsWhatLingerLeftBehind() {
        PullSocket stuck = pull(options -> options.recvHwm(10));
        PushSocket push = push(options -> options.linger(Duration.ofMillis(50)));
        stuck.bindNow(name);
        push.connectNow(name);
        push.send(numbers(0, 13)).block(TIMEOUT);

        StepVerifier.create(push.close())
                .assertNext(end -> assertThat(end.unsentMessages()).isEqualTo(3))
                .expectComplete()
                .verify(TIMEOUT);
        receives(stuck, 0, 10);
    }
}
