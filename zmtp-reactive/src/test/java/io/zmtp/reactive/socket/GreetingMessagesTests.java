package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Messages that the library sends, or hands out, when a peer comes or goes. */
class GreetingMessagesTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final RawListener listener = RawPeer.listen();

    @AfterEach
    void close() {
        listener.close();
    }

    private RawPeer accept() {
        RawPeer peer = listener.accept();
        sockets.add(peer::close);
        peer.handshakeNull("ROUTER");
        return peer;
    }

    @Test
    void saysHelloBeforeAllThatWaitsOnEachConnection() {
        DealerSocket dealer = sockets.add(
                DealerSocket.create(options -> Sockets.quick(options).helloMessage(Message.of("", "READY"))));
        dealer.connectNow(listener.endpoint());
        dealer.send("waited").block(TIMEOUT);

        RawPeer first = accept();
        first.expect("01 00 00 05 'READY' 00 06 'waited'");
        first.closeWithReset();

        accept().expect("01 00 00 05 'READY'");
    }

    @Test
    void probesARouterOnEachConnection() {
        DealerSocket dealer = sockets.add(
                DealerSocket.create(options -> Sockets.quick(options).probeRouter()));
        dealer.connectNow(listener.endpoint());
        RawPeer first = accept();
        first.expect("00 00").closeWithReset();
        accept().expect("00 00");
    }

    @Test
    void probedRouterKnowsWhoIsThere() {
        RouterSocket router = sockets.add(RouterSocket.create());
        DealerSocket dealer = sockets.add(DealerSocket.create(
                options -> options.routingId(Bytes.utf8("a")).probeRouter()));
        dealer.connectNow(router.bindNow("tcp://127.0.0.1:*"));
        StepVerifier.create(router.receive().next())
                .expectNext(Message.of("a", ""))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void handsOutThatAPeerHasGoneAfterAllThatItSent() {
        RouterSocket router =
                sockets.add(RouterSocket.create(options -> options.disconnectMessage(Message.of("gone", "for good"))));
        DealerSocket dealer = sockets.add(DealerSocket.create(options -> options.routingId(Bytes.utf8("a"))));
        Endpoint at = router.bindNow("tcp://127.0.0.1:*");
        dealer.connectNow(at);
        dealer.send(Flux.just(Message.of("1"), Message.of("2"))).block(TIMEOUT);

        dealer.close().block(TIMEOUT);

        StepVerifier.create(router.receive().take(3))
                .expectNext(Message.of("a", "1"), Message.of("a", "2"), Message.of("a", "gone", "for good"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void handsOutThatAConnectionWasLost() {
        DealerSocket dealer = sockets.add(
                DealerSocket.create(options -> Sockets.quick(options).hiccupMessage(Message.of("hiccup"))));
        dealer.connectNow(listener.endpoint());
        RawPeer first = accept();
        first.writeMessage("before");

        StepVerifier.create(dealer.receive().map(Message::text))
                .expectNext("before")
                .then(first::closeWithReset)
                .expectNext("hiccup")
                .then(() -> accept().writeMessage("after"))
                .expectNext("after")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void handsNothingOutThatNobodyAskedFor() {
        RouterSocket router = sockets.add(RouterSocket.create());
        DealerSocket dealer = sockets.add(DealerSocket.create());
        dealer.connectNow(router.bindNow("tcp://127.0.0.1:*"));
        Sockets.awaitPeers(router, 1);
        StepVerifier.create(router.receive())
                .expectSubscription()
                .then(() -> dealer.close().block(TIMEOUT))
                .expectNoEvent(Sockets.QUIET)
                .thenCancel()
                .verify(TIMEOUT);
        Sockets.awaitPeers(router, 0);
    }
}
