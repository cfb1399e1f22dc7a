package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** REQ, REP, DEALER and ROUTER within a process. */
class RequestReplyInprocTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asksAndReplies(boolean correlate) {
        RepSocket rep = sockets.add(RepSocket.create());
        sockets.add(rep.serve(Mono::just).subscribe());
        ReqSocket req = sockets.add(ReqSocket.create(options -> correlate ? options.correlate() : options));
        req.connectNow(rep.bindNow("inproc://ask-and-reply-" + correlate));

        StepVerifier.create(Flux.range(0, 1000)
                        .flatMap(i -> req.request("" + i).filter(Message.of("" + i)::equals), 16))
                .expectNextCount(1000)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void failsWhenThePeerGoes() {
        RepSocket rep = sockets.add(RepSocket.create(options -> options.linger(Duration.ZERO)));
        sockets.add(rep.serve(request -> Mono.never()).subscribe());
        ReqSocket req = sockets.add(ReqSocket.create());
        req.connectNow(rep.bindNow("inproc://goes"));

        StepVerifier.create(req.request("?"))
                .then(rep::dispose)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void routesByName() {
        RouterSocket router = sockets.add(RouterSocket.create(SocketOptions::mandatory));
        DealerSocket dealer = sockets.add(DealerSocket.create(
                options -> options.routingId(Bytes.utf8("a")).helloMessage(Message.of("hello"))));
        dealer.connectNow(router.bindNow("inproc://routes"));

        assertThat(router.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("a", "hello"));
        router.send("a", "", "back").block(TIMEOUT);
        assertThat(dealer.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("", "back"));
    }

    @Test
    void handsOutThatAPeerHasGone() {
        RouterSocket router =
                sockets.add(RouterSocket.create(options -> options.disconnectMessage(Message.of("gone"))));
        DealerSocket dealer = sockets.add(DealerSocket.create(options -> options.routingId(Bytes.utf8("a"))));
        dealer.connectNow(router.bindNow("inproc://leaves"));
        dealer.send("1").block(TIMEOUT);

        dealer.close().block(TIMEOUT);

        StepVerifier.create(router.receive().take(2))
                .expectNext(Message.of("a", "1"), Message.of("a", "gone"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void refusesASecondPeerOfTheSameName() {
        RouterSocket router = sockets.add(RouterSocket.create());
        router.bindNow("inproc://twice");
        DealerSocket first = sockets.add(DealerSocket.create(options -> options.routingId(Bytes.utf8("a"))));
        DealerSocket second = sockets.add(DealerSocket.create(options -> options.routingId(Bytes.utf8("a"))));
        first.connectNow("inproc://twice");
        Sockets.awaitPeers(router, 1);

        second.connectNow("inproc://twice");
        router.send("a", "for the first").block(TIMEOUT);

        assertThat(Sockets.receive(first)).isEqualTo("for the first");
        assertThat(router.peers()).hasSize(1);
    }
}
