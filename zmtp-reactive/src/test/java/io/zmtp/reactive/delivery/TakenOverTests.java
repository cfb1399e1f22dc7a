package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.leave;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.GatherSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ScatterSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Level 1: a message is sent until a receiver has handed it out. */
class TakenOverTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Metadata LEVEL_1 = Metadata.EMPTY.with("X-QoS", Bytes.utf8("1"));

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private <T extends Disposable> T opened(T one) {
        open.add(one);
        return one;
    }

    private static UnaryOperator<SocketOptions> level1(UnaryOperator<DeliveryOptions> change) {
        return options -> options.delivery(change.apply(DeliveryOptions.takenOver()))
                .reconnect(Duration.ofMillis(2), Duration.ofMillis(4));
    }

    private PushSocket push(UnaryOperator<DeliveryOptions> change) {
        return opened(PushSocket.create(level1(change)));
    }

    private PushSocket push() {
        return push(options -> options);
    }

    private PullSocket pull() {
        return opened(PullSocket.create(level1(options -> options)));
    }

    private ScriptedListener listener() {
        return opened(ScriptedPeer.listen());
    }

    private static Metadata ready(SocketType type) {
        return LEVEL_1.with(Metadata.SOCKET_TYPE, Bytes.utf8(type.name()));
    }

    private ScriptedPeer accept(ScriptedListener listener) {
        ScriptedPeer peer = opened(listener.accept().block(TIMEOUT));
        assertThat(peer.handshake(ready(SocketType.PULL)).block(TIMEOUT).text("X-QoS"))
                .contains("1");
        return peer;
    }

    private ScriptedPeer connect(Endpoint endpoint) {
        ScriptedPeer peer = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        peer.handshake(ready(SocketType.PUSH)).block(TIMEOUT);
        return peer;
    }

    private static Bytes frame(Kind kind, Message message) {
        byte[] target = new byte[Acknowledgement.MAX_FRAME];
        return Bytes.copyOf(target, 0, Acknowledgement.write(kind, new Digest().of(message), target, 0));
    }

    private static Bytes ack(String text) {
        return frame(Kind.ACK, Message.of(text));
    }

    private static void arrives(Mono<Void> moment) {
        StepVerifier.create(moment).expectComplete().verify(TIMEOUT);
    }

    private static void awaitUntil(Runnable check) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .map(tick -> {
                    try {
                        check.run();
                        return true;
                    } catch (AssertionError notYet) {
                        return false;
                    }
                })
                .takeUntil(done -> done)
                .blockLast(TIMEOUT);
        check.run();
    }

    // ---- moments

    @Test
    void theMomentsOfAMessageComeOneAfterTheOther() {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        Delivery delivery = push.deliver(Message.of("work"));

        arrives(delivery.written());
        peer.expect(Message.of("work")).block(TIMEOUT);
        Sinks.Empty<Void> over = Sinks.empty();
        open.add(delivery.takenOver().subscribe(nothing -> {}, over::tryEmitError, over::tryEmitEmpty));
        assertThat(push.underWay()).singleElement().satisfies(one -> {
            assertThat(one.messages()).isEqualTo(1);
            assertThat(one.bytes()).isEqualTo(6);
            assertThat(one.isConnected()).isTrue();
            assertThat(one.oldest()).isPositive();
        });
        peer.write(ack("work")).block(TIMEOUT);

        arrives(over.asMono());
        arrives(delivery.takenOver()); // and stays
        assertThat(push.underWay())
                .singleElement()
                .satisfies(one -> assertThat(one.messages()).isZero());
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void aMessageIsSentOnceHoweverManyMomentsAreWaitedFor() {
        PushSocket push = push();
        PullSocket pull = pull();
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        Delivery delivery = push.deliver(Message.of("one"));
        Mono<Void> all = Mono.when(delivery.written(), delivery.takenOver(), delivery.takenOver());

        StepVerifier.create(pull.receive().map(Message::text))
                .then(() ->
                        all.then(push.deliver(Message.of("two")).takenOver()).subscribe())
                .expectNext("one", "two")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void doneIsNothingThatThisLevelKnows() {
        StepVerifier.create(push().deliver(Message.of("x")).done())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ZmtpDeliveryException.class)
                        .hasMessageContaining("delivery level DONE"))
                .verify(TIMEOUT);
    }

    @Test
    void withoutALevelOnlyWrittenIsKnown() {
        PushSocket push = opened(PushSocket.create());
        PullSocket pull = opened(PullSocket.create());
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        Delivery delivery = push.deliver(Message.of("x"));

        arrives(delivery.written());
        StepVerifier.create(delivery.takenOver())
                .expectError(ZmtpDeliveryException.class)
                .verify(TIMEOUT);
        assertThat(push.underWay()).isEmpty();
    }

    // ---- receiving

    @Test
    void aMessageIsAcknowledgedWhenItWasHandedOutAndNotBefore() {
        PullSocket pull = pull();
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        peer.send(Message.of("a"))
                .then(peer.send(Message.of("b")))
                .then(peer.send(Message.of("c")))
                .block(TIMEOUT);
        List<String> came = new CopyOnWriteArrayList<>();
        BaseSubscriber<Message> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Message message) {
                came.add(message.text());
            }
        };
        pull.receive().subscribe(slow);
        open.add(slow);

        peer.expect(ack("a")).block(TIMEOUT);
        assertThat(came).containsExactly("a");
        // An answer to a PING shows that no acknowledgement was sent meanwhile.
        peer.send(Command.ping(Duration.ZERO, Bytes.utf8("p"))).block(TIMEOUT);
        peer.expect(Command.pong(Bytes.utf8("p"))).block(TIMEOUT);
        slow.request(2);
        peer.expect(ack("b")).then(peer.expect(ack("c"))).block(TIMEOUT);
    }

    @Test
    void aMessageThatAPollTakesIsAcknowledged() {
        PullSocket pull = pull();
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        peer.send(Message.of("a")).then(peer.send(Message.of("b"))).block(TIMEOUT);

        assertThat(pull.receive(TIMEOUT).block(TIMEOUT).text()).isEqualTo("a");
        peer.expect(ack("a")).block(TIMEOUT);
    }

    @Test
    void messagesOfSeveralPartsAndLargeOnesAreKnownByAllTheirOctets() {
        PullSocket pull = pull();
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"));
        List<Message> messages = List.of(
                Message.of("AB", "CD"), Message.of("A", "BCD"), Message.of(new byte[300_000]), Message.of("", "", ""));
        open.add(pull.receive().subscribe());
        for (Message message : messages) {
            peer.send(message).block(TIMEOUT);
            peer.expect(frame(Kind.ACK, message)).block(TIMEOUT);
        }
    }

    // ---- the end of a connection

    @Test
    void whatWasNotAcknowledgedGoesToTheSamePeerAgainWhenThereIsNoOther() {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = accept(listener);
        for (String text : List.of("a", "b", "c")) {
            push.send(text).block(TIMEOUT);
            first.expect(Message.of(text)).block(TIMEOUT);
        }
        first.write(ack("b")).block(TIMEOUT);
        awaitUntil(() -> assertThat(push.underWay().get(0).messages()).isEqualTo(2));
        first.dispose();
        ScriptedPeer second = accept(listener);

        second.expect(Message.of("a")).then(second.expect(Message.of("c"))).block(TIMEOUT);
        push.send("d").block(TIMEOUT);
        second.expect(Message.of("d")).block(TIMEOUT);
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void whatWasNotAcknowledgedGoesToAnotherPeerBeforeAllThatWaits() {
        PushSocket push = push(options -> options.maxUnderWay(2));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        first.handshake(ready(SocketType.PULL)).block(TIMEOUT);
        push.send(Flux.just("a", "b").map(Message::of)).block(TIMEOUT);
        first.expect(Message.of("a")).then(first.expect(Message.of("b"))).block(TIMEOUT);
        Mono<Void> third = push.send("c").cache();
        open.add(third.subscribe()); // waits: there is no room
        ScriptedPeer second = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        leave(first, push);
        second.handshake(ready(SocketType.PULL)).block(TIMEOUT);

        second.expect(Message.of("a")).then(second.expect(Message.of("b"))).block(TIMEOUT);
        second.write(ack("a")).then(second.write(ack("b"))).block(TIMEOUT);
        arrives(third);
        second.expect(Message.of("c")).block(TIMEOUT);
    }

    @Test
    void equalMessagesAreNeverTakenForOne() {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = accept(listener);
        List<Delivery> deliveries = IntStream.range(0, 3)
                .mapToObj(i -> push.deliver(Message.of("same")))
                .toList();
        deliveries.forEach(delivery -> open.add(delivery.written().subscribe()));
        first.expect(Message.of("same"))
                .then(first.expect(Message.of("same")))
                .then(first.expect(Message.of("same")))
                .then(first.write(ack("same")))
                .block(TIMEOUT);
        arrives(deliveries.get(0).takenOver());
        assertThat(push.underWay().get(0).messages()).isEqualTo(2);
        first.dispose();
        ScriptedPeer second = accept(listener);
        second.expect(Message.of("same"))
                .then(second.expect(Message.of("same")))
                .block(TIMEOUT);
        second.write(ack("same")).then(second.write(ack("same"))).block(TIMEOUT);

        arrives(deliveries.get(1).takenOver());
        arrives(deliveries.get(2).takenOver());
    }

    @Test
    void nothingIsMissingWhenReceiversComeAndGo() {
        PushSocket push = push(options -> options.maxUnderWay(50));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        int count = 2_000;
        Set<String> came = ConcurrentHashMap.newKeySet();
        Mono<Void> sent =
                push.send(Flux.range(0, count).map(i -> Message.of("" + i))).cache();
        open.add(sent.subscribe());
        for (int life = 0; came.size() < count && life < 1_000; life++) {
            PullSocket pull = PullSocket.create(level1(options -> options));
            pull.connectNow(endpoint);
            pull.receive().map(Message::text).doOnNext(came::add).take(100).blockLast(TIMEOUT);
            pull.dispose();
        }

        assertThat(came).hasSize(count);
        arrives(sent);
    }

    // ---- how much may be under way

    @Test
    void aPeerThatNeverAcknowledgesStallsItsOwnPipeOnly() {
        PushSocket push = push(options -> options.maxUnderWay(3));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer mute = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        mute.handshake(ready(SocketType.PULL)).block(TIMEOUT);
        push.send(Flux.range(0, 3).map(i -> Message.of("mute"))).block(TIMEOUT);
        PullSocket pull = pull();
        pull.connectNow(endpoint);
        Mono<Long> received = pull.receive().take(100).count().cache();
        open.add(received.subscribe());

        push.send(Flux.range(0, 100).map(i -> Message.of("" + i))).block(TIMEOUT);

        StepVerifier.create(received).expectNext(100L).expectComplete().verify(TIMEOUT);
        assertThat(push.underWay()).anySatisfy(one -> assertThat(one.messages()).isEqualTo(3));
    }

    @Test
    void octetsUnderWayAreLimitedToo() {
        PushSocket push = push(options -> options.maxUnderWayBytes(1_000));
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        Message large = Message.of(new byte[5_000]);
        push.send(large).block(TIMEOUT);
        Mono<Void> next = push.send("next").cache();
        open.add(next.subscribe());
        peer.expect(large).block(TIMEOUT);
        assertThat(push.underWay().get(0).messages()).isEqualTo(1);
        peer.write(frame(Kind.ACK, large)).block(TIMEOUT);

        arrives(next);
        peer.expect(Message.of("next")).block(TIMEOUT);
    }

    @Test
    void aMessageThatBecomesTooOldBeforeItIsSentAgainFails() {
        PushSocket push = push();
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        first.handshake(ready(SocketType.PULL)).block(TIMEOUT);
        Delivery old = push.deliver(Message.of("old").withMaxAge(Duration.ofMillis(30)));
        Delivery lasting = push.deliver(Message.of("lasting"));
        open.add(old.written().subscribe());
        open.add(lasting.written().subscribe());
        first.expect(Message.of("old"))
                .then(first.expect(Message.of("lasting")))
                .block(TIMEOUT);
        leave(first, push);
        Mono.delay(Duration.ofMillis(40)).block(TIMEOUT);
        ScriptedPeer second = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        second.handshake(ready(SocketType.PULL)).block(TIMEOUT);

        second.expect(Message.of("lasting")).block(TIMEOUT);
        StepVerifier.create(old.takenOver())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ZmtpDeliveryException.class,
                                failed -> assertThat(failed.reason()).isEqualTo(ZmtpDeliveryException.Reason.EXPIRED)))
                .verify(TIMEOUT);
        assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L));
    }

    @Test
    void aMessageThatBecomesTooOldInTheQueueFails() {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint()); // where nobody answers
        Delivery old = push.deliver(Message.of("old").withMaxAge(Duration.ofMillis(5)));

        StepVerifier.create(old.takenOver())
                .expectError(ZmtpDeliveryException.class)
                .verify(TIMEOUT);
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L)));
        assertThat(push.underWay().get(0).messages()).isZero();
    }

    // ---- the end of the socket

    @Test
    void closingWaitsForAcknowledgements() {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        push.send("last").block(TIMEOUT);
        peer.expect(Message.of("last")).block(TIMEOUT);
        Mono<Closed> closed = push.close().cache();
        open.add(closed.subscribe());
        assertThat(push.peers()).hasSize(1);
        peer.write(ack("last")).block(TIMEOUT);

        StepVerifier.create(closed)
                .assertNext(end -> assertThat(end.unsentMessages()).isZero())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void whatIsNotAcknowledgedWhenTheSocketIsClosedCountsAsNotSent() {
        PushSocket push = opened(PushSocket.create(
                options -> level1(delivery -> delivery).apply(options).linger(Duration.ofMillis(20))));
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        Delivery delivery = push.deliver(Message.of("last"));
        arrives(delivery.written());
        peer.expect(Message.of("last")).block(TIMEOUT);

        StepVerifier.create(push.close())
                .assertNext(end -> {
                    assertThat(end.unsentMessages()).isEqualTo(1);
                    assertThat(end.unsentBytes()).isEqualTo(6);
                })
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(delivery.takenOver())
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givingAnEndpointUpWaitsForAcknowledgements(boolean binds) {
        PushSocket push = push();
        ScriptedPeer peer;
        Mono<Void> ending;
        if (binds) {
            Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
            peer = opened(ScriptedPeer.connect(endpoint).block(TIMEOUT));
            peer.handshake(ready(SocketType.PULL)).block(TIMEOUT);
            ending = push.unbind(endpoint);
        } else {
            ScriptedListener listener = listener();
            push.connectNow(listener.endpoint());
            peer = accept(listener);
            ending = push.disconnect(listener.endpoint());
        }
        push.send("last").block(TIMEOUT);
        peer.expect(Message.of("last")).block(TIMEOUT);
        Mono<Void> ended = ending.cache();
        open.add(ended.subscribe());
        assertThat(push.peers()).hasSize(1);
        peer.write(ack("last")).block(TIMEOUT);
        peer.expectClosed().block(TIMEOUT);
        peer.dispose();

        arrives(ended);
        assertThat(push.drops()).isEmpty();
    }

    // ---- bad input

    @ParameterizedTest
    @ValueSource(
            strings = {
                "040d0341434b780000000000000000", // for what was never sent
                "040d03434c52780000000000000000", // of a sender
                "040e04434f4d50780000000000000000", // of another level
                "0411044e41434b780000000000000000830000"
            })
    void whatMakesNoSenseIsCountedAndIgnored(String hex) {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        peer.writeHex(hex).then(peer.writeHex(hex)).block(TIMEOUT);

        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, 2L)));
        Delivery delivery = push.deliver(Message.of("x"));
        open.add(delivery.written().subscribe());
        peer.expect(Message.of("x"))
                .then(peer.write(ack("x")))
                .then(peer.write(ack("x")))
                .block(TIMEOUT);
        arrives(delivery.takenOver());
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, 3L)));
    }

    @Test
    void aMalformedAcknowledgementEndsTheConnection() {
        PushSocket push = push();
        ScriptedListener listener = listener();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        peer.writeHex("040d0341434b790000000000000000").block(TIMEOUT);

        peer.expectClosed().block(TIMEOUT);
    }

    // ---- unequal peers

    @Test
    void aPeerOfAnotherLevelIsRefused() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        Mono<MonitorEvent.Refused> refused =
                pull.monitor().ofType(MonitorEvent.Refused.class).next().cache();
        open.add(refused.subscribe());
        PushSocket push = opened(PushSocket.create());
        push.connectNow(endpoint);

        StepVerifier.create(refused)
                .assertNext(event -> assertThat(event.why())
                        .contains("delivery level 1 (TAKEN_OVER)")
                        .contains("but it has 0"))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(pull.peers()).isEmpty();
    }

    @Test
    void aPeerOfAnotherLevelIsServedIfTheOptionsSaySo() {
        PushSocket push =
                push(options -> options.unequalPeers(UnequalPeers.SERVE).maxUnderWay(2));
        ScriptedListener listener = listener();
        Mono<MonitorEvent.Unacknowledged> reported =
                push.monitor().ofType(MonitorEvent.Unacknowledged.class).next().cache();
        open.add(reported.subscribe());
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = opened(listener.accept().block(TIMEOUT));
        peer.handshake(SocketType.PULL).block(TIMEOUT);
        StepVerifier.create(reported)
                .assertNext(event -> assertThat(event.why()).contains("but it has 0"))
                .expectComplete()
                .verify(TIMEOUT);

        push.send(Flux.range(0, 20).map(i -> Message.of("x"))).block(TIMEOUT);
        for (int i = 0; i < 20; i++) {
            peer.expect(Message.of("x")).block(TIMEOUT);
        }
        Delivery delivery = push.deliver(Message.of("y"));
        arrives(delivery.written());
        StepVerifier.create(delivery.takenOver())
                .expectErrorSatisfies(
                        error -> assertThat(error).hasMessageContaining("expected a peer that acknowledges messages"))
                .verify(TIMEOUT);
    }

    // ---- other ways

    @Test
    void scatterAndGatherAcknowledgeToo() {
        ScatterSocket scatter = opened(ScatterSocket.create(level1(options -> options)));
        GatherSocket gather = opened(GatherSocket.create(level1(options -> options)));
        scatter.connectNow(gather.bindNow("tcp://127.0.0.1:*"));
        open.add(gather.receive().subscribe());

        arrives(scatter.deliver(Message.of("x")).takenOver());
    }

    @Test
    void withinTheProcessMessagesAreAcknowledgedToo() {
        PushSocket push = push(options -> options.maxUnderWay(2));
        push.connectNow("inproc://acknowledged");
        PullSocket pull = pull();
        pull.bindNow("inproc://acknowledged");
        Mono<Long> received = pull.receive().take(100).count().cache();
        open.add(received.subscribe());
        push.send(Flux.range(0, 99).map(i -> Message.of("" + i))).block(TIMEOUT);

        arrives(push.deliver(Message.of("last")).takenOver());
        StepVerifier.create(received).expectNext(100L).expectComplete().verify(TIMEOUT);
        assertThat(push.drops()).isEmpty();
    }
}
