package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.answerPing;
import static io.zmtp.reactive.delivery.Scripts.arrives;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.leave;
import static io.zmtp.reactive.delivery.Scripts.nack;
import static io.zmtp.reactive.delivery.Scripts.named;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Level 3: a message is sent until the application of a receiver has done the work. */
class DoneTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private static UnaryOperator<SocketOptions> level3(String name, UnaryOperator<DeliveryOptions> change) {
        return named(name, change.apply(DeliveryOptions.done().retryBackoff(Duration.ofMillis(5))));
    }

    private PushSocket push(UnaryOperator<DeliveryOptions> change) {
        return scripts.add(PushSocket.create(level3("push", change)));
    }

    private PullSocket pull(UnaryOperator<DeliveryOptions> change) {
        return scripts.add(PullSocket.create(level3("pull", change)));
    }

    private ScriptedPeer accept(ScriptedListener listener, String name) {
        return scripts.accept(listener, ready(SocketType.PULL, 3, name));
    }

    private ScriptedPeer connect(Endpoint endpoint) {
        return scripts.connect(endpoint, ready(SocketType.PUSH, 3, "script"));
    }

    // ---- between two sockets

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "ipc://*", "ws://127.0.0.1:*/work", "inproc://each-transport"})
    void isKnownOverEachTransport(String endpoint) {
        PushSocket push = push(options -> options);
        PullSocket pull = pull(options -> options);
        push.connectNow(pull.bindNow(endpoint));
        List<String> worked = new CopyOnWriteArrayList<>();
        scripts.add(pull.process(work -> Mono.fromRunnable(() -> worked.add(work.text())), 1)
                .subscribe());

        push.deliver(Message.of("a"))
                .done()
                .then(push.deliver(Message.of("a")).done())
                .block(TIMEOUT);
        assertThat(worked).containsExactly("a", "a");
    }

    @Test
    void aMessageIsDoneWhenTheHandlerCompletes() {
        PushSocket push = push(options -> options);
        PullSocket pull = pull(options -> options);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        List<String> worked = new CopyOnWriteArrayList<>();
        scripts.add(pull.process(
                        message -> Mono.delay(Duration.ofMillis(1)).doOnNext(tick -> worked.add(message.text())), 4)
                .subscribe());

        StepVerifier.create(Flux.range(0, 50)
                        .flatMap(i -> push.deliver(Message.of("" + i)).done().thenReturn(i), 50))
                .expectNextCount(50)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(worked).hasSize(50).doesNotHaveDuplicates();
        assertThat(push.underWay())
                .singleElement()
                .satisfies(one -> assertThat(one.messages()).isZero());
        assertThat(push.drops()).isEmpty();
        assertThat(pull.drops()).isEmpty();
    }

    @Test
    void whatFailsIsTriedAgainUntilItIsDone() {
        PushSocket push = push(options -> options);
        PullSocket pull = pull(options -> options);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        AtomicInteger attempts = new AtomicInteger();
        scripts.add(pull.process(
                        message -> attempts.incrementAndGet() < 3
                                ? Mono.error(new IllegalStateException("not yet"))
                                : Mono.empty(),
                        1)
                .subscribe());

        arrives(push.deliver(Message.of("x")).done());
        assertThat(attempts).hasValue(3);
    }

    @Test
    void withinTheProcessWorkIsDoneToo() {
        PushSocket push = push(options -> options.maxUnderWay(3));
        push.connectNow("inproc://work");
        PullSocket pull = pull(options -> options);
        pull.bindNow("inproc://work");
        AtomicInteger failures = new AtomicInteger();
        scripts.add(pull.process(
                        message -> message.text().equals("5") && failures.getAndIncrement() == 0
                                ? Mono.error(new IllegalStateException("once"))
                                : Mono.empty(),
                        2)
                .subscribe());

        StepVerifier.create(Flux.range(0, 50)
                        .flatMap(i -> push.deliver(Message.of("" + i)).done().thenReturn(i), 50))
                .expectNextCount(50)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(failures).hasValue(2);
    }

    // ---- what the receiver says

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IllegalArgumentException("why"), 0x02),
                Arguments.of(new TimeoutException("why"), 0x81),
                Arguments.of(new RejectedExecutionException("why"), 0x84),
                Arguments.of(new IllegalStateException("why"), 0x83),
                Arguments.of(new ZmtpNackException(ZmtpNackException.REJECTED, "why"), 0x05),
                Arguments.of(new ZmtpNackException(0x99, "why"), 0x99));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void theKindOfAFailureIsItsCode(Exception failure, int code) {
        PullSocket pull = pull(options -> options);
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        scripts.add(pull.process(message -> message.text().equals("good") ? Mono.empty() : Mono.error(failure), 1)
                .subscribe());
        peer.send(Message.of("bad")).then(peer.send(Message.of("good"))).block(TIMEOUT);

        peer.expect(nack("bad", code, "why"))
                .then(peer.expect(frame(Kind.COMP, "good")))
                .block(TIMEOUT);
    }

    @Test
    void aHandlerThatThrowsHasFailed() {
        PullSocket pull = pull(options -> options);
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        scripts.add(pull.process(
                        message -> {
                            throw new IllegalStateException("thrown");
                        },
                        1)
                .subscribe());
        peer.send(Message.of("a")).then(peer.send(Message.of("b"))).block(TIMEOUT);

        peer.expect(nack("a", 0x83, "thrown"))
                .then(peer.expect(nack("b", 0x83, "thrown")))
                .block(TIMEOUT);
    }

    @Test
    void whatIsBeingWorkedOnWhenTheReceiverStopsIsToBeTriedAgain() {
        PullSocket pull = pull(options -> options);
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        List<String> worked = new CopyOnWriteArrayList<>();
        Disposable working = pull.process(
                        message -> Mono.never().doOnSubscribe(subscribed -> worked.add(message.text())), 1)
                .subscribe();
        peer.send(Message.of("a")).block(TIMEOUT);
        awaitUntil(() -> assertThat(worked).containsExactly("a"));
        working.dispose();

        peer.expect(nack("a", 0x84, "the receiver has stopped working on it")).block(TIMEOUT);
    }

    @Test
    void theFirstAnswerCounts() {
        PullSocket pull = pull(options -> options);
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        scripts.add(pull.work().subscribe(work -> {
            work.fail(0x05, "no");
            work.done();
            work.fail(0x83, "late");
        }));
        peer.send(Message.of("a")).then(peer.send(Message.of("b"))).block(TIMEOUT);

        peer.expect(nack("a", 0x05, "no"))
                .then(peer.expect(nack("b", 0x05, "no")))
                .block(TIMEOUT);
    }

    @Test
    void whatTakesTooLongHasFailed() {
        PullSocket pull = pull(options -> options.processingTimeout(Duration.ofMillis(20)));
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        scripts.add(pull.work().subscribe());
        peer.send(Message.of("a")).block(TIMEOUT);

        peer.expect(nack("a", 0x81, "it was not done within PT0.02S")).block(TIMEOUT);
    }

    @Test
    void whatWasDoneIsNotDoneAgainWhenTheSenderHasNotHeardOfIt() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<String> worked = new CopyOnWriteArrayList<>();
        scripts.add(pull.process(
                        message -> {
                            worked.add(message.text());
                            return message.text().equals("bad")
                                    ? Mono.error(new IllegalStateException("no"))
                                    : Mono.empty();
                        },
                        1)
                .subscribe());
        ScriptedPeer first = connect(endpoint);
        first.send(Message.of("good")).then(first.send(Message.of("bad"))).block(TIMEOUT);
        first.expect(frame(Kind.COMP, "good"))
                .then(first.expect(nack("bad", 0x83, "no")))
                .block(TIMEOUT);
        leave(first, pull);
        ScriptedPeer second = connect(endpoint);
        second.send(Message.of("good")).then(second.send(Message.of("bad"))).block(TIMEOUT);
        second.expect(frame(Kind.COMP, "good"))
                .then(second.expect(nack("bad", 0x83, "no")))
                .block(TIMEOUT);
        assertThat(worked).containsExactly("good", "bad");

        second.write(frame(Kind.CLR, "good"))
                .then(second.write(frame(Kind.CLR, "bad")))
                .block(TIMEOUT);
        second.send(Message.of("bad")).then(second.send(Message.of("good"))).block(TIMEOUT);
        second.expect(nack("bad", 0x83, "no"))
                .then(second.expect(frame(Kind.COMP, "good")))
                .block(TIMEOUT);
        assertThat(worked).containsExactly("good", "bad", "bad", "good");
    }

    @Test
    void aConnectionThatComesWhileTheWorkGoesOnHearsOfItsEnd() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<Work> works = new CopyOnWriteArrayList<>();
        scripts.add(pull.work().subscribe(works::add));
        ScriptedPeer first = connect(endpoint);
        first.send(Message.of("a")).block(TIMEOUT);
        awaitUntil(() -> assertThat(works).hasSize(1));
        leave(first, pull);
        ScriptedPeer second = connect(endpoint);
        second.send(Message.of("a")).then(second.send(Message.of("b"))).block(TIMEOUT);
        awaitUntil(() -> assertThat(works).hasSize(2));
        works.get(0).done();

        second.expect(frame(Kind.COMP, "a")).block(TIMEOUT);
        assertThat(works.get(1).message().text()).isEqualTo("b");
    }

    // ---- what the sender makes of it

    @Test
    void theSenderSaysThatItKnowsAndTriesAgainOnlyWhenThatWasRead() {
        PushSocket push = push(options -> options);
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener, "a");
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.done().onErrorComplete().subscribe());
        peer.expect(Message.of("x")).then(peer.write(nack("x", 0x83, "no"))).block(TIMEOUT);
        arrives(delivery.takenOver());
        peer.expect(frame(Kind.CLR, "x")).block(TIMEOUT);
        answerPing(peer);
        peer.expect(Message.of("x")).then(peer.write(frame(Kind.COMP, "x"))).block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "x")).block(TIMEOUT);

        arrives(delivery.done());
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void whatTheReceiverWillNeverDoIsADeadLetterAtOnce() {
        List<DeadLetter> letters = new CopyOnWriteArrayList<>();
        PushSocket push = push(options -> options.deadLetters(letter -> Mono.fromRunnable(() -> letters.add(letter))));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener, "a");
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.written().subscribe());
        peer.expect(Message.of("x"))
                .then(peer.write(nack("x", 0x05, "not mine")))
                .block(TIMEOUT);

        StepVerifier.create(delivery.done())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ZmtpNackException.class, nack -> {
                            assertThat(nack.code()).isEqualTo(ZmtpNackException.REJECTED);
                            assertThat(nack.isRetryable()).isFalse();
                            assertThat(nack.text()).isEqualTo("not mine");
                            assertThat(nack.peer().routingId()).isEqualTo(Bytes.utf8("a"));
                        }))
                .verify(TIMEOUT);
        awaitUntil(() -> assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.REFUSED);
            assertThat(letter.attempts()).isEqualTo(1);
            assertThat(letter.message()).isEqualTo(Message.of("x"));
        }));
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void whatFailsTooOftenIsADeadLetter() {
        PushSocket push = push(options -> options.retries(1).retryBackoff(Duration.ZERO));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener, "a");
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.written().subscribe());
        peer.expect(Message.of("x")).then(peer.write(nack("x", 0x83, "no"))).block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "x")).block(TIMEOUT);
        answerPing(peer);
        peer.expect(Message.of("x")).then(peer.write(nack("x", 0x84, "busy"))).block(TIMEOUT);

        StepVerifier.create(delivery.done())
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("busy"))
                .verify(TIMEOUT);
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.DEAD_LETTER, 1L)));
    }

    @Test
    void anotherPeerMayBeAskedToDoWhatHasFailed() {
        PushSocket push = push(options -> options.retryElsewhere(true));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = scripts.connect(endpoint, ready(SocketType.PULL, 3, "a"));
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.written().subscribe());
        first.expect(Message.of("x")).block(TIMEOUT);
        ScriptedPeer second = scripts.connect(endpoint, ready(SocketType.PULL, 3, "b"));
        awaitUntil(() -> assertThat(push.peers()).hasSize(2));
        first.write(nack("x", 0x83, "no")).block(TIMEOUT);
        first.expect(frame(Kind.CLR, "x")).block(TIMEOUT);
        second.expect(Message.of("x")).then(second.write(frame(Kind.COMP, "x"))).block(TIMEOUT);

        arrives(delivery.done());
        assertThat(push.underWay()).allSatisfy(one -> assertThat(one.messages()).isZero());
    }

    @Test
    void whatAPeerHadThatDoesNotComeBackIsADeadLetter() {
        PushSocket push = push(options -> options.deadLetterAfter(Duration.ofMillis(30)));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer peer = scripts.connect(endpoint, ready(SocketType.PULL, 3, "a"));
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.written().subscribe());
        peer.expect(Message.of("x")).block(TIMEOUT);
        peer.dispose();

        StepVerifier.create(delivery.done())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ZmtpDeliveryException.class,
                                gone -> assertThat(gone.reason()).isEqualTo(ZmtpDeliveryException.Reason.PEER_GONE)))
                .verify(TIMEOUT);
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.DEAD_LETTER, 1L)));
        assertThat(push.underWay()).isEmpty();
    }

    @Test
    void workInProgressIsUnderWay() {
        PushSocket push = push(options -> options.maxUnderWay(1));
        PullSocket pull = pull(options -> options);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        List<Work> works = new CopyOnWriteArrayList<>();
        scripts.add(pull.work().subscribe(works::add));
        push.send("a").block(TIMEOUT);
        Mono<Void> next = push.send("b").cache();
        scripts.add(next.subscribe());
        awaitUntil(() -> assertThat(works).hasSize(1));
        assertThat(push.underWay())
                .singleElement()
                .satisfies(one -> assertThat(one.messages()).isEqualTo(1));
        works.get(0).done();

        arrives(next);
        awaitUntil(() -> assertThat(works).hasSize(2));
    }

    // ---- who may come, and how

    @Test
    void aPeerWithoutANameIsRefused() {
        PullSocket pull = pull(options -> options);
        Mono<MonitorEvent.Refused> refused =
                pull.monitor().ofType(MonitorEvent.Refused.class).next().cache();
        scripts.add(refused.subscribe());
        scripts.connect(pull.bindNow("tcp://127.0.0.1:*"), ready(SocketType.PUSH, 3, ""));

        StepVerifier.create(refused)
                .assertNext(event -> assertThat(event.why()).contains("set routingId(…) there"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aSecondPeerOfTheSameNameIsRefusedUntilTheFirstHasGone() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = connect(endpoint);
        awaitUntil(() -> assertThat(pull.peers()).hasSize(1));
        Mono<MonitorEvent.Refused> refused =
                pull.monitor().ofType(MonitorEvent.Refused.class).next().cache();
        scripts.add(refused.subscribe());
        connect(endpoint);
        StepVerifier.create(refused)
                .assertNext(event -> assertThat(event.why()).contains("another one is there"))
                .expectComplete()
                .verify(TIMEOUT);
        leave(first, pull);
        connect(endpoint);

        awaitUntil(() -> assertThat(pull.peers()).hasSize(1));
    }

    @Test
    void aSocketWithoutANameIsNotMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PushSocket.create(options -> options.delivery(DeliveryOptions.done())))
                .withMessageContaining("expected a routingId, or a mechanism with keys");
    }

    @Test
    void receiveIsNotForWork() {
        StepVerifier.create(pull(options -> options).receive())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("process(…)"))
                .verify(TIMEOUT);
        StepVerifier.create(scripts.add(PullSocket.create()).work())
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("it is NONE"))
                .verify(TIMEOUT);
    }
}
