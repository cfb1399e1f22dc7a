package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyFile;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZapHandler;
import io.zmtp.reactive.testing.ZmqSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.ZMQ;
import reactor.core.publisher.Mono;

/** Sockets of libzmq and JeroMQ whose keys do not fit ours: nothing comes through, either way, and the monitor tells. */
@RequiresLibZmq
class CurveStrangersInteropTests {
    private static final KeyPair OURS = KeyPair.generate();
    private static final KeyPair THEIRS = KeyPair.generate();
    private static final KeyPair ANOTHER = KeyPair.generate();

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();
    private final Jero jero = new Jero();

    @TempDir
    Path folder;

    enum Library {
        LIBZMQ,
        JEROMQ
    }

    static Stream<Arguments> meetings() {
        return Arrays.stream(Library.values())
                .flatMap(library -> Stream.of(Arguments.of(library, true), Arguments.of(library, false)));
    }

    @AfterEach
    void close() {
        context.close();
        jero.close();
    }

    private static SocketOptions beating(SocketOptions options) {
        return Sockets.quick(options).heartbeat(Duration.ofMillis(50), TIMEOUT);
    }

    private PullSocket pull(Authenticator authenticator) {
        return sockets.add(
                PullSocket.create(options -> beating(options).mechanism(CurveMechanism.server(OURS, authenticator))));
    }

    private PushSocket push(KeyPair server) {
        return sockets.add(PushSocket.create(
                options -> beating(options).mechanism(CurveMechanism.client(server.publicKey(), OURS))));
    }

    private static LibZmq.KeyPair z85(KeyPair pair) {
        return new LibZmq.KeyPair(pair.publicKey().z85(), pair.secretKey().z85());
    }

    /** Has one of theirs call, and push something. */
    private void pushes(Library library, KeyPair server, boolean weBind, PullSocket pull) {
        if (library == Library.LIBZMQ) {
            ZmqSocket push = context.open(Type.PUSH)
                    .curveClient(z85(THEIRS), server.publicKey().z85());
            meet(pull, weBind, () -> push.bind("tcp://127.0.0.1:*"), push::connect);
            push.trySend(new byte[] {1});
        } else {
            ZMQ.Socket push = curve(org.zeromq.SocketType.PUSH);
            push.setCurveServerKey(server.publicKey().toByteArray());
            meet(pull, weBind, () -> Jero.bind(push, "tcp://127.0.0.1:*"), push::connect);
            push.send(new byte[] {1}, ZMQ.DONTWAIT);
        }
    }

    /** Has one of theirs, which knows somebody, be called, and pull; what it gets within such a time. */
    private Function<Duration, Optional<byte[]>> pulls(Library library, KeyPair known, boolean weBind, PushSocket push)
            throws IOException {
        if (library == Library.LIBZMQ) {
            ZapHandler.curve(context, known.publicKey().toByteArray());
            ZmqSocket pull = context.open(Type.PULL).curveServer(z85(THEIRS));
            meet(push, weBind, () -> pull.bind("tcp://127.0.0.1:*"), pull::connect);
            return time -> pull.tryReceive(time).map(parts -> parts.get(0));
        }
        KeyFile.writeCertificates(known, folder.resolve("known.cert"));
        jero.allowCurve(folder);
        ZMQ.Socket pull = curve(org.zeromq.SocketType.PULL);
        pull.setCurveServer(true);
        meet(push, weBind, () -> Jero.bind(pull, "tcp://127.0.0.1:*"), pull::connect);
        return time -> {
            pull.setReceiveTimeOut((int) time.toMillis());
            return Optional.ofNullable(pull.recv());
        };
    }

    private ZMQ.Socket curve(org.zeromq.SocketType type) {
        ZMQ.Socket socket = jero.open(type);
        socket.setCurvePublicKey(THEIRS.publicKey().toByteArray());
        socket.setCurveSecretKey(THEIRS.secretKey().toByteArray());
        return socket;
    }

    private static void meet(ZmtpSocket ours, boolean weBind, Supplier<String> bind, Consumer<String> connect) {
        if (weBind) {
            connect.accept(ours.bindNow("tcp://127.0.0.1:*").toString());
        } else {
            ours.connectNow(bind.get());
        }
    }

    /** The first handshake that fails like this. */
    private Mono<Throwable> failure(ZmtpSocket socket, Predicate<Throwable> like) {
        Mono<Throwable> failed = socket.monitor()
                .ofType(MonitorEvent.HandshakeFailed.class)
                .map(MonitorEvent.HandshakeFailed::cause)
                .filter(like)
                .next()
                .cache();
        sockets.add(failed.subscribe());
        return failed.timeout(TIMEOUT);
    }

    private static Predicate<Throwable> is(Failure failure) {
        return cause -> cause instanceof ZmtpHandshakeException thrown && thrown.failure() == failure;
    }

    private static void assertNothingCame(PullSocket pull) {
        assertThat(pull.receive().timeout(QUIET, Mono.empty()).collectList().block(TIMEOUT))
                .isEmpty();
        assertThat(pull.peers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("meetings")
    void letNobodyInWhoTakesUsForAnother(Library library, boolean weBind) {
        PullSocket pull = pull(Authenticator.anyone());
        Mono<Throwable> failed = failure(pull, is(Failure.CRYPTO));
        pushes(library, ANOTHER, weBind, pull);
        failed.block();
        assertNothingCame(pull);
    }

    @ParameterizedTest
    @MethodSource("meetings")
    void letNobodyInWhomWeDoNotKnow(Library library, boolean weBind) {
        PullSocket pull = pull(Authenticator.publicKeys(Set.of(ANOTHER.publicKey())));
        Mono<Throwable> failed = failure(pull, is(Failure.CREDENTIALS));
        pushes(library, OURS, weBind, pull);
        failed.block();
        assertNothingCame(pull);
    }

    @ParameterizedTest
    @MethodSource("meetings")
    void areNotLetInByOneThatWeTakeForAnother(Library library, boolean weBind) throws IOException {
        PushSocket push = push(ANOTHER);
        // libzmq closes without a word, or resets; JeroMQ says ERROR.
        Mono<Throwable> failed = failure(push, is(Failure.TIMEOUT).negate());
        Function<Duration, Optional<byte[]>> next = pulls(library, OURS, weBind, push);
        push.send("secret").onErrorComplete().subscribe();
        failed.block();
        assertThat(next.apply(QUIET)).isEmpty();
        assertThat(push.peers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("meetings")
    void areNotLetInByOneThatDoesNotKnowUs(Library library, boolean weBind) throws IOException {
        PushSocket push = push(THEIRS);
        Mono<Throwable> failed = failure(push, is(Failure.PEER_ERROR));
        Function<Duration, Optional<byte[]>> next = pulls(library, ANOTHER, weBind, push);
        push.send("secret").onErrorComplete().subscribe();
        failed.block();
        assertThat(next.apply(QUIET)).isEmpty();
        assertThat(push.peers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("meetings")
    void areLetInByOneThatKnowsUs(Library library, boolean weBind) throws IOException {
        PushSocket push = push(THEIRS);
        Function<Duration, Optional<byte[]>> next = pulls(library, OURS, weBind, push);
        push.send("secret").onErrorComplete().subscribe();
        Sockets.awaitPeers(push, 1);
        push.flush().block(TIMEOUT);
        assertThat(next.apply(TIMEOUT)).contains("secret".getBytes(StandardCharsets.UTF_8));
    }
}
