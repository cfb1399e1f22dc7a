package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Meeting.TIMEOUT;
import static io.zmtp.reactive.connection.Meeting.receiveStrings;
import static io.zmtp.reactive.connection.Meeting.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZapHandler;
import io.zmtp.reactive.testing.ZmqMonitor;
import io.zmtp.reactive.testing.ZmqSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys that do not fit, ours or those of libzmq. */
@RequiresLibZmq
class CurveRefusalInteropTests {
    private static final Duration A_WHILE = Duration.ofMillis(300);

    private final LibZmq.Context context = new LibZmq.Context();
    private final LibZmq.KeyPair theirs = LibZmq.curveKeyPair();
    private final KeyPair ours = KeyPair.generate();
    private final LinkedBlockingQueue<Closed> ends = new LinkedBlockingQueue<>();
    private @Nullable Binding server;

    @AfterEach
    void close() {
        if (server != null) {
            server.connections().forEach(ZmtpConnection::dispose);
            server.dispose();
        }
        context.close();
    }

    private String serve(Authenticator authenticator) {
        Binding bound = ZmtpServer.create()
                .socketType(SocketType.PULL)
                .mechanism(CurveMechanism.server(ours, authenticator))
                .doOnDisconnected((connection, closed) -> ends.add(closed))
                .bindNow("tcp://127.0.0.1:*");
        server = bound;
        return bound.endpoint().toString();
    }

    private Failure failureOfNextEnd() throws InterruptedException {
        Closed closed = ends.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(closed).isNotNull();
        assertThat(closed.cause()).isInstanceOf(ZmtpHandshakeException.class);
        return ((ZmtpHandshakeException) closed.cause()).failure();
    }

    private static ZmtpConnection connect(SocketType type, Mechanism mechanism, String endpoint) {
        return ZmtpClient.create()
                .socketType(type)
                .mechanism(mechanism)
                .connect(endpoint)
                .block(TIMEOUT);
    }

    private static CurveMechanism asking(String serverKey, KeyPair own) {
        return CurveMechanism.client(Bytes.z85(serverKey), own);
    }

    @Test
    void letsNoClientInThatKnowsAnotherServerKey() throws InterruptedException {
        String endpoint = serve(Authenticator.anyone());
        ZmqSocket push = context.open(Type.PUSH)
                .curveClient(theirs, LibZmq.curveKeyPair().publicKey());
        push.connect(endpoint);
        assertThat(failureOfNextEnd()).isEqualTo(Failure.CRYPTO);
        assertThat(server.connections()).isEmpty();
    }

    @Test
    void tellsAClientThatIsNotOnTheList() throws InterruptedException {
        String endpoint =
                serve(Authenticator.publicKeys(Set.of(KeyPair.generate().publicKey())));
        ZmqSocket push =
                context.open(Type.PUSH).curveClient(theirs, ours.publicKey().z85());
        ZmqMonitor monitor = push.monitor(ZmqMonitor.ALL);
        push.connect(endpoint);
        assertThat(failureOfNextEnd()).isEqualTo(Failure.CREDENTIALS);
        assertThat(monitor.await(ZmqMonitor.HANDSHAKE_FAILED_AUTH).value()).isEqualTo(400);
        assertThat(server.connections()).isEmpty();
    }

    @Test
    void isToldByAServerThatItIsNotOnItsList() {
        ZapHandler.curve(context, KeyPair.generate().publicKey().toByteArray());
        ZmqSocket pull = context.open(Type.PULL).curveServer(theirs);
        String endpoint = pull.bind("tcp://127.0.0.1:*");
        assertThatThrownBy(() -> connect(SocketType.PUSH, asking(theirs.publicKey(), ours), endpoint))
                .isInstanceOfSatisfying(ZmtpHandshakeException.class, thrown -> {
                    assertThat(thrown.failure()).isEqualTo(Failure.PEER_ERROR);
                    assertThat(thrown.code()).isEqualTo(400);
                    assertThat(thrown.isFatal()).isTrue();
                });
        assertThat(pull.tryReceive(A_WHILE)).isEmpty();
    }

    @Test
    void isLetInByAServerThatHasItOnItsList() {
        ZapHandler.curve(context, ours.publicKey().toByteArray());
        ZmqSocket pull = context.open(Type.PULL).curveServer(theirs);
        ZmtpConnection push =
                connect(SocketType.PUSH, asking(theirs.publicKey(), ours), pull.bind("tcp://127.0.0.1:*"));
        try {
            send(push, "hello");
            assertThat(pull.receiveStrings()).containsExactly("hello");
        } finally {
            push.dispose();
        }
    }

    @Test
    void isClosedWithoutAWordByAServerWithAnotherKey() {
        ZmqSocket pull = context.open(Type.PULL).curveServer(theirs);
        String endpoint = pull.bind("tcp://127.0.0.1:*");
        assertThatThrownBy(() ->
                        connect(SocketType.PUSH, asking(LibZmq.curveKeyPair().publicKey(), ours), endpoint))
                .isInstanceOfSatisfying(ZmtpClosedException.class, thrown -> {
                    assertThat(thrown.closed().reason()).isEqualTo(Closed.Reason.PEER);
                    assertThat(thrown)
                            .hasMessageEndingWith("closed: PEER, while WELCOME was expected: as from a server that"
                                    + " has another key than the one that was asked for");
                });
        assertThat(pull.tryReceive(A_WHILE)).isEmpty();
    }

    @Test
    void meetsNoPeerOfLibZmqThatSpeaksNull() {
        String endpoint = serve(Authenticator.anyone());
        ZmqSocket push = context.open(Type.PUSH);
        ZmqMonitor monitor = push.monitor(ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL);
        push.connect(endpoint);
        assertThat(monitor.await(ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL).value()).isEqualTo(0x11000002);
        assertThat(server.connections()).isEmpty();
    }

    @Test
    void servesAGoodPeerAfterBadOnes() {
        String endpoint = serve(Authenticator.publicKeys(Set.of(Bytes.z85(theirs.publicKey()))));
        LibZmq.KeyPair unknown = LibZmq.curveKeyPair();
        context.open(Type.PUSH).connect(endpoint);
        context.open(Type.PUSH).curveClient(unknown, ours.publicKey().z85()).connect(endpoint);
        context.open(Type.PUSH).curveClient(theirs, unknown.publicKey()).connect(endpoint);
        ZmqSocket good =
                context.open(Type.PUSH).curveClient(theirs, ours.publicKey().z85());
        good.connect(endpoint);
        good.send("from a good peer");
        ZmtpConnection connection = Opened.first(server);
        assertThat(receiveStrings(connection)).containsExactly("from a good peer");
        assertThat(connection.peer().publicKey()).isEqualTo(Bytes.z85(theirs.publicKey()));
    }
}
