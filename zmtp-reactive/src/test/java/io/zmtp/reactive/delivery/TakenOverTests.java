package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.arrives;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.quick;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.GatherSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ScatterSocket;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Level 1: a message is acknowledged when a receiver has handed it out. */
class TakenOverTests {

    private static final Metadata PULL = ready(SocketType.PULL, 1, "");
    private static final Metadata PUSH = ready(SocketType.PUSH, 1, "");

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PushSocket push(UnaryOperator<DeliveryOptions> change) {
        return scripts.push(change);
    }

    private PushSocket push() {
        return push(options -> options);
    }

    private PullSocket pull() {
        return scripts.add(PullSocket.create(quick(DeliveryOptions.takenOver())));
    }

    // ---- moments

    @Test
    void theMomentsOfAMessageComeOneAfterTheOther() {
        PushSocket push = push();
        ScriptedPeer peer = scripts.peer(push);
        Delivery delivery = push.deliver(Message.of("work"));

        arrives(delivery.written());
        peer.expect(Message.of("work")).block(TIMEOUT);
        Sinks.Empty<Void> over = Sinks.empty();
        scripts.add(delivery.takenOver().subscribe(nothing -> {}, over::tryEmitError, over::tryEmitEmpty));
        assertThat(push.underWay()).singleElement().satisfies(one -> {
            assertThat(one.messages()).isEqualTo(1);
            assertThat(one.bytes()).isEqualTo(6);
            assertThat(one.isConnected()).isTrue();
            assertThat(one.oldest()).isPositive();
        });
        peer.write(frame(Kind.ACK, "work")).block(TIMEOUT);

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
        PushSocket push = scripts.add(PushSocket.create());
        PullSocket pull = scripts.add(PullSocket.create());
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
        ScriptedPeer peer = scripts.connect(pull.bindNow("tcp://127.0.0.1:*"), PUSH);
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
        scripts.add(slow);

        peer.expect(frame(Kind.ACK, "a")).block(TIMEOUT);
        assertThat(came).containsExactly("a");
        // An answer to a PING shows that no acknowledgement was sent meanwhile.
        peer.send(Command.ping(Duration.ZERO, Bytes.utf8("p"))).block(TIMEOUT);
        peer.expect(Command.pong(Bytes.utf8("p"))).block(TIMEOUT);
        slow.request(2);
        peer.expect(frame(Kind.ACK, "b"))
                .then(peer.expect(frame(Kind.ACK, "c")))
                .block(TIMEOUT);
    }

    @Test
    void aMessageThatAPollTakesIsAcknowledged() {
        PullSocket pull = pull();
        ScriptedPeer peer = scripts.connect(pull.bindNow("tcp://127.0.0.1:*"), PUSH);
        peer.send(Message.of("a")).then(peer.send(Message.of("b"))).block(TIMEOUT);

        assertThat(pull.receive(TIMEOUT).block(TIMEOUT).text()).isEqualTo("a");
        peer.expect(frame(Kind.ACK, "a")).block(TIMEOUT);
    }

    @Test
    void messagesOfSeveralPartsAndLargeOnesAreKnownByAllTheirOctets() {
        PullSocket pull = pull();
        ScriptedPeer peer = scripts.connect(pull.bindNow("tcp://127.0.0.1:*"), PUSH);
        List<Message> messages = List.of(
                Message.of("AB", "CD"), Message.of("A", "BCD"), Message.of(new byte[300_000]), Message.of("", "", ""));
        scripts.add(pull.receive().subscribe());
        for (Message message : messages) {
            peer.send(message).block(TIMEOUT);
            peer.expect(frame(Kind.ACK, message)).block(TIMEOUT);
        }
    }

    // ---- how much may be under way

    @Test
    void aPeerThatNeverAcknowledgesStallsItsOwnPipeOnly() {
        PushSocket push = push(options -> options.maxUnderWay(3));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer mute = scripts.connect(endpoint, PULL);
        push.send(Flux.range(0, 3).map(i -> Message.of("mute"))).block(TIMEOUT);
        PullSocket pull = pull();
        pull.connectNow(endpoint);
        Mono<Long> received = pull.receive().take(100).count().cache();
        scripts.add(received.subscribe());

        push.send(Flux.range(0, 100).map(i -> Message.of("" + i))).block(TIMEOUT);

        StepVerifier.create(received).expectNext(100L).expectComplete().verify(TIMEOUT);
        assertThat(push.underWay()).anySatisfy(one -> assertThat(one.messages()).isEqualTo(3));
    }

    @Test
    void octetsUnderWayAreLimitedToo() {
        PushSocket push = push(options -> options.maxUnderWayBytes(1_000));
        ScriptedPeer peer = scripts.peer(push);
        Message large = Message.of(new byte[5_000]);
        push.send(large).block(TIMEOUT);
        Mono<Void> next = push.send("next").cache();
        scripts.add(next.subscribe());
        peer.expect(large).block(TIMEOUT);
        assertThat(push.underWay().get(0).messages()).isEqualTo(1);
        peer.write(frame(Kind.ACK, large)).block(TIMEOUT);

        arrives(next);
        peer.expect(Message.of("next")).block(TIMEOUT);
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
        ScriptedPeer peer = scripts.peer(push);
        peer.writeHex(hex).then(peer.writeHex(hex)).block(TIMEOUT);

        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, 2L)));
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.written().subscribe());
        peer.expect(Message.of("x"))
                .then(peer.write(frame(Kind.ACK, "x")))
                .then(peer.write(frame(Kind.ACK, "x")))
                .block(TIMEOUT);
        arrives(delivery.takenOver());
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, 3L)));
    }

    @Test
    void aMalformedAcknowledgementEndsTheConnection() {
        PushSocket push = push();
        ScriptedPeer peer = scripts.peer(push);
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
        scripts.add(refused.subscribe());
        PushSocket push = scripts.add(PushSocket.create());
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
        ScriptedListener listener = scripts.listen();
        Mono<MonitorEvent.Unacknowledged> reported =
                push.monitor().ofType(MonitorEvent.Unacknowledged.class).next().cache();
        scripts.add(reported.subscribe());
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = scripts.add(listener.accept().block(TIMEOUT));
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
        ScatterSocket scatter = scripts.add(ScatterSocket.create(quick(DeliveryOptions.takenOver())));
        GatherSocket gather = scripts.add(GatherSocket.create(quick(DeliveryOptions.takenOver())));
        scatter.connectNow(gather.bindNow("tcp://127.0.0.1:*"));
        scripts.add(gather.receive().subscribe());

        arrives(scatter.deliver(Message.of("x")).takenOver());
    }

    @Test
    void withinTheProcessMessagesAreAcknowledgedToo() {
        PushSocket push = push(options -> options.maxUnderWay(2));
        push.connectNow("inproc://acknowledged");
        PullSocket pull = pull();
        pull.bindNow("inproc://acknowledged");
        Mono<Long> received = pull.receive().take(100).count().cache();
        scripts.add(received.subscribe());
        push.send(Flux.range(0, 99).map(i -> Message.of("" + i))).block(TIMEOUT);

        arrives(push.deliver(Message.of("last")).takenOver());
        StepVerifier.create(received).expectNext(100L).expectComplete().verify(TIMEOUT);
        assertThat(push.drops()).isEmpty();
    }
}
