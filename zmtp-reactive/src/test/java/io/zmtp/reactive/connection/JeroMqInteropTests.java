package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Meeting.TIMEOUT;
import static io.zmtp.reactive.connection.Meeting.receive;
import static io.zmtp.reactive.connection.Meeting.receiveStrings;
import static io.zmtp.reactive.connection.Meeting.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.connection.Meeting.Way;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.wire.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.ZMQ;
import reactor.core.publisher.Mono;

/** JeroMQ announces 3.0; its ipc is none, so all is over tcp. */
class JeroMqInteropTests {
    private static final String WAYS = "io.zmtp.reactive.connection.Meeting$Way#tcp";

    @TempDir
    Path folder;

    private final Jero jero = new Jero();

    @AfterEach
    void close() {
        jero.close();
    }

    private static ZmtpConnection meet(Meeting meeting, ZMQ.Socket theirs, SocketType ours) {
        return meet(meeting, theirs, ours, spec -> spec);
    }

    private static ZmtpConnection meet(
            Meeting meeting, ZMQ.Socket theirs, SocketType ours, UnaryOperator<ConnectionSpec<?>> options) {
        return meeting.with(at -> Jero.bind(theirs, at), theirs::connect, ours, options);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void pushesToPull(Way way) {
        try (Meeting meeting = new Meeting(way, folder)) {
            ZMQ.Socket pull = jero.open(org.zeromq.SocketType.PULL);
            ZmtpConnection push = meet(meeting, pull, SocketType.PUSH);
            send(push, "one", "", "three");
            push.send(Message.of(Bytes.wrap(new byte[1 << 20]))).block(TIMEOUT);
            assertThat(Jero.receiveStrings(pull)).containsExactly("one", "", "three");
            assertThat(Jero.receive(pull))
                    .singleElement()
                    .satisfies(body -> assertThat(body).hasSize(1 << 20));
            assertThat(push.peer().major() + "." + push.peer().minor()).isEqualTo("3.0");
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void pullsFromPush(Way way) {
        try (Meeting meeting = new Meeting(way, folder)) {
            ZMQ.Socket push = jero.open(org.zeromq.SocketType.PUSH);
            ZmtpConnection pull = meet(meeting, push, SocketType.PULL);
            Jero.send(push, "one", "", "three");
            push.send(new byte[65_537]);
            assertThat(receiveStrings(pull)).containsExactly("one", "", "three");
            assertThat(receive(pull).bytes()).isEqualTo(65_537);
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void dealsWithRouter(Way way) {
        try (Meeting meeting = new Meeting(way, folder)) {
            ZMQ.Socket router = jero.open(org.zeromq.SocketType.ROUTER);
            ZmtpConnection dealer = meet(meeting, router, SocketType.DEALER, spec -> spec.routingId(Bytes.utf8("us")));
            send(dealer, "hello");
            assertThat(Jero.receiveStrings(router)).containsExactly("us", "hello");
            Jero.send(router, "us", "back");
            assertThat(receiveStrings(dealer)).containsExactly("back");
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void routesToDealer(Way way) {
        try (Meeting meeting = new Meeting(way, folder)) {
            ZMQ.Socket dealer = jero.open(org.zeromq.SocketType.DEALER);
            dealer.setIdentity("them".getBytes(StandardCharsets.US_ASCII));
            ZmtpConnection router = meet(meeting, dealer, SocketType.ROUTER);
            assertThat(router.peer().routingId()).isEqualTo(Bytes.utf8("them"));
            Jero.send(dealer, "hello");
            assertThat(receiveStrings(router)).containsExactly("hello");
            send(router, "back");
            assertThat(Jero.receiveStrings(dealer)).containsExactly("back");
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void publishesToSubWhichSubscribesByMessage(Way way) {
        try (Meeting meeting = new Meeting(way, folder)) {
            ZMQ.Socket sub = jero.open(org.zeromq.SocketType.SUB);
            sub.subscribe("news");
            ZmtpConnection pub = meet(meeting, sub, SocketType.PUB);
            CompletableFuture<Message> subscription = pub.receive().next().toFuture();
            assertThat(Subscription.parse(Meeting.await(subscription, sub)))
                    .contains(new Subscription(false, Bytes.utf8("news")));
            send(pub, "news", "one");
            assertThat(Jero.receiveStrings(sub)).containsExactly("news", "one");
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void subscribesToXpubByMessage(Way way) {
        try (Meeting meeting = new Meeting(way, folder)) {
            ZMQ.Socket xpub = jero.open(org.zeromq.SocketType.XPUB);
            ZmtpConnection sub = meet(meeting, xpub, SocketType.SUB);
            sub.send(Message.of(Subscription.body(Bytes.utf8("a"), false))).block(TIMEOUT);
            assertThat(Jero.receive(xpub)).containsExactly(new byte[] {1, 'a'});
            Jero.send(xpub, "b");
            Jero.send(xpub, "a1");
            assertThat(receiveStrings(sub)).containsExactly("a1");
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void letsAPlainClientIn(Way way) {
        PlainMechanism mechanism = PlainMechanism.server(credentials -> Mono.just(
                Bytes.utf8("secret").equals(credentials.password()) ? Verdict.accept("admin") : Verdict.refuse("no")));
        try (Meeting meeting = new Meeting(way, folder).with(mechanism)) {
            ZMQ.Socket push = jero.open(org.zeromq.SocketType.PUSH);
            push.setPlainUsername("admin");
            push.setPlainPassword("secret");
            ZmtpConnection pull = meet(meeting, push, SocketType.PULL);
            Jero.send(push, "hello");
            assertThat(receiveStrings(pull)).containsExactly("hello");
            assertThat(pull.peer().userId()).isEqualTo("admin");
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void isLetInByAPlainServer(Way way) throws IOException {
        jero.allowPlain(Files.writeString(folder.resolve("passwords"), "admin=secret\n"));
        try (Meeting meeting = new Meeting(way, folder).with(PlainMechanism.client("admin", "secret"))) {
            ZmtpConnection push = meet(meeting, plainServer(), SocketType.PUSH);
            assertThat(push.peer().socketType()).isEqualTo(SocketType.PULL);
            send(push, "hello");
        }
    }

    @Test
    void isRefusedByAPlainServer() throws IOException {
        jero.allowPlain(Files.writeString(folder.resolve("passwords"), "admin=secret\n"));
        String endpoint = Jero.bind(plainServer(), "tcp://127.0.0.1:*");
        assertThatThrownBy(() -> ZmtpClient.create()
                        .socketType(SocketType.PUSH)
                        .mechanism(PlainMechanism.client("admin", "guess"))
                        .connect(endpoint)
                        .block(TIMEOUT))
                .isInstanceOf(ZmtpException.class)
                .hasMessageNotContaining("guess");
    }

    private ZMQ.Socket plainServer() {
        ZMQ.Socket pull = jero.open(org.zeromq.SocketType.PULL);
        pull.setPlainServer(true);
        return pull;
    }
}
