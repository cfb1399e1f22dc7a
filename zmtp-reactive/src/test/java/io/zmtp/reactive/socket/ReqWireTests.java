package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a REQ puts on the wire, and what it takes. */
class ReqWireTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final RawListener listener = RawPeer.listen();

    @AfterEach
    void close() {
        listener.close();
    }

    private ReqSocket req(UnaryOperator<SocketOptions> options) {
        ReqSocket req = sockets.add(ReqSocket.create(some -> options.apply(Sockets.quick(some))));
        req.connectNow(listener.endpoint());
        return req;
    }

    private RawPeer accept() {
        RawPeer peer = listener.accept();
        sockets.add(peer::close);
        peer.handshakeNull("REP");
        return peer;
    }

    @Test
    void putsTheDelimiterBeforeTheBody() {
        ReqSocket req = req(options -> options);
        RawPeer peer = accept();

        StepVerifier.create(req.request("one", ""))
                .then(() -> peer.expect("01 00 01 03 'one' 00 00").write("01 00 01 03 'two' 00 00"))
                .expectNext(Message.of("two", ""))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void putsFourOctetsBeforeTheDelimiterWhenItCorrelates() {
        ReqSocket req = req(SocketOptions::correlate);
        RawPeer peer = accept();

        StepVerifier.create(Flux.merge(req.request("a"), req.request("b")).map(Message::text))
                .then(() -> {
                    byte[] first = correlationId(peer, "01 00 00 01 'a'");
                    byte[] second = correlationId(peer, "01 00 00 01 'b'");
                    assertThat(first).hasSize(4).isNotEqualTo(second);
                    peer.write(RawPeer.frame(1, second)).write("01 00 00 01 'B'");
                    peer.write(RawPeer.frame(1, first)).write("01 00 00 01 'A'");
                })
                .expectNext("B", "A")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void putsFourOctetsBeforeTheDelimiterOnceARequestWasGivenUpWhereItBinds() {
        ReqSocket req = sockets.add(ReqSocket.create());
        RawPeer peer = RawPeer.connect(req.bindNow("tcp://127.0.0.1:*").toString());
        sockets.add(peer::close);
        peer.handshakeNull("REP");

        expectsAnId(req, peer);
    }

    @Test
    void putsFourOctetsBeforeTheDelimiterOnceARequestWasGivenUpWhenItHasAName() {
        ReqSocket req = req(options -> options.routingId(Bytes.utf8("us")));
        expectsAnId(req, accept());
    }

    private static void expectsAnId(ReqSocket req, RawPeer peer) {
        StepVerifier.create(req.request("plain").map(Message::text))
                .then(() -> peer.expect("01 00 00 05 'plain'").write("01 00 00 02 'ok'"))
                .expectNext("ok")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(req.request("slow"))
                .then(() -> peer.expect("01 00 00 04 'slow'"))
                .thenCancel()
                .verify(TIMEOUT);
        byte[][] second = new byte[1][];
        StepVerifier.create(req.request("next"))
                .then(() -> {
                    second[0] = correlationId(peer, "01 00 00 04 'next'");
                    peer.write("01 00 00 04 'slow'");
                })
                .thenCancel()
                .verify(TIMEOUT);
        StepVerifier.create(req.request("last").map(Message::text))
                .then(() -> {
                    byte[] last = correlationId(peer, "01 00 00 04 'last'");
                    assertThat(last).hasSize(4).isNotEqualTo(second[0]);
                    peer.write(RawPeer.frame(1, second[0])).write("01 00 00 04 'late'");
                    peer.write(RawPeer.frame(1, last)).write("01 00 00 04 'good'");
                })
                .expectNext("good")
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static byte[] correlationId(RawPeer peer, String rest) {
        RawPeer.Frame id = peer.readFrame();
        assertThat(id.flags()).isEqualTo(RawPeer.MORE);
        peer.expect(rest);
        return id.body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 02 'no'", "00 00", "01 00 00 00", "01 01 'x' 01 00 00 02 'no'", "01 04 00000000 00 00"})
    void dropsWhatIsNoReplyAndGoesOnWaiting(String malformed) {
        ReqSocket req = req(options -> malformed.startsWith("01 04") ? options.correlate() : options);
        RawPeer peer = accept();
        boolean isReply = malformed.equals("01 00 00 00"); // an empty body is one
        Mono<MonitorEvent.Dropped> dropped = sockets.next(req, MonitorEvent.Dropped.class);

        StepVerifier.create(req.request("?").map(Message::text))
                .then(() -> {
                    RawPeer.Frame first = peer.readFrame();
                    while ((peer.readFrame().flags() & RawPeer.MORE) != 0) {}
                    peer.write(malformed);
                    if (!isReply) {
                        peer.write(RawPeer.frame(1, first.body()))
                                .write(first.body().length == 0 ? "00 03 'yes'" : "01 00 00 03 'yes'");
                    }
                })
                .expectNext(isReply ? "" : "yes")
                .expectComplete()
                .verify(TIMEOUT);
        if (!isReply) {
            assertThat(dropped.map(MonitorEvent.Dropped::reason).block(TIMEOUT)).isEqualTo(DropReason.MALFORMED);
        }
    }

    @Test
    void takesNoReplyFromAPeerThatItDidNotAsk() {
        ReqSocket req = sockets.add(ReqSocket.create());
        String at = req.bindNow("tcp://127.0.0.1:*").toString();
        RawPeer first = RawPeer.connect(at);
        RawPeer second = RawPeer.connect(at);
        sockets.add(first::close);
        sockets.add(second::close);
        first.handshakeNull("REP");
        Sockets.awaitPeers(req, 1);
        second.handshakeNull("REP");
        Sockets.awaitPeers(req, 2);
        Mono<MonitorEvent.Dropped> dropped = sockets.next(req, MonitorEvent.Dropped.class);

        StepVerifier.create(req.request("?").map(Message::text))
                .then(() -> {
                    first.expect("01 00 00 01 '?'");
                    second.write("01 00 00 03 'bad'");
                    dropped.block(TIMEOUT);
                    first.write("01 00 00 04 'good'");
                })
                .expectNext("good")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendsNothingAnewThatWasUnderWayWhenTheConnectionWasLost() {
        ReqSocket req = req(options -> options);
        RawPeer lost = accept();
        StepVerifier.create(req.request("lost"))
                .then(() -> {
                    lost.expect("01 00 00 04 'lost'");
                    lost.closeWithReset();
                })
                .expectError()
                .verify(TIMEOUT);
        RawPeer next = accept();

        StepVerifier.create(req.request("new").map(Message::text))
                .then(() -> next.expect("01 00 00 03 'new'").write("01 00 00 01 'y'"))
                .expectNext("y")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void endsTheConnectionOfARequestThatWasGivenUpAndConnectsAtOnce() {
        ReqSocket req = sockets.add(ReqSocket.create(options -> options.reconnect(Duration.ofHours(1))));
        req.connectNow(listener.endpoint());
        RawPeer peer = accept();
        StepVerifier.create(req.request("slow"))
                .then(() -> peer.expect("01 00 00 04 'slow'"))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(peer.awaitClosed(TIMEOUT)).isTrue();

        RawPeer again = accept();
        StepVerifier.create(req.request("next").map(Message::text))
                .then(() -> again.expect("01 00 00 04 'next'").write("01 00 00 04 'good'"))
                .expectNext("good")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void keepsTheConnectionOfARequestThatWasGivenUpWhenItCorrelates() {
        ReqSocket req = req(SocketOptions::correlate);
        RawPeer peer = accept();
        byte[][] slow = new byte[1][];
        StepVerifier.create(req.request("slow"))
                .then(() -> slow[0] = correlationId(peer, "01 00 00 04 'slow'"))
                .thenCancel()
                .verify(TIMEOUT);

        StepVerifier.create(req.request("next").map(Message::text))
                .then(() -> {
                    byte[] next = correlationId(peer, "01 00 00 04 'next'");
                    peer.write(RawPeer.frame(1, slow[0])).write("01 00 00 04 'late'");
                    peer.write(RawPeer.frame(1, next)).write("01 00 00 04 'good'");
                })
                .expectNext("good")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void keepsTheConnectionOfARequestThatWasGivenUpAfterItsReply() {
        ReqSocket req = req(options -> options);
        RawPeer peer = accept();
        CountDownLatch cancelled = new CountDownLatch(1);
        req.request("first").subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Message reply) {
                cancel();
                cancelled.countDown();
            }
        });
        peer.expect("01 00 00 05 'first'").write("01 00 00 01 'y'");
        Mono.fromCallable(() -> {
                    cancelled.await();
                    return true;
                })
                .block(TIMEOUT);

        StepVerifier.create(req.request("next").map(Message::text))
                .then(() -> peer.expect("01 00 00 04 'next'").write("01 00 00 04 'good'"))
                .expectNext("good")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void probesARouter() {
        ReqSocket req = req(SocketOptions::probeRouter);
        RawPeer peer = listener.accept();
        sockets.add(peer::close);
        peer.handshakeNull("ROUTER");
        peer.expect("00 00");
        sockets.add(req.request("x").onErrorComplete().subscribe());
        peer.expect("01 00 00 01 'x'");
    }
}
