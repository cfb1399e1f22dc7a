package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.answer;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.leave;
import static io.zmtp.reactive.delivery.Scripts.named;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static io.zmtp.reactive.delivery.Scripts.received;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** The steps that the package's documentation numbers: a scripted peer stops at each, on either side, and cuts the connection. */
class DeliveryStepsTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    static Stream<Arguments> receiversSteps() {
        return Stream.of(DeliveryLevel.TAKEN_OVER, DeliveryLevel.ONCE, DeliveryLevel.DONE)
                .flatMap(level -> IntStream.of(2, 3, 6, 7, 8, 10).mapToObj(step -> Arguments.of(level, step)));
    }

    /** The sender is ours; the receiver goes when it has got as far as a step, and comes back. */
    @ParameterizedTest
    @MethodSource("receiversSteps")
    void aSenderMissesNoneOfTheStepsOfItsReceiver(DeliveryLevel level, int step) {
        PushSocket push = scripts.add(PushSocket.create(named("push", DeliveryOptions.of(level))));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = scripts.accept(listener, ready(SocketType.PULL, level.number(), "pull"));
        push.send("a").block(TIMEOUT);
        Bytes wire = FrameEncoder.encode(Message.of("a"));
        List<String> taken = new ArrayList<>();
        if (step == 2) {
            first.expect(wire.slice(0, 1)).block(TIMEOUT); // not yet all of it
        } else {
            first.expect(wire).block(TIMEOUT);
        }
        if (step >= 6) {
            taken.add("a");
        }
        boolean isKnown = step >= 7;
        if (isKnown) {
            first.write(answer(level, "a")).block(TIMEOUT);
            awaitUntil(() -> assertThat(push.underWay().get(0).messages()).isZero());
        }
        if (step >= 8 && level.isOnce()) {
            first.expect(frame(Kind.CLR, "a")).block(TIMEOUT);
        }
        if (step == 10 && level.isOnce()) {
            push.send("b").block(TIMEOUT);
            first.expect(Message.of("b"))
                    .then(first.write(answer(level, "b")))
                    .then(first.expect(frame(Kind.CLR, "b")))
                    .block(TIMEOUT);
        }
        first.dispose();
        ScriptedPeer second = scripts.accept(listener, ready(SocketType.PULL, level.number(), "pull"));
        if (isKnown && level.isOnce()) { // what to forget comes first, unless it is known to have been read
            second.expect(frame(Kind.CLR, step == 10 ? "b" : "a")).block(TIMEOUT);
        } else if (!isKnown) {
            second.expect(wire).then(second.write(answer(level, "a"))).block(TIMEOUT);
            if (level.isOnce()) {
                second.expect(frame(Kind.CLR, "a")).block(TIMEOUT);
            }
            taken.add("a");
        }
        push.send("z").block(TIMEOUT);
        second.expect(Message.of("z")).block(TIMEOUT);

        assertThat(taken).contains("a");
        if (isKnown) {
            assertThat(taken).hasSize(1);
        }
        assertThat(push.drops()).isEmpty();
    }

    static Stream<Arguments> sendersSteps() {
        return Stream.of(DeliveryLevel.TAKEN_OVER, DeliveryLevel.ONCE, DeliveryLevel.DONE)
                .flatMap(level -> IntStream.of(2, 3, 4, 6, 8, 9).mapToObj(step -> Arguments.of(level, step)));
    }

    /** The receiver is ours; the sender goes when it has got as far as a step, comes back, and does what the rules say. */
    @ParameterizedTest
    @MethodSource("sendersSteps")
    void aReceiverMissesNoneOfTheStepsOfItsSender(DeliveryLevel level, int step) {
        PullSocket pull = scripts.add(PullSocket.create(named("pull", DeliveryOptions.of(level))));
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<String> came = new CopyOnWriteArrayList<>();
        Flux<String> received = received(pull, level).map(Message::text);
        if (step > 3) {
            scripts.add(received.subscribe(came::add));
        }
        ScriptedPeer first = connect(endpoint, level);
        Bytes wire = FrameEncoder.encode(Message.of("a"));
        first.write(step == 2 ? wire.slice(0, wire.size() - 1) : wire).block(TIMEOUT);
        boolean isCleared = step >= 8 && level.isOnce();
        if (step == 3) {
            awaitUntil(() -> assertThat(pull.peers())
                    .singleElement()
                    .satisfies(one -> assertThat(one.unread()).isEqualTo(1)));
        } else if (step == 4) {
            awaitUntil(() -> assertThat(came).containsExactly("a"));
        } else if (step >= 6) {
            first.expect(answer(level, "a")).block(TIMEOUT);
        }
        if (isCleared) {
            first.write(frame(Kind.CLR, "a")).block(TIMEOUT);
        }
        if (step == 9) {
            first.send(Command.ping(Duration.ZERO, Bytes.utf8("read")))
                    .then(first.expect(Command.pong(Bytes.utf8("read"))))
                    .block(TIMEOUT);
        }
        leave(first, pull);
        ScriptedPeer second = connect(endpoint, level);
        if (isCleared) {
            second.write(frame(Kind.CLR, "a")).block(TIMEOUT);
        }
        boolean isSentAgain = step < 8;
        if (isSentAgain) {
            second.write(wire).block(TIMEOUT);
        }
        second.send(Message.of("z")).block(TIMEOUT);
        if (step <= 3) {
            scripts.add(received.subscribe(came::add));
        }
        if (isSentAgain) {
            second.expect(answer(level, "a")).block(TIMEOUT);
        }
        second.expect(answer(level, "z")).block(TIMEOUT);

        assertThat(came).contains("a").endsWith("z");
        if (level.isOnce()) {
            assertThat(came).containsExactly("a", "z");
        }
        assertThat(pull.drops()).isEmpty();
    }

    private ScriptedPeer connect(Endpoint endpoint, DeliveryLevel level) {
        return scripts.connect(endpoint, ready(SocketType.PUSH, level.number(), "push"));
    }
}
