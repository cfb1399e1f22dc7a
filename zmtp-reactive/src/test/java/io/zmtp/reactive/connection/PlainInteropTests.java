package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Meeting.TIMEOUT;
import static io.zmtp.reactive.connection.Meeting.receiveStrings;
import static io.zmtp.reactive.connection.Meeting.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.connection.Meeting.Way;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZapHandler;
import io.zmtp.reactive.testing.ZmqMonitor;
import io.zmtp.reactive.testing.ZmqSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** PLAIN with libzmq in both roles; the side that asks for the password may bind or connect. */
@RequiresLibZmq
class PlainInteropTests {
    private static final Authenticator ADMIN = credentials -> Mono.just(
            "admin".equals(credentials.username()) && Bytes.utf8("secret").equals(credentials.password())
                    ? Verdict.accept("the admin")
                    : Verdict.refuse("no such user"));

    @TempDir
    Path folder;

    private final LibZmq.Context context = new LibZmq.Context();

    @AfterEach
    void close() {
        context.close();
    }

    private ZmqSocket client(Type type, String password) {
        return context.open(type).option(LibZmq.PLAIN_USERNAME, "admin").option(LibZmq.PLAIN_PASSWORD, password);
    }

    @ParameterizedTest
    @EnumSource
    void letsAClientOfLibZmqInWithItsPassword(Way way) {
        try (Meeting meeting = new Meeting(way, folder).with(PlainMechanism.server(ADMIN))) {
            ZmqSocket dealer = client(Type.DEALER, "secret");
            ZmtpConnection router = meeting.with(dealer, SocketType.ROUTER);
            dealer.send("hello", "there");
            assertThat(receiveStrings(router)).containsExactly("hello", "there");
            send(router, "back");
            assertThat(dealer.receiveStrings()).containsExactly("back");
            assertThat(router.peer().userId()).isEqualTo("the admin");
        }
    }

    @ParameterizedTest
    @EnumSource
    void isLetInByAServerOfLibZmqWithItsPassword(Way way) {
        ZapHandler.plain(context, "admin", "secret");
        try (Meeting meeting = new Meeting(way, folder).with(PlainMechanism.client("admin", "secret"))) {
            ZmqSocket router = context.open(Type.ROUTER).option(LibZmq.PLAIN_SERVER, 1);
            ZmtpConnection dealer = meeting.with(router, SocketType.DEALER, spec -> spec.routingId(Bytes.utf8("us")));
            send(dealer, "hello");
            assertThat(router.receiveStrings()).containsExactly("us", "hello");
            router.send("us", "back");
            assertThat(receiveStrings(dealer)).containsExactly("back");
        }
    }

    @Test
    void tellsAClientOfLibZmqThatItsPasswordIsWrong() {
        Binding server = ZmtpServer.create()
                .socketType(SocketType.PULL)
                .mechanism(PlainMechanism.server(ADMIN))
                .bindNow("tcp://127.0.0.1:*");
        try {
            ZmqSocket push = client(Type.PUSH, "guess");
            ZmqMonitor monitor = push.monitor(ZmqMonitor.ALL);
            push.connect(server.endpoint().toString());
            // Up to 4.3.4 it does not know a well-formed ERROR, and takes it for a broken rule.
            monitor.await(
                    LibZmq.version().compareTo("4.3.4") > 0
                            ? ZmqMonitor.HANDSHAKE_FAILED_AUTH
                            : ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL);
            assertThat(server.connections()).isEmpty();
        } finally {
            server.dispose();
        }
    }

    @Test
    void isToldByAServerOfLibZmqThatItsPasswordIsWrong() {
        ZapHandler.plain(context, "admin", "secret");
        String endpoint = context.open(Type.PULL).option(LibZmq.PLAIN_SERVER, 1).bind("tcp://127.0.0.1:*");
        assertThatThrownBy(() -> ZmtpClient.create()
                        .socketType(SocketType.PUSH)
                        .mechanism(PlainMechanism.client("admin", "guess"))
                        .connect(endpoint)
                        .block(TIMEOUT))
                .isInstanceOfSatisfying(ZmtpHandshakeException.class, failure -> {
                    assertThat(failure.failure()).isEqualTo(Failure.PEER_ERROR);
                    assertThat(failure.code()).isEqualTo(400);
                    assertThat(failure.isFatal()).isTrue();
                })
                .hasMessageNotContaining("guess");
    }

    @Test
    void meetsNoPeerOfLibZmqThatSpeaksNull() {
        Binding server = ZmtpServer.create()
                .socketType(SocketType.PULL)
                .mechanism(PlainMechanism.server(ADMIN))
                .bindNow("tcp://127.0.0.1:*");
        try {
            ZmqSocket push = context.open(Type.PUSH);
            ZmqMonitor monitor = push.monitor(ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL);
            push.connect(server.endpoint().toString());
            assertThat(monitor.await(ZmqMonitor.HANDSHAKE_FAILED_PROTOCOL).value())
                    .isEqualTo(0x11000002);
            assertThat(server.connections()).isEmpty();
        } finally {
            server.dispose();
        }
    }
}
