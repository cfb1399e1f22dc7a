package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.arrives;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.expires;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.leave;
import static io.zmtp.reactive.delivery.Scripts.quick;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Level 1: what is not acknowledged is sent again, until it is too old or the socket is closed. */
class UnacknowledgedTests {

    private static final Metadata PULL = ready(SocketType.PULL, 1, "");

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PushSocket push(UnaryOperator<DeliveryOptions> change) {
        return scripts.push(change);
    }

    private PushSocket push() {
        return push(options -> options);
    }

    // ---- the end of a connection

    @Test
    void whatWasNotAcknowledgedGoesToTheSamePeerAgainWhenThereIsNoOther() {
        PushSocket push = push();
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = scripts.accept(listener, PULL);
        for (String text : List.of("a", "b", "c")) {
            push.send(text).block(TIMEOUT);
            first.expect(Message.of(text)).block(TIMEOUT);
        }
        first.write(frame(Kind.ACK, "b")).block(TIMEOUT);
        awaitUntil(() -> assertThat(push.underWay().get(0).messages()).isEqualTo(2));
        first.dispose();
        ScriptedPeer second = scripts.accept(listener, PULL);

        second.expect(Message.of("a")).then(second.expect(Message.of("c"))).block(TIMEOUT);
        push.send("d").block(TIMEOUT);
        second.expect(Message.of("d")).block(TIMEOUT);
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void whatWasNotAcknowledgedGoesToAnotherPeerBeforeAllThatWaits() {
        PushSocket push = push(options -> options.maxUnderWay(2));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = scripts.connect(endpoint, PULL);
        push.send(Flux.just("a", "b").map(Message::of)).block(TIMEOUT);
        first.expect(Message.of("a")).then(first.expect(Message.of("b"))).block(TIMEOUT);
        Mono<Void> third = push.send("c").cache();
        scripts.add(third.subscribe()); // waits: there is no room
        ScriptedPeer second = scripts.add(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        leave(first, push);
        second.handshake(PULL).block(TIMEOUT);

        second.expect(Message.of("a")).then(second.expect(Message.of("b"))).block(TIMEOUT);
        second.write(frame(Kind.ACK, "a"))
                .then(second.write(frame(Kind.ACK, "b")))
                .block(TIMEOUT);
        arrives(third);
        second.expect(Message.of("c")).block(TIMEOUT);
    }

    @Test
    void equalMessagesAreNeverTakenForOne() {
        PushSocket push = push();
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = scripts.accept(listener, PULL);
        List<Delivery> deliveries = IntStream.range(0, 3)
                .mapToObj(i -> push.deliver(Message.of("same")))
                .toList();
        deliveries.forEach(delivery -> scripts.add(delivery.written().subscribe()));
        first.expect(Message.of("same"))
                .then(first.expect(Message.of("same")))
                .then(first.expect(Message.of("same")))
                .then(first.write(frame(Kind.ACK, "same")))
                .block(TIMEOUT);
        arrives(deliveries.get(0).takenOver());
        assertThat(push.underWay().get(0).messages()).isEqualTo(2);
        first.dispose();
        ScriptedPeer second = scripts.accept(listener, PULL);
        second.expect(Message.of("same"))
                .then(second.expect(Message.of("same")))
                .block(TIMEOUT);
        second.write(frame(Kind.ACK, "same"))
                .then(second.write(frame(Kind.ACK, "same")))
                .block(TIMEOUT);

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
        scripts.add(sent.subscribe());
        for (int life = 0; came.size() < count && life < 1_000; life++) {
            PullSocket pull = PullSocket.create(quick(DeliveryOptions.takenOver()));
            pull.connectNow(endpoint);
            pull.receive().map(Message::text).doOnNext(came::add).take(100).blockLast(TIMEOUT);
            pull.dispose();
        }

        assertThat(came).hasSize(count);
        arrives(sent);
    }

    // ---- the age of a message

    @Test
    void aMessageThatBecomesTooOldBeforeItIsSentAgainFails() {
        PushSocket push = push();
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = scripts.connect(endpoint, PULL);
        Delivery old = push.deliver(Message.of("old").withMaxAge(Duration.ofMillis(30)));
        Delivery lasting = push.deliver(Message.of("lasting"));
        scripts.add(old.written().subscribe());
        scripts.add(lasting.written().subscribe());
        first.expect(Message.of("old"))
                .then(first.expect(Message.of("lasting")))
                .block(TIMEOUT);
        leave(first, push);
        Mono.delay(Duration.ofMillis(40)).block(TIMEOUT);
        ScriptedPeer second = scripts.connect(endpoint, PULL);

        second.expect(Message.of("lasting")).block(TIMEOUT);
        expires(old.takenOver());
        assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L));
    }

    @Test
    void aMessageThatBecomesTooOldInTheQueueFails() {
        PushSocket push = push();
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint()); // where nobody answers
        Delivery old = push.deliver(Message.of("old").withMaxAge(Duration.ofMillis(5)));

        expires(old.takenOver());
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L)));
        assertThat(push.underWay().get(0).messages()).isZero();
    }

    // ---- the end of the socket

    @Test
    void closingWaitsForAcknowledgements() {
        PushSocket push = push();
        ScriptedPeer peer = scripts.peer(push);
        push.send("last").block(TIMEOUT);
        peer.expect(Message.of("last")).block(TIMEOUT);
        Mono<Closed> closed = push.close().cache();
        scripts.add(closed.subscribe());
        assertThat(push.peers()).hasSize(1);
        peer.write(frame(Kind.ACK, "last")).block(TIMEOUT);

        StepVerifier.create(closed)
                .assertNext(end -> assertThat(end.unsentMessages()).isZero())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void whatIsNotAcknowledgedWhenTheSocketIsClosedCountsAsNotSent() {
        PushSocket push = scripts.add(PushSocket.create(
                options -> quick(DeliveryOptions.takenOver()).apply(options).linger(Duration.ofMillis(20))));
        ScriptedPeer peer = scripts.peer(push);
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
            peer = scripts.connect(endpoint, PULL);
            ending = push.unbind(endpoint);
        } else {
            ScriptedListener listener = scripts.listen();
            push.connectNow(listener.endpoint());
            peer = scripts.accept(listener, PULL);
            ending = push.disconnect(listener.endpoint());
        }
        push.send("last").block(TIMEOUT);
        peer.expect(Message.of("last")).block(TIMEOUT);
        Mono<Void> ended = ending.cache();
        scripts.add(ended.subscribe());
        assertThat(push.peers()).hasSize(1);
        peer.write(frame(Kind.ACK, "last")).block(TIMEOUT);
        peer.expectClosed().block(TIMEOUT);
        peer.dispose();

        arrives(ended);
        assertThat(push.drops()).isEmpty();
    }
}
