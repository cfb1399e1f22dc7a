package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.arrives;
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
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Level 2: a message is handed out once, as long as the receiver remembers. */
class OnceTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PushSocket push(UnaryOperator<DeliveryOptions> change) {
        return scripts.add(PushSocket.create(named("push", change.apply(DeliveryOptions.once()))));
    }

    private PullSocket pull(UnaryOperator<SocketOptions> change) {
        return scripts.add(PullSocket.create(
                options -> change.apply(named("pull", DeliveryOptions.once()).apply(options))));
    }

    private ScriptedPeer accept(ScriptedListener listener) {
        return scripts.accept(listener, ready(SocketType.PULL, 2, "script"));
    }

    private ScriptedPeer connect(Endpoint endpoint, String name) {
        return scripts.connect(endpoint, ready(SocketType.PUSH, 2, name));
    }

    private static Bytes awaitPing(ScriptedPeer peer) {
        return peer.readCommand(Command.PING).block(TIMEOUT).pingContext();
    }

    // ---- sending

    @Test
    void anEqualMessageWaitsUntilTheReceiverHasForgottenTheOneBefore() {
        PushSocket push = push(options -> options);
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        push.send("same").block(TIMEOUT);
        Mono<Void> second = push.send("same").cache();
        scripts.add(second.subscribe());
        peer.expect(Message.of("same"))
                .then(peer.write(frame(Kind.ACK, "same")))
                .block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "same")).block(TIMEOUT);
        Bytes context = awaitPing(peer);
        assertThat(push.underWay().get(0).messages()).isZero();
        peer.send(Command.pong(context)).block(TIMEOUT);

        arrives(second);
        peer.expect(Message.of("same")).block(TIMEOUT);
    }

    @Test
    void anAnswerForALaterMessageShowsTooWhatWasForgotten() {
        PushSocket push = push(options -> options);
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer peer = accept(listener);
        push.send("same").block(TIMEOUT);
        peer.expect(Message.of("same"))
                .then(peer.write(frame(Kind.ACK, "same")))
                .block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "same")).block(TIMEOUT);
        push.send("other").block(TIMEOUT);
        peer.expect(Message.of("other"))
                .then(peer.write(frame(Kind.ACK, "other")))
                .block(TIMEOUT);
        peer.expect(frame(Kind.CLR, "other")).block(TIMEOUT);
        push.send("same").block(TIMEOUT);

        peer.expect(Message.of("same")).block(TIMEOUT); // and no PING before
    }

    @Test
    void anEqualMessageGoesToTheNextPeerAtOnce() {
        PushSocket push = push(options -> options);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = scripts.connect(endpoint, ready(SocketType.PULL, 2, "a"));
        ScriptedPeer second = scripts.connect(endpoint, ready(SocketType.PULL, 2, "b"));
        awaitUntil(() -> assertThat(push.peers()).hasSize(2));
        push.send("same").then(push.send("same")).block(TIMEOUT);

        first.expect(Message.of("same")).then(second.expect(Message.of("same"))).block(TIMEOUT);
    }

    @Test
    void theSamePeerGetsFirstWhatToForgetThenWhatItHadThenTheRest() {
        PushSocket push = push(options -> options.maxUnderWay(3));
        ScriptedListener listener = scripts.listen();
        push.connectNow(listener.endpoint());
        ScriptedPeer first = accept(listener);
        for (String text : List.of("a", "b", "c")) {
            push.send(text).block(TIMEOUT);
            first.expect(Message.of(text)).block(TIMEOUT);
        }
        first.write(frame(Kind.ACK, "b")).block(TIMEOUT);
        first.expect(frame(Kind.CLR, "b")).block(TIMEOUT);
        push.send("d").block(TIMEOUT);
        first.expect(Message.of("d")).block(TIMEOUT);
        scripts.add(push.send("e").subscribe()); // waits for room
        first.dispose();
        ScriptedPeer second = accept(listener);

        second.expect(frame(Kind.CLR, "b"))
                .then(second.expect(Message.of("a")))
                .then(second.expect(Message.of("c")))
                .then(second.expect(Message.of("d")))
                .then(second.write(frame(Kind.ACK, "a")))
                .then(second.expect(frame(Kind.CLR, "a")))
                .then(second.write(frame(Kind.ACK, "c")))
                .then(second.expect(frame(Kind.CLR, "c")))
                .then(second.expect(Message.of("e"))) // half of what may be under way is free
                .block(TIMEOUT);
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void nobodyElseGetsWhatAPeerHad() {
        PushSocket push = push(options -> options);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = scripts.connect(endpoint, ready(SocketType.PULL, 2, "a"));
        push.send("mine").block(TIMEOUT);
        first.expect(Message.of("mine")).block(TIMEOUT);
        leave(first, push);
        ScriptedPeer second = scripts.connect(endpoint, ready(SocketType.PULL, 2, "b"));
        push.send("yours").block(TIMEOUT);
        second.expect(Message.of("yours")).block(TIMEOUT);
        assertThat(push.underWay()).anySatisfy(one -> {
            assertThat(one.isConnected()).isFalse();
            assertThat(one.messages()).isEqualTo(1);
            assertThat(one.peer().routingId()).isEqualTo(Bytes.utf8("a"));
        });
        ScriptedPeer third = scripts.connect(endpoint, ready(SocketType.PULL, 2, "a"));

        third.expect(Message.of("mine")).block(TIMEOUT);
    }

    // ---- receiving

    @Test
    void whatComesAgainIsAcknowledgedAndNotHandedOut() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(pull.receive().map(Message::text).subscribe(came::add));
        ScriptedPeer first = connect(endpoint, "a");
        first.send(Message.of("x")).block(TIMEOUT);
        first.expect(frame(Kind.ACK, "x")).block(TIMEOUT);
        leave(first, pull);
        ScriptedPeer second = connect(endpoint, "a");
        second.send(Message.of("x")).then(second.send(Message.of("y"))).block(TIMEOUT);
        second.expect(frame(Kind.ACK, "x"))
                .then(second.expect(frame(Kind.ACK, "y")))
                .block(TIMEOUT);
        assertThat(came).containsExactly("x", "y");
        second.write(frame(Kind.CLR, "x")).then(second.send(Message.of("x"))).block(TIMEOUT);
        second.expect(frame(Kind.ACK, "x")).block(TIMEOUT);

        assertThat(came).containsExactly("x", "y", "x");
    }

    @Test
    void whatAnotherPeerSendsIsAnotherMessage() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(pull.receive().map(Message::text).subscribe(came::add));
        for (String name : List.of("a", "b")) {
            ScriptedPeer peer = connect(endpoint, name);
            peer.send(Message.of("x")).block(TIMEOUT);
            peer.expect(frame(Kind.ACK, "x")).block(TIMEOUT);
        }

        assertThat(came).containsExactly("x", "x");
    }

    @Test
    void whatASenderOfTheSameNameSendsThatWasMadeAnewIsAnotherMessage() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(pull.receive().map(Message::text).subscribe(came::add));
        for (String epoch : List.of("first", "first", "second")) {
            ScriptedPeer peer =
                    scripts.connect(endpoint, ready(SocketType.PUSH, 2, "a").with("X-QoS-Epoch", Bytes.utf8(epoch)));
            peer.send(Message.of("x")).block(TIMEOUT);
            peer.expect(frame(Kind.ACK, "x")).block(TIMEOUT);
            leave(peer, pull);
        }

        assertThat(came).containsExactly("x", "x");
    }

    @Test
    void announcesWhichOneItIsOfThoseOfItsName() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<String> announced = new ArrayList<>();
        for (PushSocket push : List.of(push(options -> options), push(options -> options))) {
            push.connectNow(endpoint);
            pull.awaitPeers(1).block(TIMEOUT);
            announced.add(
                    pull.peers().get(0).peer().properties().text("X-QoS-Epoch").orElseThrow());
            leave(push, pull);
        }

        assertThat(announced).doesNotHaveDuplicates();
    }

    @Test
    void onlySoManyAreRemembered() {
        PullSocket pull = pull(options -> options.recvHwm(2));
        ScriptedPeer peer = connect(pull.bindNow("tcp://127.0.0.1:*"), "a");
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(pull.receive().map(Message::text).subscribe(came::add));
        List<String> texts = Stream.concat(IntStream.rangeClosed(0, 1000).mapToObj(i -> "" + i), Stream.of("1", "0"))
                .toList();
        for (String text : texts) {
            peer.send(Message.of(text)).block(TIMEOUT);
            peer.expect(frame(Kind.ACK, text)).block(TIMEOUT);
        }

        assertThat(came).hasSize(1002).endsWith("1000", "0");
    }

    @Test
    void whatWasLeftUnreadAndComesAgainIsHandedOutOnce() {
        PullSocket pull = pull(options -> options);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = connect(endpoint, "a");
        first.send(Message.of("x")).block(TIMEOUT);
        awaitUntil(() -> assertThat(pull.peers())
                .singleElement()
                .satisfies(one -> assertThat(one.unread()).isEqualTo(1)));
        leave(first, pull);
        ScriptedPeer second = connect(endpoint, "a");
        second.send(Message.of("x")).then(second.send(Message.of("y"))).block(TIMEOUT);
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(pull.receive().map(Message::text).subscribe(came::add));

        second.expect(frame(Kind.ACK, "x"))
                .then(second.expect(frame(Kind.ACK, "y")))
                .block(TIMEOUT);
        assertThat(came).containsExactly("x", "y");
    }

    @Test
    void peersThatTakeAndLeaveCannotMakeTheSenderKeepMoreAndMore() {
        PushSocket push = push(options -> options.maxUnderWay(1));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        for (int name = 0; name < 16; name++) {
            ScriptedPeer peer = scripts.connect(endpoint, ready(SocketType.PULL, 2, "peer " + name));
            push.send("task " + name).block(TIMEOUT);
            peer.expect(Message.of("task " + name)).block(TIMEOUT);
            leave(peer, push);
        }
        ScriptedPeer next = scripts.connect(endpoint, ready(SocketType.PULL, 2, "next"));
        push.awaitPeers(1).block(TIMEOUT);
        Mono<Void> waiting = push.send("more").cache();
        scripts.add(waiting.subscribe());
        assertThat(push.underWay()).extracting(UnderWay::messages).containsOnly(1L, 0L);

        ScriptedPeer back = scripts.connect(endpoint, ready(SocketType.PULL, 2, "peer 0"));
        back.expect(Message.of("task 0")).block(TIMEOUT);
        waiting.block(TIMEOUT);
        next.expect(Message.of("more")).block(TIMEOUT);
    }

    // ---- both

    @ParameterizedTest
    @EnumSource(
            value = DeliveryLevel.class,
            names = {"ONCE", "DONE"})
    void nothingIsMissingAndNothingTwiceWhenConnectionsAreCut(DeliveryLevel level) {
        PushSocket push = scripts.add(
                PushSocket.create(named("push", DeliveryOptions.of(level).maxUnderWay(40))));
        PullSocket pull = scripts.add(PullSocket.create(named("pull", DeliveryOptions.of(level))));
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(received(pull, level).map(Message::text).subscribe(came::add));
        int count = 3_000;
        Disposable cutting = scripts.add(Flux.interval(Duration.ofMillis(7))
                .onBackpressureDrop()
                .subscribe(tick -> push.peers().forEach(ConnectedPeer::dispose)));

        push.send(Flux.range(0, count).map(i -> Message.of("" + i))).block(Duration.ofSeconds(30));
        awaitUntil(() -> assertThat(came).hasSizeGreaterThanOrEqualTo(count));
        cutting.dispose();
        awaitUntil(() -> assertThat(push.underWay())
                .allSatisfy(one -> assertThat(one.messages()).isZero()));

        assertThat(came).hasSize(count).doesNotHaveDuplicates();
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void withinTheProcessAReceiverThatIsMadeAnewUnderstandsWhatToForget() {
        PushSocket push = push(options -> options);
        Endpoint endpoint = push.bindNow("inproc://made-anew");
        for (int life = 0; life < 2; life++) {
            PullSocket pull = pull(options -> options);
            pull.connectNow(endpoint);
            Delivery delivery = push.deliver(Message.of("message " + life));
            scripts.add(delivery.written().subscribe());
            pull.receive().blockFirst(TIMEOUT);
            arrives(delivery.takenOver());
            assertThat(pull.drops()).isEmpty();
            pull.close().block(TIMEOUT);
        }
        assertThat(push.drops()).isEmpty();
    }

    @Test
    void withCurveTheKeyIsTheName() {
        KeyPair server = KeyPair.generate();
        PullSocket pull = scripts.add(PullSocket.create(options -> options.delivery(DeliveryOptions.once())
                .mechanism(CurveMechanism.server(server, Authenticator.anyone()))));
        PushSocket push = scripts.add(PushSocket.create(options -> options.delivery(DeliveryOptions.once())
                .mechanism(CurveMechanism.client(server.publicKey(), KeyPair.generate()))
                .reconnect(Duration.ofMillis(2), Duration.ofMillis(4))));
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(pull.receive().map(Message::text).subscribe(came::add));
        for (int i = 0; i < 5; i++) {
            arrives(push.deliver(Message.of("same")).takenOver());
            push.peers().forEach(ConnectedPeer::dispose);
        }

        assertThat(came).hasSize(5);
    }
}
