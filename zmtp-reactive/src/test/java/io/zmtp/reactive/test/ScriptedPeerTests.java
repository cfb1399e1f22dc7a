package io.zmtp.reactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Greeting;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ScriptedPeerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ZmtpClient PUSH = ZmtpClient.create().socketType(SocketType.PUSH);

    private final Disposable.Composite open = Disposables.composite();
    private final ScriptedPeer peer = keep(ScriptedPeer.inMemory());

    @AfterEach
    void close() {
        open.dispose();
    }

    private <T extends Disposable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    /** A connection to the peer whose handshake is under way. */
    private Mono<ZmtpConnection> opening() {
        Mono<ZmtpConnection> opening = peer.attach(PUSH).doOnNext(this::keep).cache();
        open.add(opening.subscribe(connection -> {}, error -> {}));
        return opening;
    }

    private ZmtpConnection opened() {
        Mono<ZmtpConnection> opening = opening();
        peer.handshake(SocketType.PULL).block(TIMEOUT);
        ZmtpConnection connection = opening.block(TIMEOUT);
        assertThat(connection).isNotNull();
        return connection;
    }

    @Test
    void shakesHandsAndTellsWhatTheOtherSideSaid() {
        opening();

        StepVerifier.create(peer.handshake(SocketType.PULL))
                .assertNext(said -> assertThat(said.text(Metadata.SOCKET_TYPE)).hasValue("PUSH"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void shakesHandsOctetByOctet() {
        Mono<ZmtpConnection> opening = opening();
        Command ready = Command.ready(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8("PULL")));

        peer.writeSlowly(Greeting.of("NULL", false).octets())
                .then(peer.writeSlowly(ready.frame().octets()))
                .block(TIMEOUT);

        StepVerifier.create(opening).expectNextCount(1).expectComplete().verify(TIMEOUT);
        StepVerifier.create(peer.readGreeting().map(Greeting::mechanism))
                .expectNext("NULL")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(peer.readCommand(Command.READY))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void expectsMessagesCommandsFramesAndOctets() {
        ZmtpConnection connection = opened();
        Message message = Message.of("two", "parts");
        Command ping = Command.ping(Duration.ofSeconds(1), Bytes.utf8("x"));
        connection
                .send(message)
                .then(connection.send(ping))
                .then(connection.send(message))
                .then(connection.send(Message.of("work")))
                .block(TIMEOUT);

        StepVerifier.create(peer.expect(message)
                        .then(peer.expect(ping))
                        .then(peer.readMessage()
                                .doOnNext(came -> assertThat(came).isEqualTo(message)))
                        .then(peer.expectHex("00 04 77 6F 72 6B")))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void answers() {
        ZmtpConnection connection = opened();

        peer.send(Command.ping(Duration.ZERO, Bytes.utf8("ctx"))).block(TIMEOUT);

        StepVerifier.create(peer.expect(Command.pong(Bytes.utf8("ctx"))))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(connection.receive().map(Message::text).next())
                .then(() -> peer.send(Message.of("hello")).block(TIMEOUT))
                .expectNext("hello")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void showsWhatCameBesideWhatWasExpected() {
        opened().send(Message.of("come")).block(TIMEOUT);

        StepVerifier.create(peer.expect(Message.of("same")))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("from octet 2 on")
                        .hasMessageContaining("expected 6 octets: 00 04 73 61 6d 65  \"..same\"")
                        .hasMessageContaining("came 6 octets: 00 04 63 6f 6d 65  \"..come\""))
                .verify(TIMEOUT);
    }

    @Test
    void showsWhatCameBeforeTheEnd() {
        ZmtpConnection connection = opened();
        connection.send(Message.of("x")).block(TIMEOUT);
        connection.dispose();

        StepVerifier.create(peer.read(10))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("expected 10 octets, but the other side closed")
                        .hasMessageContaining("00 01 78"))
                .verify(TIMEOUT);
    }

    @Test
    void expectsTheEnd() {
        opened().dispose();

        StepVerifier.create(peer.expectClosed()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void namesTheCommandThatDidNotCome() {
        opened().send(Message.of("x")).block(TIMEOUT);

        StepVerifier.create(peer.readCommand(Command.PONG))
                .expectErrorMessage("expected the command PONG, but came 3 octets: 00 01 78  \"..x\"")
                .verify(TIMEOUT);
    }

    @Test
    void breaksRulesAndSeesTheConnectionEnd() {
        ZmtpConnection connection = opened();

        peer.writeHex("02 7f ff ff ff ff ff ff ff").block(TIMEOUT);

        StepVerifier.create(connection.onClose())
                .assertNext(closed -> assertThat(closed.reason()).isEqualTo(Closed.Reason.TOO_LARGE))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(peer.expectClosed()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void closes() {
        ZmtpConnection connection = opened();

        peer.dispose();

        StepVerifier.create(connection.onClose())
                .assertNext(closed -> assertThat(closed.reason()).isEqualTo(Closed.Reason.PEER))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void acceptsASocketThatConnects() {
        ScriptedListener listener = keep(ScriptedPeer.listen());
        PushSocket push = keep(PushSocket.create());
        push.connectNow(listener.endpoint());
        push.send("work").block(TIMEOUT);

        StepVerifier.create(listener.accept()
                        .doOnNext(this::keep)
                        .flatMap(accepted ->
                                accepted.handshake(SocketType.PULL).then(accepted.expect(Message.of("work")))))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void connectsToASocketThatBinds() {
        PullSocket pull = keep(PullSocket.create());
        Mono<Void> script = ScriptedPeer.connect(pull.bindNow("tcp://127.0.0.1:*"))
                .doOnNext(this::keep)
                .flatMap(pushing -> pushing.handshake(SocketType.PUSH)
                        .then(pushing.send(Message.of("1")))
                        .then(pushing.send(Message.of("2"))));

        StepVerifier.create(pull.receive().map(Message::text).take(2))
                .then(() -> open.add(script.subscribe()))
                .expectNext("1", "2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void onlyOneInMemoryCanBeAttachedTo() {
        PullSocket pull = keep(PullSocket.create());
        ScriptedPeer connected =
                ScriptedPeer.connect(pull.bindNow("tcp://127.0.0.1:*")).block(TIMEOUT);
        assertThat(connected).isNotNull();
        keep(connected);

        assertThatThrownBy(() -> connected.attach(PUSH)).isInstanceOf(IllegalStateException.class);
    }
}
