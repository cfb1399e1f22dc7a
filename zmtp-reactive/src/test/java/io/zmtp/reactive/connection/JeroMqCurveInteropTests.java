package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Meeting.TIMEOUT;
import static io.zmtp.reactive.connection.Meeting.receive;
import static io.zmtp.reactive.connection.Meeting.receiveStrings;
import static io.zmtp.reactive.connection.Meeting.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Meeting.Way;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.wire.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.ZMQ;

/** CURVE with JeroMQ, which announces 3.0: few messages, for above its HWM it hands out encrypted ones. */
class JeroMqCurveInteropTests {
    @TempDir
    Path folder;

    private final Jero jero = new Jero();
    private final KeyPair theirs = KeyPair.generate();
    private final KeyPair ours = KeyPair.generate();
    private Meeting meeting;

    @AfterEach
    void close() {
        meeting.close();
        jero.close();
    }

    private ZmtpConnection meet(Way way, boolean weServe, ZMQ.Socket socket, SocketType type) {
        socket.setCurvePublicKey(theirs.publicKey().toByteArray());
        socket.setCurveSecretKey(theirs.secretKey().toByteArray());
        if (weServe) {
            socket.setCurveServerKey(ours.publicKey().toByteArray());
        } else {
            socket.setCurveServer(true);
        }
        meeting = new Meeting(way, folder)
                .with(
                        weServe
                                ? CurveMechanism.server(ours, Authenticator.publicKeys(Set.of(theirs.publicKey())))
                                : CurveMechanism.client(theirs.publicKey(), ours));
        ZmtpConnection connection = meeting.with(
                at -> Jero.bind(socket, at),
                socket::connect,
                type,
                spec -> spec.heartbeat(Duration.ofMillis(100), TIMEOUT));
        assertThat(connection.peer().publicKey()).isEqualTo(theirs.publicKey());
        assertThat(connection.peer().minor()).isZero();
        return connection;
    }

    @ParameterizedTest
    @CsvSource({"WE_BIND_TCP, true", "WE_BIND_TCP, false", "THEY_BIND_TCP, true", "THEY_BIND_TCP, false"})
    void pushesToPull(Way way, boolean weServe) {
        ZMQ.Socket pull = jero.open(org.zeromq.SocketType.PULL);
        ZmtpConnection push = meet(way, weServe, pull, SocketType.PUSH);
        send(push, "one", "", "three");
        push.send(Message.of(Bytes.wrap(new byte[70_000]))).block(TIMEOUT);
        assertThat(Jero.receiveStrings(pull)).containsExactly("one", "", "three");
        assertThat(Jero.receive(pull))
                .singleElement()
                .satisfies(body -> assertThat(body).hasSize(70_000).containsOnly(0));
    }

    @ParameterizedTest
    @CsvSource({"WE_BIND_TCP, true", "WE_BIND_TCP, false", "THEY_BIND_TCP, true", "THEY_BIND_TCP, false"})
    void pullsFromPush(Way way, boolean weServe) {
        ZMQ.Socket push = jero.open(org.zeromq.SocketType.PUSH);
        ZmtpConnection pull = meet(way, weServe, push, SocketType.PULL);
        Jero.send(push, "one", "", "three");
        push.send(new byte[70_000]);
        assertThat(receiveStrings(pull)).containsExactly("one", "", "three");
        assertThat(receive(pull)).isEqualTo(Message.of(Bytes.wrap(new byte[70_000])));
    }

    @ParameterizedTest
    @CsvSource({"WE_BIND_TCP, true", "THEY_BIND_TCP, false"})
    void dealsWithRouter(Way way, boolean weServe) {
        ZMQ.Socket router = jero.open(org.zeromq.SocketType.ROUTER);
        ZmtpConnection dealer = meet(way, weServe, router, SocketType.DEALER);
        send(dealer, "hello");
        var request = Jero.receive(router);
        assertThat(request.get(1)).isEqualTo(Bytes.utf8("hello").toByteArray());
        router.sendMore(request.get(0));
        router.send("back");
        assertThat(receiveStrings(dealer)).containsExactly("back");
    }

    @ParameterizedTest
    @CsvSource({"WE_BIND_TCP, true", "THEY_BIND_TCP, false"})
    void publishesToSubWhichSubscribesByMessage(Way way, boolean weServe) {
        ZMQ.Socket sub = jero.open(org.zeromq.SocketType.SUB);
        sub.subscribe("news");
        ZmtpConnection pub = meet(way, weServe, sub, SocketType.PUB);
        CompletableFuture<Message> subscription = pub.receive().next().toFuture();
        assertThat(Subscription.parse(Meeting.await(subscription, sub)))
                .contains(new Subscription(false, Bytes.utf8("news")));
        send(pub, "news", "one");
        assertThat(Jero.receiveStrings(sub)).containsExactly("news", "one");
    }

    @ParameterizedTest
    @CsvSource({"WE_BIND_TCP, true", "THEY_BIND_TCP, false"})
    void subscribesToPubByMessage(Way way, boolean weServe) {
        ZMQ.Socket pub = jero.open(org.zeromq.SocketType.XPUB);
        ZmtpConnection sub = meet(way, weServe, pub, SocketType.SUB);
        sub.send(Message.of(Subscription.body(Bytes.utf8("a"), false))).block(TIMEOUT);
        assertThat(Jero.receive(pub)).containsExactly(new byte[] {1, 'a'});
        Jero.send(pub, "b");
        Jero.send(pub, "a1");
        assertThat(receiveStrings(sub)).containsExactly("a1");
    }
}
