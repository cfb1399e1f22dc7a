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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** Each pair of standard socket types with libzmq over NULL, over tcp and ipc, either side binding. */
@RequiresLibZmq
class PairsInteropTests {
    private static final int[] SIZES = {0, 1, 255, 256, 65_537, 8 << 20};

    @TempDir
    Path folder;

    private final LibZmq.Context context = new LibZmq.Context();
    private Meeting meeting;

    @AfterEach
    void close() {
        meeting.close();
        context.close();
    }

    private ZmtpConnection meet(Way way, SocketType ours, ZmqSocket theirs) {
        meeting = new Meeting(way, folder);
        return meeting.with(theirs, ours);
    }

    @ParameterizedTest
    @EnumSource
    void pushesMessagesOfAllSizesToPull(Way way) {
        ZmqSocket pull = context.open(Type.PULL);
        ZmtpConnection push = meet(way, SocketType.PUSH, pull);
        Message parts = Message.of(bodies().toArray(Bytes[]::new));
        for (Bytes body : bodies()) {
            push.send(Message.of(body)).block(TIMEOUT);
        }
        push.send(parts).block(TIMEOUT);
        for (Bytes body : bodies()) {
            assertThat(pull.receive()).singleElement().isEqualTo(body.toByteArray());
        }
        assertThat(pull.receive().stream().map(Bytes::wrap)).isEqualTo(parts.parts());
    }

    @ParameterizedTest
    @EnumSource
    void pullsMessagesOfAllSizesFromPush(Way way) {
        ZmqSocket push = context.open(Type.PUSH);
        ZmtpConnection pull = meet(way, SocketType.PULL, push);
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
    void publishesToSub(Way way) {
        ZmqSocket sub = context.open(Type.SUB).subscribe("news");
        ZmtpConnection pub = meet(way, SocketType.PUB, sub);
        Meeting.until(
                () -> { // where it binds, it looks after a new peer in calls like this one
                    sub.tryReceive(Duration.ofMillis(10));
                    return meeting.hasCommand();
                });
        assertThat(Subscription.parse(meeting.command())).contains(new Subscription(false, Bytes.utf8("news")));
        send(pub, "news", "one");
        assertThat(sub.receiveStrings()).containsExactly("news", "one");
        sub.subscribe("").unsubscribe("news");
        assertThat(Subscription.parse(meeting.command())).contains(new Subscription(false, Bytes.EMPTY));
        assertThat(Subscription.parse(meeting.command())).contains(new Subscription(true, Bytes.utf8("news")));
    }

    @ParameterizedTest
    @EnumSource
    void takesASubscriptionThatXsubSendsAsAMessage(Way way) {
        ZmqSocket xsub = context.open(Type.XSUB);
        ZmtpConnection xpub = meet(way, SocketType.XPUB, xsub);
        // Again until it comes: libzmq drops what it is given before it has noticed our READY.
        Message subscription = Mono.fromRunnable(() ->
                        xsub.send(Subscription.body(Bytes.utf8("topic"), false).toByteArray()))
                .then(xpub.receive().next().timeout(Duration.ofMillis(200), Mono.empty()))
                .repeatWhenEmpty(50, rounds -> rounds)
                .block(TIMEOUT);
        assertThat(Subscription.parse(subscription)).contains(new Subscription(false, Bytes.utf8("topic")));
        send(xpub, "topic", "two");
        assertThat(xsub.receiveStrings()).containsExactly("topic", "two");
    }

    @ParameterizedTest
    @EnumSource
    void subscribesToXpubByCommandAndByMessage(Way way) {
        ZmqSocket xpub = context.open(Type.XPUB);
        ZmtpConnection sub = meet(way, SocketType.SUB, xpub);
        sub.send(Command.subscribe(Bytes.utf8("a"))).block(TIMEOUT);
        assertThat(xpub.receive()).containsExactly(new byte[] {1, 'a'});
        sub.send(Message.of(Subscription.body(Bytes.utf8("b"), false))).block(TIMEOUT);
        assertThat(xpub.receive()).containsExactly(new byte[] {1, 'b'});
        xpub.send("c");
        xpub.send("b1");
        xpub.send("a1", "more");
        assertThat(receiveStrings(sub)).containsExactly("b1");
        assertThat(receiveStrings(sub)).containsExactly("a1", "more");
        sub.send(Command.cancel(Bytes.utf8("a"))).block(TIMEOUT);
        assertThat(xpub.receive()).containsExactly(new byte[] {0, 'a'});
    }

    @ParameterizedTest
    @EnumSource
    void requestsFromRepWithAnEnvelope(Way way) {
        ZmqSocket rep = context.open(Type.REP);
        ZmtpConnection req = meet(way, SocketType.REQ, rep);
        for (int i = 0; i < 3; i++) {
            send(req, "", "question", "" + i);
            assertThat(rep.receiveStrings()).containsExactly("question", "" + i);
            rep.send("answer");
            assertThat(receiveStrings(req)).containsExactly("", "answer");
        }
    }

    @ParameterizedTest
    @EnumSource
    void repliesToReqInItsEnvelope(Way way) {
        ZmqSocket req = context.open(Type.REQ);
        ZmtpConnection rep = meet(way, SocketType.REP, req);
        for (int i = 0; i < 3; i++) {
            req.send("question");
            assertThat(receiveStrings(rep)).containsExactly("", "question");
            send(rep, "", "answer", "" + i);
            assertThat(req.receiveStrings()).containsExactly("answer", "" + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void repliesInTheEnvelopeThatReqCorrelatesBy(Way way) {
        ZmqSocket req = context.open(Type.REQ).option(LibZmq.REQ_CORRELATE, 1);
        ZmtpConnection rep = meet(way, SocketType.REP, req);
        req.send("question");
        Message request = receive(rep);
        assertThat(request.size()).isEqualTo(3);
        rep.send(Message.of(request.part(0), request.part(1), Bytes.utf8("answer")))
                .block(TIMEOUT);
        assertThat(req.receiveStrings()).containsExactly("answer");
    }

    @ParameterizedTest
    @EnumSource
    void dealsWithRouterUnderItsRoutingId(Way way) {
        ZmqSocket router = context.open(Type.ROUTER);
        meeting = new Meeting(way, folder);
        ZmtpConnection dealer = meeting.with(router, SocketType.DEALER, spec -> spec.routingId(Bytes.utf8("our name")));
        send(dealer, "hello");
        assertThat(router.receiveStrings()).containsExactly("our name", "hello");
        router.send("our name", "hello", "yourself");
        assertThat(receiveStrings(dealer)).containsExactly("hello", "yourself");
    }

    @ParameterizedTest
    @EnumSource
    void routesToDealerWhoseRoutingIdItKnows(Way way) {
        ZmqSocket dealer = context.open(Type.DEALER).option(LibZmq.ROUTING_ID, "their name");
        ZmtpConnection router = meet(way, SocketType.ROUTER, dealer);
        assertThat(router.peer().routingId()).isEqualTo(Bytes.utf8("their name"));
        assertThat(router.peer().socketType()).isEqualTo(SocketType.DEALER);
        dealer.send("", "from", "dealer");
        assertThat(receiveStrings(router)).containsExactly("", "from", "dealer");
        send(router, "back");
        assertThat(dealer.receiveStrings()).containsExactly("back");
    }

    @ParameterizedTest
    @EnumSource
    void pairsWithPair(Way way) {
        ZmqSocket theirs = context.open(Type.PAIR);
        ZmtpConnection ours = meet(way, SocketType.PAIR, theirs);
        theirs.send("ping", "");
        assertThat(receiveStrings(ours)).containsExactly("ping", "");
        send(ours, "", "pong");
        assertThat(theirs.receiveStrings()).containsExactly("", "pong");
    }

    @ParameterizedTest
    @EnumSource
    void announcesTheVersionOfLibZmq(Way way) {
        ZmtpConnection connection = meet(way, SocketType.PULL, context.open(Type.PUSH));
        assertThat(connection.peer().major()).isEqualTo(3);
        assertThat(connection.peer().minor()).isLessThanOrEqualTo(1);
        assertThat(connection.peer().properties().names()).contains("Socket-Type");
    }

    private static List<Bytes> bodies() {
        return Stream.of(SIZES[0], SIZES[1], SIZES[2], SIZES[3], SIZES[4], SIZES[5])
                .map(PairsInteropTests::body)
                .toList();
    }

    private static Bytes body(int size) {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        return Bytes.wrap(body);
    }
}
