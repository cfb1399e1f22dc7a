package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Meeting.TIMEOUT;
import static io.zmtp.reactive.connection.Meeting.receiveStrings;
import static io.zmtp.reactive.connection.Meeting.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** CURVE with libzmq; who is the server and who binds are two questions. */
@RequiresLibZmq
class CurveInteropTests {
    private static final int[] SIZES = {0, 1, 31, 32, 33, 222, 223, 256, 3000, 65_537, 1 << 20};

    @TempDir
    Path folder;

    private final LibZmq.Context context = new LibZmq.Context();
    private final LibZmq.KeyPair theirs = LibZmq.curveKeyPair();
    private final KeyPair ours = KeyPair.generate();
    private Meeting meeting;

    /** Who does what. */
    enum Roles {
        WE_SERVE_AND_BIND(true, Meeting.Way.WE_BIND_TCP),
        WE_SERVE_AND_CONNECT(true, Meeting.Way.THEY_BIND_TCP),
        WE_ASK_AND_BIND(false, Meeting.Way.WE_BIND_TCP),
        WE_ASK_AND_CONNECT(false, Meeting.Way.THEY_BIND_TCP),
        WE_ASK_OVER_IPC(false, Meeting.Way.THEY_BIND_IPC);

        final boolean weServe;
        final Meeting.Way way;

        Roles(boolean weServe, Meeting.Way way) {
            this.weServe = weServe;
            this.way = way;
        }
    }

    @AfterEach
    void close() {
        meeting.close();
        context.close();
    }

    private ZmtpConnection meet(Roles roles, ZmqSocket socket, SocketType type) {
        return meet(roles, socket, type, spec -> spec);
    }

    private ZmtpConnection meet(
            Roles roles, ZmqSocket socket, SocketType type, UnaryOperator<ConnectionSpec<?>> options) {
        Bytes known = Bytes.z85(theirs.publicKey());
        meeting = new Meeting(roles.way, folder)
                .with(
                        roles.weServe
                                ? CurveMechanism.server(ours, Authenticator.publicKeys(Set.of(known)))
                                : CurveMechanism.client(known, ours));
        if (roles.weServe) {
            socket.curveClient(theirs, ours.publicKey().z85());
        } else {
            socket.curveServer(theirs);
        }
        ZmtpConnection connection = meeting.with(socket, type, options);
        assertThat(connection.isEncrypted()).isTrue();
        assertThat(connection.peer().publicKey()).isEqualTo(known);
        return connection;
    }

    private static List<Bytes> bodies() {
        return IntStream.of(SIZES)
                .mapToObj(size -> {
                    byte[] body = new byte[size];
                    new Random(size).nextBytes(body);
                    return Bytes.wrap(body);
                })
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void pushesMessagesOfAllSizesToPull(Roles roles) {
        ZmqSocket pull = context.open(Type.PULL);
        ZmtpConnection push = meet(roles, pull, SocketType.PUSH);
        Message parts = Message.of(bodies().toArray(Bytes[]::new));
        push.send(Flux.fromIterable(bodies()).map(Message::of).concatWithValues(parts))
                .subscribe();
        for (Bytes body : bodies()) {
            assertThat(pull.receive()).singleElement().isEqualTo(body.toByteArray());
        }
        assertThat(pull.receive().stream().map(Bytes::wrap)).isEqualTo(parts.parts());
    }

    @ParameterizedTest
    @EnumSource
    void pullsMessagesOfAllSizesFromPush(Roles roles) {
        ZmqSocket push = context.open(Type.PUSH);
        ZmtpConnection pull = meet(roles, push, SocketType.PULL);
        for (Bytes body : bodies()) {
            push.send(body.toByteArray());
        }
        push.send(bodies().stream().map(Bytes::toByteArray).toArray(byte[][]::new));
        List<Message> came = pull.receive().take(SIZES.length + 1).collectList().block(TIMEOUT);
        for (int i = 0; i < SIZES.length; i++) {
            assertThat(came.get(i)).isEqualTo(Message.of(bodies().get(i)));
        }
        assertThat(came.get(SIZES.length).parts()).isEqualTo(bodies());
    }

    @ParameterizedTest
    @EnumSource
    void pushesAndPullsManySmallMessagesInOrder(Roles roles) {
        ZmqSocket dealer = context.open(Type.DEALER);
        ZmtpConnection connection = meet(roles, dealer, SocketType.DEALER);
        int count = 3000;
        connection.send(Flux.range(0, count).map(i -> Message.of("m" + i))).subscribe();
        for (int i = 0; i < count; i++) {
            assertThat(dealer.receiveStrings()).containsExactly("m" + i);
            if (i < 900) {
                dealer.send("r" + i);
            }
        }
        assertThat(connection
                        .receive()
                        .take(900)
                        .map(Message::text)
                        .collectList()
                        .block(TIMEOUT))
                .isEqualTo(IntStream.range(0, 900).mapToObj(i -> "r" + i).toList());
    }

    @ParameterizedTest
    @EnumSource
    void dealsWithRouterUnderItsRoutingId(Roles roles) {
        ZmqSocket router = context.open(Type.ROUTER);
        ZmtpConnection dealer = meet(roles, router, SocketType.DEALER, spec -> spec.routingId(Bytes.utf8("us")));
        send(dealer, "hello");
        assertThat(router.receiveStrings()).containsExactly("us", "hello");
        router.send("us", "", "back");
        assertThat(receiveStrings(dealer)).containsExactly("", "back");
    }

    @ParameterizedTest
    @EnumSource
    void routesToDealerWhoseRoutingIdItKnows(Roles roles) {
        ZmqSocket dealer = context.open(Type.DEALER).option(LibZmq.ROUTING_ID, "them");
        ZmtpConnection router = meet(roles, dealer, SocketType.ROUTER);
        assertThat(router.peer().routingId()).isEqualTo(Bytes.utf8("them"));
        dealer.send("hello", "");
        assertThat(receiveStrings(router)).containsExactly("hello", "");
        send(router, "back");
        assertThat(dealer.receiveStrings()).containsExactly("back");
    }

    @ParameterizedTest
    @EnumSource
    void publishesToSubWhoseSubscriptionsComeEncrypted(Roles roles) {
        ZmqSocket sub = context.open(Type.SUB).subscribe("news");
        ZmtpConnection pub = meet(roles, sub, SocketType.PUB);
        Meeting.until(
                () -> { // where it binds, it looks after a new peer in calls like this one
                    sub.tryReceive(Duration.ofMillis(10));
                    return meeting.hasCommand();
                });
        assertThat(Subscription.parse(meeting.command())).contains(new Subscription(false, Bytes.utf8("news")));
        send(pub, "news", "one");
        assertThat(sub.receiveStrings()).containsExactly("news", "one");
    }

    @ParameterizedTest
    @EnumSource
    void subscribesToXpubByCommandAndByMessage(Roles roles) {
        ZmqSocket xpub = context.open(Type.XPUB);
        ZmtpConnection sub = meet(roles, xpub, SocketType.SUB);
        sub.send(Command.subscribe(Bytes.utf8("a"))).block(TIMEOUT);
        assertThat(xpub.receive()).containsExactly(new byte[] {1, 'a'});
        sub.send(Message.of(Subscription.body(Bytes.utf8("b"), false))).block(TIMEOUT);
        assertThat(xpub.receive()).containsExactly(new byte[] {1, 'b'});
        xpub.send("c");
        xpub.send("a1", "more");
        assertThat(receiveStrings(sub)).containsExactly("a1", "more");
        sub.send(Command.cancel(Bytes.utf8("a"))).block(TIMEOUT);
        assertThat(xpub.receive()).containsExactly(new byte[] {0, 'a'});
    }

    @ParameterizedTest
    @EnumSource
    void staysAliveByHeartbeatsOfBothSides(Roles roles) {
        ZmqSocket dealer = context.open(Type.DEALER)
                .option(LibZmq.HEARTBEAT_IVL, 50)
                .option(LibZmq.HEARTBEAT_TIMEOUT, 1500)
                .option(LibZmq.HEARTBEAT_TTL, 1500);
        ZmtpConnection connection = meet(
                roles,
                dealer,
                SocketType.DEALER,
                spec -> spec.heartbeat(Duration.ofMillis(50), Duration.ofMillis(1500)));
        assertThat(endsWithin(Duration.ofMillis(2000), connection)).isFalse();
        send(connection, "still there");
        assertThat(dealer.receiveStrings()).containsExactly("still there");
    }

    private static boolean endsWithin(Duration time, ZmtpConnection connection) {
        return connection.onClose().timeout(time, Mono.empty()).block() != null;
    }
}
