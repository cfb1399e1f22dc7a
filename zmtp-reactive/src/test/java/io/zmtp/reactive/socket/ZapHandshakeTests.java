package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A ZAP handler decides about the peers of a socket. */
class ZapHandshakeTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final Bytes PROPERTIES = Bytes.wrap(new byte[] {3, 'X', '-', 'A', 0, 0, 0, 1, 'b'});

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LinkedBlockingQueue<Message> requests = new LinkedBlockingQueue<>();

    enum Kind {
        NULL(NullMechanism.create(), NullMechanism::create, "NULL"),
        PLAIN(PlainMechanism.client("admin", "hunter2"), PlainMechanism::server, "PLAIN", "admin", "hunter2"),
        CURVE(
                CurveMechanism.client(SERVER.publicKey(), CLIENT),
                zap -> CurveMechanism.server(SERVER, zap),
                "CURVE",
                CLIENT.publicKey()),
        BLAKE3(
                Blake3Mechanism.client(SERVER.publicKey(), CLIENT),
                zap -> Blake3Mechanism.server(SERVER, zap),
                "BLAKE3",
                CLIENT.publicKey());

        final Mechanism calling;
        final Function<Authenticator, Mechanism> serving;
        final List<Bytes> shown;

        Kind(Mechanism calling, Function<Authenticator, Mechanism> serving, Object... shown) {
            this.calling = calling;
            this.serving = serving;
            this.shown = Flux.fromArray(shown)
                    .map(each -> each instanceof Bytes octets ? octets : Bytes.utf8((String) each))
                    .collectList()
                    .block();
        }
    }

    private void handler(String status) {
        RepSocket rep = sockets.add(RepSocket.create());
        rep.bindNow(ZapAuthenticator.ENDPOINT);
        sockets.add(rep.serve(request -> {
                    requests.add(request);
                    return Mono.just(Message.of(
                            request.first(),
                            request.part(1),
                            Bytes.utf8(status),
                            Bytes.utf8("as I like"),
                            Bytes.utf8("joe"),
                            PROPERTIES));
                })
                .subscribe());
    }

    private PullSocket serve(Kind kind, Duration handshake) {
        ZapAuthenticator zap = sockets.add(ZapAuthenticator.of("front"));
        return sockets.add(PullSocket.create(
                options -> options.mechanism(kind.serving.apply(zap)).handshakeTimeout(handshake)));
    }

    private PushSocket call(Kind kind, Endpoint endpoint) {
        PushSocket push = sockets.add(PushSocket.create(
                options -> Sockets.quick(options).mechanism(kind.calling).routingId(Bytes.utf8("client"))));
        push.connectNow(endpoint);
        push.send("hello").subscribe();
        return push;
    }

    private ZmtpHandshakeException refused(Kind kind, Duration handshake) {
        PullSocket pull = serve(kind, handshake);
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        call(kind, pull.bindNow("tcp://127.0.0.1:*"));
        ZmtpHandshakeException cause = (ZmtpHandshakeException) failed.block().cause();
        assertThat(pull.receive().timeout(QUIET, Mono.empty()).collectList().block(TIMEOUT))
                .isEmpty();
        assertThat(cause).hasMessageNotContaining("hunter2");
        return cause;
    }

    @ParameterizedTest
    @EnumSource
    void letsInAsWhomTheHandlerSays(Kind kind) {
        handler("200");
        PullSocket pull = serve(kind, TIMEOUT);
        call(kind, pull.bindNow("tcp://127.0.0.1:*"));
        Message message = pull.receive().blockFirst(TIMEOUT);
        assertThat(message.text()).isEqualTo("hello");
        Peer peer = message.peer().orElseThrow();
        assertThat(peer.userId()).isEqualTo("joe");
        assertThat(peer.properties().text("X-A")).contains("b");
        Message request = requests.remove();
        assertThat(request.part(2).utf8()).isEqualTo("front");
        assertThat(request.part(3).utf8()).isEqualTo("127.0.0.1");
        assertThat(request.part(4).utf8()).isEqualTo(kind == Kind.PLAIN ? "" : "client");
        assertThat(request.skip(5).parts()).isEqualTo(kind.shown);
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhomTheHandlerRefuses(Kind kind) {
        handler("400");
        ZmtpHandshakeException cause = refused(kind, TIMEOUT);
        assertThat(cause.failure()).isEqualTo(Failure.CREDENTIALS);
        assertThat(cause.code()).isEqualTo(400);
        assertThat(cause).hasMessageContaining("as I like");
    }

    @ParameterizedTest
    @EnumSource
    void refusesEverybodyWithoutAHandler(Kind kind) {
        ZmtpHandshakeException cause = refused(kind, TIMEOUT);
        assertThat(cause.failure()).isEqualTo(Failure.CREDENTIALS);
        assertThat(cause.code()).isEqualTo(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"300", "500", "201", ""})
    void refusesOnEveryStatusBut200(String status) {
        handler(status);
        assertThat(refused(Kind.CURVE, TIMEOUT).code()).isEqualTo(status.equals("300") ? 300 : 500);
    }

    @Test
    void closesAtTheHandshakeLimitWhileTheHandlerIsSilent() {
        RouterSocket router = sockets.add(RouterSocket.create());
        router.bindNow(ZapAuthenticator.ENDPOINT);
        sockets.add(router.receive().subscribe());
        assertThat(refused(Kind.PLAIN, Duration.ofMillis(300)).failure()).isEqualTo(Failure.TIMEOUT);
    }

    /** A peer that was sent away comes back by itself, and then is let in. */
    @Test
    void letsInWhoCameBeforeTheHandler() {
        PullSocket pull = serve(Kind.CURVE, TIMEOUT);
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        call(Kind.CURVE, pull.bindNow("tcp://127.0.0.1:*"));
        failed.block();
        handler("200");
        assertThat(Sockets.receive(pull)).isEqualTo("hello");
    }

    /** None is answered before all have asked. */
    @Test
    void holdsManyHandshakesAtATime() {
        int count = 50;
        RouterSocket router = sockets.add(RouterSocket.create());
        router.bindNow(ZapAuthenticator.ENDPOINT);
        Flux<Message> replies = router.receive()
                .buffer(count)
                .concatMapIterable(all -> all)
                .map(request -> Message.of(
                        request.first(),
                        Bytes.EMPTY,
                        Bytes.utf8("1.0"),
                        request.part(3),
                        Bytes.utf8("200"),
                        Bytes.EMPTY,
                        Bytes.utf8("joe"),
                        Bytes.EMPTY));
        sockets.add(router.send(replies).subscribe());
        PullSocket pull = serve(Kind.CURVE, TIMEOUT);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        for (int i = 0; i < count; i++) {
            call(Kind.CURVE, endpoint);
        }
        assertThat(Sockets.receive(pull, count)).hasSize(count).containsOnly("hello");
    }
}
