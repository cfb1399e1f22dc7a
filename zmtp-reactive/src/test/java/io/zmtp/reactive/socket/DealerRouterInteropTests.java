package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** DEALER and ROUTER with libzmq's. */
@RequiresLibZmq
class DealerRouterInteropTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        context.close();
    }

    private <T extends ZmtpSocket> T meet(Way way, T ours, ZmqSocket theirs) {
        way.meet(sockets.add(ours), folder, theirs::bind, theirs::connect);
        return ours;
    }

    private static SocketOptions named(SocketOptions options) {
        return Sockets.quick(options).routingId(Bytes.utf8("us"));
    }

    private static Message next(Receiver ours) {
        return ours.receive().blockFirst(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void dealsWithRep(Way way) {
        ZmqSocket rep = context.open(Type.REP);
        DealerSocket dealer = meet(way, DealerSocket.create(Sockets::quick), rep);
        dealer.send("", "one").block(TIMEOUT);
        dealer.send("id", "", "two").block(TIMEOUT);
        assertThat(rep.receiveStrings()).containsExactly("one");
        rep.send("1");
        assertThat(rep.receiveStrings()).containsExactly("two");
        rep.send("2");
        assertThat(next(dealer)).isEqualTo(Message.of("", "1"));
        assertThat(next(dealer)).isEqualTo(Message.of("id", "", "2"));
    }

    @ParameterizedTest
    @EnumSource
    void dealsWithRouter(Way way) {
        ZmqSocket router = context.open(Type.ROUTER);
        DealerSocket dealer = meet(way, DealerSocket.create(DealerRouterInteropTests::named), router);
        sockets.add(
                dealer.send(Flux.range(0, 1000).map(i -> Message.of("" + i))).subscribe());
        for (int i = 0; i < 1000; i++) {
            assertThat(router.receiveStrings()).containsExactly("us", "" + i);
        }
        router.send("us", "", "back");
        assertThat(next(dealer)).isEqualTo(Message.of("", "back"));
    }

    @ParameterizedTest
    @EnumSource
    void dealsWithDealer(Way way) {
        ZmqSocket theirs = context.open(Type.DEALER);
        DealerSocket ours = meet(way, DealerSocket.create(Sockets::quick), theirs);
        ours.send("there").block(TIMEOUT);
        assertThat(theirs.receiveStrings()).containsExactly("there");
        theirs.send("and", "back");
        assertThat(next(ours)).isEqualTo(Message.of("and", "back"));
    }

    @ParameterizedTest
    @EnumSource
    void routesToReq(Way way) {
        ZmqSocket req = context.open(Type.REQ).option(LibZmq.REQ_CORRELATE, 1).option(LibZmq.REQ_RELAXED, 1);
        RouterSocket router = meet(way, RouterSocket.create(Sockets::quick), req);
        req.send("given up");
        req.send("asked");
        Message first = next(router);
        assertThat(first.size()).isEqualTo(4);
        assertThat(first.first().size()).isEqualTo(5);
        Message second = first.text().equals("asked") ? first : next(router);
        assertThat(second.part(2).isEmpty()).isTrue();
        router.send(Message.of(second.part(0), second.part(1), second.part(2), Bytes.utf8("answer")))
                .block(TIMEOUT);
        assertThat(req.receiveStrings()).containsExactly("answer");
    }

    @ParameterizedTest
    @EnumSource
    void routesToDealerByItsName(Way way) {
        ZmqSocket dealer = context.open(Type.DEALER).option(LibZmq.ROUTING_ID, "them");
        RouterSocket router =
                meet(way, RouterSocket.create(options -> Sockets.quick(options).mandatory()), dealer);
        dealer.send("hello", "");
        assertThat(next(router)).isEqualTo(Message.of("them", "hello", ""));
        router.send(Flux.range(0, 1000).map(i -> Message.of("them", "" + i))).block(TIMEOUT);
        for (int i = 0; i < 1000; i++) {
            assertThat(dealer.receiveStrings()).containsExactly("" + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void routesToRouter(Way way) {
        ZmqSocket theirs = context.open(Type.ROUTER).option(LibZmq.ROUTING_ID, "them");
        RouterSocket ours = meet(way, RouterSocket.create(DealerRouterInteropTests::named), theirs);
        ours.send("them", "there").block(TIMEOUT);
        assertThat(theirs.receiveStrings()).containsExactly("us", "there");
        theirs.send("us", "back");
        assertThat(next(ours)).isEqualTo(Message.of("them", "back"));
    }

    @ParameterizedTest
    @EnumSource
    void isProbed(Way way) {
        ZmqSocket dealer =
                context.open(Type.DEALER).option(LibZmq.ROUTING_ID, "them").option(LibZmq.PROBE_ROUTER, 1);
        RouterSocket router = meet(way, RouterSocket.create(Sockets::quick), dealer);
        CompletableFuture<Message> probe = router.receive().next().toFuture();
        Way.until(
                () -> { // where it binds, it looks after a new peer in calls like this one
                    dealer.tryReceive(Duration.ofMillis(10));
                    return probe.isDone();
                });
        assertThat(probe).isCompletedWithValue(Message.of("them", ""));
    }

    @ParameterizedTest
    @EnumSource
    void probes(Way way) {
        ZmqSocket router = context.open(Type.ROUTER);
        meet(way, DealerSocket.create(options -> named(options).probeRouter()), router);
        assertThat(router.receiveStrings()).containsExactly("us", "");
    }
}
