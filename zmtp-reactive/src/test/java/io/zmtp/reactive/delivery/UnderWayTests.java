package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.answerPing;
import static io.zmtp.reactive.delivery.Scripts.arrives;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.expires;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.nack;
import static io.zmtp.reactive.delivery.Scripts.named;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is under way takes the place of other messages: it leaves that place, however it ends. */
class UnderWayTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PushSocket push(DeliveryOptions delivery) {
        return scripts.add(PushSocket.create(named("push", delivery)));
    }

    private ScriptedPeer peer(PushSocket push, ScriptedListener listener) {
        return scripts.accept(
                listener, ready(SocketType.PULL, push.delivery().level().number(), "pull"));
    }

    @Test
    void workThatExpiresBeforeItsNextAttemptMakesRoom() {
        PushSocket push = push(DeliveryOptions.done().maxUnderWay(1).retryBackoff(Duration.ofMillis(300)));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = peer(push, listener);
        Delivery old = push.deliver(Message.of("old").withMaxAge(Duration.ofMillis(250)));
        scripts.add(old.written().subscribe());
        peer.expect(Message.of("old")).block(TIMEOUT);
        Mono<Void> next = push.send("next").cache();
        scripts.add(next.subscribe());
        peer.write(nack("old", ZmtpNackException.TIMEOUT, "later")).block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "old")).block(TIMEOUT);
        answerPing(peer);

        arrives(next);
        peer.expect(Message.of("next")).block(TIMEOUT);
        expires(old.done());
        assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L));
    }

    @Test
    void workThatAnyPeerMayGetNextMakesRoomAtTheOneThatHasFailed() {
        PushSocket push =
                push(DeliveryOptions.done().maxUnderWay(1).retryElsewhere(true).retryBackoff(Duration.ZERO));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = peer(push, listener);
        Delivery work = push.deliver(Message.of("work"));
        scripts.add(work.written().subscribe());
        peer.expect(Message.of("work")).block(TIMEOUT);
        Mono<Void> next = push.send("next").cache();
        scripts.add(next.subscribe());
        peer.write(nack("work", ZmtpNackException.TIMEOUT, "later")).block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "work")).block(TIMEOUT);
        answerPing(peer);
        peer.expect(Message.of("work"))
                .then(peer.write(frame(Kind.COMP, "work")))
                .block(TIMEOUT);

        arrives(work.done());
        arrives(next);
    }

    @Test
    void octetsOfAStreamAreLimitedToo() {
        PushSocket push = push(DeliveryOptions.takenOver().maxUnderWayBytes(1_500));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = peer(push, listener);
        List<Message> all = Flux.range(0, 6)
                .map(i -> {
                    byte[] octets = new byte[1_000];
                    octets[0] = i.byteValue();
                    return Message.of(octets);
                })
                .collectList()
                .block(TIMEOUT);
        Mono<Void> sent = push.send(Flux.fromIterable(all)).cache();
        scripts.add(sent.subscribe());
        for (int index = 0; index < all.size(); index += 2) {
            peer.expect(all.get(index)).then(peer.expect(all.get(index + 1))).block(TIMEOUT);
            assertThat(push.underWay().get(0).messages()).isEqualTo(2);
            peer.write(frame(Kind.ACK, all.get(index)))
                    .then(peer.write(frame(Kind.ACK, all.get(index + 1))))
                    .block(TIMEOUT);
        }

        arrives(sent);
    }

    /** Nobody is there, so nothing but the time shows that it is too old. */
    @ParameterizedTest
    @EnumSource(names = {"TAKEN_OVER", "ONCE", "DONE"})
    void aMessageThatBecomesTooOldWhileItsPeerIsAwayFails(DeliveryLevel level) {
        PushSocket push = push(DeliveryOptions.of(level));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = scripts.connect(endpoint, ready(SocketType.PULL, level.number(), "pull"));
        Delivery old = push.deliver(Message.of("old").withMaxAge(Duration.ofMillis(250)));
        scripts.add(old.written().subscribe());
        first.expect(Message.of("old")).block(TIMEOUT);
        first.dispose();

        expires(old.takenOver());
        assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L));
        arrives(push.close().then());
    }

    /** It may have been taken over: an equal message would be taken for it. */
    @ParameterizedTest
    @EnumSource(names = {"ONCE", "DONE"})
    void thePeerForgetsWhatBecameTooOldWhileItWasAway(DeliveryLevel level) {
        PushSocket push = push(DeliveryOptions.of(level));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = peer(push, listener);
        Delivery old = push.deliver(Message.of("equal").withMaxAge(Duration.ofMillis(250)));
        scripts.add(old.written().subscribe());
        first.expect(Message.of("equal")).block(TIMEOUT);
        first.dispose();
        ScriptedPeer refused = scripts.add(listener.accept().block(TIMEOUT)); // does not get as far as to join
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.EXPIRED, 1L)));
        refused.dispose();
        ScriptedPeer second = peer(push, listener);
        second.expect(frame(Kind.CLR, "equal")).block(TIMEOUT);
        scripts.add(push.deliver(Message.of("equal")).written().subscribe());
        answerPing(second);

        second.expect(Message.of("equal")).block(TIMEOUT);
    }
}
