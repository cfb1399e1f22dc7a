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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** REQ and REP with libzmq's. */
@RequiresLibZmq
class ReqRepInteropTests {

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

    private void echo(Way way, ZmqSocket theirs) {
        RepSocket rep = meet(way, RepSocket.create(Sockets::quick), theirs);
        sockets.add(
                rep.serve(request -> Mono.just(request.append(Bytes.utf8("!")))).subscribe());
    }

    @ParameterizedTest
    @CsvSource({
        "WE_BIND_TCP, false, false", "THEY_BIND_TCP, false, false", "WE_BIND_IPC, false, false",
        "THEY_BIND_IPC, false, false", "WE_BIND_TCP, true, false", "THEY_BIND_TCP, true, true",
        "WE_BIND_TCP, false, true", "THEY_BIND_IPC, true, true"
    })
    void repliesToReq(Way way, boolean correlates, boolean relaxed) {
        ZmqSocket req = context.open(Type.REQ)
                .option(LibZmq.REQ_CORRELATE, correlates ? 1 : 0)
                .option(LibZmq.REQ_RELAXED, relaxed ? 1 : 0);
        echo(way, req);
        for (int i = 0; i < 10; i++) {
            req.send("ask", "" + i);
            assertThat(req.receiveStrings()).containsExactly("ask", "" + i, "!");
        }
    }

    @ParameterizedTest
    @EnumSource
    void repliesToDealer(Way way) {
        ZmqSocket dealer = context.open(Type.DEALER);
        echo(way, dealer);
        dealer.send("", "one");
        dealer.send("1", "2", "", "two");
        assertThat(List.of(dealer.receiveStrings(), dealer.receiveStrings()))
                .containsExactlyInAnyOrder(List.of("", "one", "!"), List.of("1", "2", "", "two", "!"));
    }

    @ParameterizedTest
    @EnumSource
    void asksRep(Way way) {
        ZmqSocket rep = context.open(Type.REP);
        ReqSocket req = meet(way, ReqSocket.create(Sockets::quick), rep);
        for (int i = 0; i < 10; i++) {
            int number = i;
            StepVerifier.create(req.request("ask", "" + i))
                    .then(() -> {
                        assertThat(rep.receiveStrings()).containsExactly("ask", "" + number);
                        rep.send("answer", "" + number);
                    })
                    .expectNext(Message.of("answer", "" + i))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void asksRepManyThingsAtOnceAndForgetsTheOnesThatTakeTooLong(Way way) {
        ZmqSocket rep = context.open(Type.REP);
        ReqSocket req =
                meet(way, ReqSocket.create(options -> Sockets.quick(options).correlate()), rep);
        Disposable slow = req.request("slow").subscribe();
        assertThat(rep.receiveStrings()).containsExactly("slow");
        slow.dispose();
        StepVerifier.create(req.request("a").zipWith(req.request("b")))
                .then(() -> {
                    rep.send("slow", "answered");
                    for (int i = 0; i < 2; i++) {
                        rep.send(rep.receiveStrings().get(0), "answered");
                    }
                })
                .assertNext(both -> {
                    assertThat(both.getT1()).isEqualTo(Message.of("a", "answered"));
                    assertThat(both.getT2()).isEqualTo(Message.of("b", "answered"));
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void asksRouter(Way way) {
        ZmqSocket router = context.open(Type.ROUTER);
        ReqSocket req =
                meet(way, ReqSocket.create(options -> Sockets.quick(options).routingId(Bytes.utf8("us"))), router);
        StepVerifier.create(req.request("ask"))
                .then(() -> {
                    assertThat(router.receiveStrings()).containsExactly("us", "", "ask");
                    router.send("us", "", "answer");
                })
                .expectNext(Message.of("answer"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "WE_BIND_TCP, ''",
        "THEY_BIND_TCP, ''",
        "WE_BIND_IPC, ''",
        "THEY_BIND_IPC, ''",
        "WE_BIND_TCP, us",
        "THEY_BIND_TCP, us"
    })
    void getsNoReplyOfARouterToARequestThatWasGivenUp(Way way, String name) {
        ZmqSocket router = context.open(Type.ROUTER);
        ReqSocket req =
                meet(way, ReqSocket.create(options -> Sockets.quick(options).routingId(Bytes.utf8(name))), router);
        Disposable slow = req.request("slow").subscribe();
        List<byte[]> former = router.receive();
        slow.dispose();
        StepVerifier.create(req.request("next").map(Message::text))
                .then(() -> {
                    List<byte[]> next = router.receive();
                    router.send(former.toArray(byte[][]::new)); // an echo, as the one behind it
                    router.send(next.toArray(byte[][]::new));
                })
                .expectNext("next")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
