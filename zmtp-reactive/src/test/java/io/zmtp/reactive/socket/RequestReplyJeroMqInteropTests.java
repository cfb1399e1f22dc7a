package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Jero;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** REQ, REP, DEALER and ROUTER with JeroMQ's. */
class RequestReplyJeroMqInteropTests {

    private static final String WAYS = "io.zmtp.reactive.socket.Way#tcp";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final Jero jero = new Jero();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        jero.close();
    }

    private <T extends ZmtpSocket> T meet(Way way, T ours, ZMQ.Socket theirs) {
        way.meet(sockets.add(ours), folder, at -> Jero.bind(theirs, at), theirs::connect);
        return ours;
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void repliesToReq(Way way) {
        ZMQ.Socket req = jero.open(SocketType.REQ);
        RepSocket rep = meet(way, RepSocket.create(Sockets::quick), req);
        sockets.add(rep.serve(Mono::just).subscribe());
        for (int i = 0; i < 5; i++) {
            Jero.send(req, "ask", "" + i);
            assertThat(Jero.receiveStrings(req)).containsExactly("ask", "" + i);
        }
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void asksRep(Way way) {
        ZMQ.Socket rep = jero.open(SocketType.REP);
        ReqSocket req =
                meet(way, ReqSocket.create(options -> Sockets.quick(options).correlate()), rep);
        StepVerifier.create(req.request("ask"))
                .then(() -> {
                    assertThat(Jero.receiveStrings(rep)).containsExactly("ask");
                    Jero.send(rep, "answer");
                })
                .expectNext(Message.of("answer"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void getsNoReplyOfARouterToARequestThatWasGivenUp(Way way) {
        ZMQ.Socket router = jero.open(SocketType.ROUTER);
        ReqSocket req = meet(way, ReqSocket.create(Sockets::quick), router);
        Disposable slow = req.request("slow").subscribe();
        List<byte[]> former = Jero.receive(router);
        slow.dispose();
        StepVerifier.create(req.request("next").map(Message::text))
                .then(() -> {
                    List<byte[]> next = Jero.receive(router);
                    Jero.send(router, former.toArray(byte[][]::new)); // an echo, as the one behind it
                    Jero.send(router, next.toArray(byte[][]::new));
                })
                .expectNext("next")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void dealsWithRouter(Way way) {
        ZMQ.Socket router = jero.open(SocketType.ROUTER);
        DealerSocket dealer =
                meet(way, DealerSocket.create(options -> Sockets.quick(options).routingId(Bytes.utf8("us"))), router);
        dealer.send("hello").block(TIMEOUT);
        assertThat(Jero.receiveStrings(router)).containsExactly("us", "hello");
        Jero.send(router, "us", "back");
        assertThat(dealer.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("back"));
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void routesToDealer(Way way) {
        ZMQ.Socket dealer = jero.open(SocketType.DEALER);
        dealer.setIdentity("them".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        RouterSocket router = meet(way, RouterSocket.create(Sockets::quick), dealer);
        Jero.send(dealer, "hello");
        assertThat(router.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("them", "hello"));
        router.send("them", "back").block(TIMEOUT);
        assertThat(Jero.receiveStrings(dealer)).containsExactly("back");
    }
}
