package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.answer;
import static io.zmtp.reactive.delivery.Scripts.arrives;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.nack;
import static io.zmtp.reactive.delivery.Scripts.named;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static io.zmtp.reactive.delivery.Scripts.received;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Peers that say of messages what is not so, very often, or in no form at all: a counted drop, or the end of the connection. */
class HostileAcknowledgementTests {

    private static final int FLOOD = 100_000;
    private static final int AT_A_TIME = 10_000;

    /** What a flood may cost: far less than one object for each command. */
    private static final long MOST_MEMORY = 8 << 20;

    private static final String LONG_TEXT = "no".repeat(100);

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PushSocket push(DeliveryLevel level) {
        return scripts.add(PushSocket.create(named("push", DeliveryOptions.of(level))));
    }

    private PullSocket pull(DeliveryLevel level) {
        return scripts.add(PullSocket.create(named("pull", DeliveryOptions.of(level))));
    }

    private ScriptedPeer connect(ZmtpSocket socket, SocketType type, DeliveryLevel level, String name) {
        Endpoint endpoint = socket.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer peer = scripts.connect(endpoint, ready(type, level.number(), name));
        socket.awaitPeers(1).block(TIMEOUT);
        return peer;
    }

    private static Stream<DeliveryLevel> levels() {
        return Stream.of(DeliveryLevel.TAKEN_OVER, DeliveryLevel.ONCE, DeliveryLevel.DONE);
    }

    static Stream<Arguments> kindsAtEachLevel() {
        return levels().flatMap(level -> Stream.of(Kind.values()).map(kind -> Arguments.of(level, kind)));
    }

    private static Bytes all(Bytes... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Bytes piece : pieces) {
            all.writeBytes(piece.toByteArray());
        }
        return Bytes.wrap(all.toByteArray());
    }

    private static void flood(ScriptedPeer peer, Kind kind) {
        byte[] frame = new byte[Acknowledgement.MAX_FRAME];
        Bytes some = all(IntStream.range(0, AT_A_TIME)
                .mapToObj(digest -> kind == Kind.NACK
                        ? Acknowledgement.nack(digest, 0x83, LONG_TEXT)
                        : Bytes.copyOf(frame, 0, Acknowledgement.write(kind, digest, frame, 0)))
                .toArray(Bytes[]::new));
        for (int count = 0; count < FLOOD; count += AT_A_TIME) {
            peer.write(some).block(TIMEOUT);
        }
    }

    private static long memory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void expectUnexpected(ZmtpSocket socket, long count) {
        awaitUntil(() -> assertThat(socket.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, count)));
    }

    // ---- floods

    @ParameterizedTest
    @MethodSource("kindsAtEachLevel")
    void aSenderCountsAFloodOfCommandsForWhatItHasNotSent(DeliveryLevel level, Kind kind) {
        PushSocket push = push(level);
        ScriptedPeer peer = connect(push, SocketType.PULL, level, "hostile");
        long before = memory();
        flood(peer, kind);

        expectUnexpected(push, FLOOD);
        assertThat(memory() - before).isLessThan(MOST_MEMORY);
        Delivery delivery = push.deliver(Message.of("x"));
        scripts.add(delivery.takenOver().subscribe());
        peer.expect(Message.of("x")).then(peer.write(answer(level, "x"))).block(TIMEOUT);
        arrives(delivery.takenOver());
    }

    @ParameterizedTest
    @MethodSource("kindsAtEachLevel")
    void aReceiverCountsAFloodOfCommandsExceptThoseOfASender(DeliveryLevel level, Kind kind) {
        PullSocket pull = pull(level);
        List<Message> came = new CopyOnWriteArrayList<>();
        scripts.add(received(pull, level).subscribe(came::add));
        ScriptedPeer peer = connect(pull, SocketType.PUSH, level, "hostile");
        long before = memory();
        flood(peer, kind);
        peer.send(Message.of("x")).then(peer.expect(answer(level, "x"))).block(TIMEOUT);

        boolean isForReceivers = kind == Kind.CLR && level.isOnce();
        if (isForReceivers) { // it may be sent again, and then says nothing new
            assertThat(pull.drops()).isEmpty();
        } else {
            expectUnexpected(pull, FLOOD);
        }
        assertThat(memory() - before).isLessThan(MOST_MEMORY);
        assertThat(came).containsExactly(Message.of("x"));
    }

    @Test
    void aSocketThatAsksCountsAFloodOfRefusalsForWhatItHasNotAsked() {
        ReqSocket req = scripts.add(ReqSocket.create(named("req", DeliveryOptions.done())));
        ScriptedPeer peer = connect(req, SocketType.REP, DeliveryLevel.DONE, "hostile");
        Mono<Message> reply = req.request("really?").cache();
        scripts.add(reply.subscribe());
        Message request = peer.readMessage().block(TIMEOUT);
        long before = memory();
        flood(peer, Kind.NACK);

        expectUnexpected(req, FLOOD);
        assertThat(memory() - before).isLessThan(MOST_MEMORY);
        peer.send(Message.of(List.of(request.first(), Bytes.utf8("yes")))).block(TIMEOUT);
        StepVerifier.create(reply.map(Message::text))
                .expectNext("yes")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aSocketThatAnswersCountsAFloodOfCommands() {
        RepSocket rep = scripts.add(RepSocket.create(named("rep", DeliveryOptions.done())));
        scripts.add(rep.serve(Mono::just).subscribe());
        ScriptedPeer peer = connect(rep, SocketType.REQ, DeliveryLevel.DONE, "hostile");
        long before = memory();
        flood(peer, Kind.NACK);

        expectUnexpected(rep, FLOOD);
        assertThat(memory() - before).isLessThan(MOST_MEMORY);
    }

    @ParameterizedTest
    @EnumSource(
            value = DeliveryLevel.class,
            names = {"ONCE", "DONE"})
    void aMessageThatComesVeryOftenIsAnsweredAndNotHandedOut(DeliveryLevel level) {
        PullSocket pull = pull(level);
        List<Message> came = new CopyOnWriteArrayList<>();
        scripts.add(received(pull, level).subscribe(came::add));
        ScriptedPeer peer = connect(pull, SocketType.PUSH, level, "hostile");
        Bytes one = Bytes.hex("000178");
        Bytes many = all(Stream.generate(() -> one).limit(AT_A_TIME).toArray(Bytes[]::new));
        int answered = answer(level, "x").size();
        for (int round = 0; round < 2; round++) {
            peer.write(many).then(peer.read(AT_A_TIME * answered)).block(TIMEOUT);
        }

        assertThat(came).hasSize(1);
        assertThat(pull.drops()).isEmpty();
    }

    @Test
    void aPeerThatTakesAndLeavesUntilMessagesAreTooOldGetsNoMoreBeforeItHasReadWhatToForget() {
        PushSocket push = scripts.add(
                PushSocket.create(named("push", DeliveryOptions.once().maxUnderWay(1))));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        for (int life = 0; life < 2; life++) {
            ScriptedPeer peer = scripts.connect(endpoint, ready(SocketType.PULL, 2, "hostile"));
            Message message = Message.of("message " + life);
            Delivery delivery = push.deliver(message.withMaxAge(Duration.ofMillis(200)));
            scripts.add(delivery.written().onErrorComplete().subscribe());
            expectClears(peer, life);
            peer.expect(message).block(TIMEOUT);
            Scripts.leave(peer, push);
            Scripts.expires(delivery.takenOver());
        }
        ScriptedPeer peer = scripts.connect(endpoint, ready(SocketType.PULL, 2, "hostile"));
        scripts.add(push.send("more").subscribe());
        expectClears(peer, 2);
        Scripts.answerPing(peer);
        peer.expect(Message.of("more")).block(TIMEOUT);
    }

    private static void expectClears(ScriptedPeer peer, int count) {
        for (int index = 0; index < count; index++) {
            peer.expect(frame(Kind.CLR, "message " + index)).block(TIMEOUT);
        }
    }

    // ---- once more, and by somebody else

    @ParameterizedTest
    @MethodSource("levels")
    void theSecondAnswerForAMessageIsCounted(DeliveryLevel level) {
        PushSocket push = push(level);
        ScriptedPeer peer = connect(push, SocketType.PULL, level, "hostile");
        push.send("a").then(push.send("b")).block(TIMEOUT);
        peer.expect(Message.of("a")).then(peer.expect(Message.of("b"))).block(TIMEOUT);
        peer.write(all(answer(level, "b"), answer(level, "b"))).block(TIMEOUT);

        expectUnexpected(push, 1);
        assertThat(push.underWay().get(0).messages()).isEqualTo(1);
        peer.write(answer(level, "a")).block(TIMEOUT);
        awaitUntil(() -> assertThat(push.underWay().get(0).messages()).isZero());
    }

    @ParameterizedTest
    @MethodSource("levels")
    void anAnswerForWhatAnotherPeerHasIsCountedWithThePeerThatGaveIt(DeliveryLevel level) {
        PushSocket push = push(level);
        ScriptedPeer first = connect(push, SocketType.PULL, level, "first");
        Delivery delivery = push.deliver(Message.of("a"));
        scripts.add(delivery.takenOver().subscribe());
        first.expect(Message.of("a")).block(TIMEOUT);
        Mono<MonitorEvent.Dropped> dropped =
                push.monitor().ofType(MonitorEvent.Dropped.class).next().cache();
        scripts.add(dropped.subscribe());
        ScriptedPeer other = connect(push, SocketType.PULL, level, "other");
        other.write(answer(level, "a")).block(TIMEOUT);

        StepVerifier.create(dropped)
                .assertNext(event -> {
                    assertThat(event.reason()).isEqualTo(DropReason.UNEXPECTED);
                    assertThat(event.peer()).isNotNull();
                    assertThat(event.peer().routingId()).isEqualTo(Bytes.utf8("other"));
                })
                .expectComplete()
                .verify(TIMEOUT);
        first.write(answer(level, "a")).block(TIMEOUT);
        arrives(delivery.takenOver());
    }

    @Test
    void aSecondRefusalOfWorkThatIsToBeTriedAgainIsCounted() {
        PushSocket push = scripts.add(
                PushSocket.create(named("push", DeliveryOptions.done().retryBackoff(Duration.ofMinutes(1)))));
        ScriptedPeer peer = connect(push, SocketType.PULL, DeliveryLevel.DONE, "hostile");
        push.send("a").block(TIMEOUT);
        peer.expect(Message.of("a")).block(TIMEOUT);
        Bytes refusal = nack("a", ZmtpNackException.OVERLOADED, "later");
        peer.write(all(refusal, refusal, answer(DeliveryLevel.DONE, "a"))).block(TIMEOUT);

        expectUnexpected(push, 2);
        assertThat(push.underWay().get(0).messages()).isEqualTo(1);
    }

    // ---- malformed

    @ParameterizedTest
    @ValueSource(
            strings = {
                "040d0341434b790000000000000000", // another algorithm
                "040c0341434b7800000000000000", // an octet is missing
                "040e0341434b78000000000000000000", // one is too many
                "04040341434b", // nothing but the name
                "040d03434c527a0000000000000000",
                "040f04434f4d5078000000000000000000",
                "040e044e41434b780000000000000000", // without a reason
                "0411044e41434b780000000000000000830001", // a text that is not there
                "0412044e41434b78000000000000000083000061" // a text behind its end
            })
    void aMalformedCommandEndsTheConnectionAtEitherSide(String hex) {
        PushSocket push = push(DeliveryLevel.DONE);
        PullSocket pull = pull(DeliveryLevel.DONE);
        scripts.add(received(pull, DeliveryLevel.DONE).subscribe());
        for (ZmtpSocket socket : List.of(push, pull)) {
            Mono<MonitorEvent.Disconnected> ended = socket.monitor()
                    .ofType(MonitorEvent.Disconnected.class)
                    .next()
                    .cache();
            scripts.add(ended.subscribe());
            SocketType type = socket == push ? SocketType.PULL : SocketType.PUSH;
            ScriptedPeer peer = connect(socket, type, DeliveryLevel.DONE, "hostile");
            peer.writeHex(hex).then(peer.expectClosed()).block(TIMEOUT);

            StepVerifier.create(ended)
                    .assertNext(event -> assertThat(event.closed().cause())
                            .isInstanceOf(ZmtpProtocolException.class)
                            .hasMessageContaining("expected a "))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }
}
