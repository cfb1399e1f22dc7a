package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class RouterTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private RouterSocket router(UnaryOperator<SocketOptions> options) {
        RouterSocket router = RouterSocket.create(options);
        open.add(router);
        return router;
    }

    private DealerSocket dealer(String routingId) {
        DealerSocket dealer = DealerSocket.create(options -> options.routingId(Bytes.utf8(routingId))
                .reconnect(Duration.ofMillis(20))
                .linger(Duration.ZERO));
        open.add(dealer);
        return dealer;
    }

    private static Message next(Receiver receiver) {
        return receiver.receive().blockFirst(TIMEOUT);
    }

    @Test
    void namesTheSenderAndReachesItByThatName() {
        RouterSocket router = router(options -> options);
        DealerSocket dealer = dealer("a");
        dealer.connectNow(router.bindNow("tcp://127.0.0.1:*"));

        dealer.send("", "one", "two").block(TIMEOUT);

        assertThat(next(router)).isEqualTo(Message.of("a", "", "one", "two"));
        router.send("a", "", "three").block(TIMEOUT);
        assertThat(next(dealer)).isEqualTo(Message.of("", "three"));
        assertThat(router.peers()).extracting(ConnectedPeer::routingId).containsExactly(Bytes.utf8("a"));
    }

    @Test
    void namesPeersThatHaveNoNameWithFiveOctets() {
        RouterSocket router = router(options -> options);
        Endpoint at = router.bindNow("tcp://127.0.0.1:*");
        DealerSocket first = dealer("");
        DealerSocket second = dealer("");
        first.connectNow(at);
        second.connectNow(at);
        first.send("first").block(TIMEOUT);
        second.send("second").block(TIMEOUT);

        List<Message> came = router.receive().take(2).collectList().block(TIMEOUT);

        assertThat(came).allSatisfy(message -> {
            assertThat(message.first().size()).isEqualTo(5);
            assertThat(message.first().byteAt(0)).isZero();
        });
        assertThat(came.get(0).first()).isNotEqualTo(came.get(1).first());
        router.send(Flux.fromIterable(came)).block(TIMEOUT);
        assertThat(next(first).text()).isEqualTo("first");
        assertThat(next(second).text()).isEqualTo("second");
    }

    @Test
    void dropsAndCountsWhatNobodyCanBeGiven() {
        RouterSocket router = router(options -> options);

        StepVerifier.create(router.monitor().ofType(MonitorEvent.Dropped.class))
                .then(() -> router.send("nobody", "lost").block(TIMEOUT))
                .assertNext(dropped -> {
                    assertThat(dropped.reason()).isEqualTo(DropReason.UNROUTABLE);
                    assertThat(dropped.message()).isEqualTo(Message.of("nobody", "lost"));
                    assertThat(dropped.count()).isEqualTo(1);
                })
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void mandatoryFailsForWhatNobodyCanBeGiven() {
        RouterSocket router = router(SocketOptions::mandatory);
        StepVerifier.create(router.send("nobody", "back"))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(ZmtpSendException.class).hasMessageContaining("routing id"))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesAMessageThatIsAllRoutingId(boolean mandatory) {
        RouterSocket router = router(options -> mandatory ? options.mandatory() : options);
        StepVerifier.create(router.send("alone"))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }

    @Test
    void streamFailsAtTheFirstThatNobodyCanBeGiven() {
        RouterSocket router = router(SocketOptions::mandatory);
        DealerSocket dealer = dealer("a");
        dealer.connectNow(router.bindNow("tcp://127.0.0.1:*"));
        router.onPeer().blockFirst(TIMEOUT);

        StepVerifier.create(router.send(Flux.just(Message.of("a", "1"), Message.of("b", "2"), Message.of("a", "3"))))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);

        assertThat(next(dealer).text()).isEqualTo("1");
    }

    @Test
    void streamFailsWhenTheSocketIsClosed() {
        RouterSocket router = router(options -> options);
        StepVerifier.create(router.send(Flux.never()))
                .then(router::dispose)
                .expectError(io.zmtp.reactive.ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void streamOfWhatTheSocketReceivesCompletesWithIt() {
        RouterSocket router = router(options -> options);
        StepVerifier.create(router.send(router.receive()))
                .then(router::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void routesInOrderBetweenRouters() {
        RouterSocket left = router(options -> options.routingId(Bytes.utf8("left")));
        RouterSocket right = router(options -> options.routingId(Bytes.utf8("right")));
        right.connectNow(left.bindNow("tcp://127.0.0.1:*"));
        Mono.when(left.onPeer().next(), right.onPeer().next()).block(TIMEOUT);

        left.send(Flux.range(0, 500).map(i -> Message.of("right", "" + i))).block(TIMEOUT);
        right.send("left", "back").block(TIMEOUT);

        StepVerifier.create(right.receive().take(500).collectList())
                .assertNext(all -> {
                    for (int i = 0; i < 500; i++) {
                        assertThat(all.get(i)).isEqualTo(Message.of("left", "" + i));
                    }
                })
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(next(left)).isEqualTo(Message.of("right", "back"));
    }

    @Test
    void namesThePeerThatItConnectsTo() {
        RouterSocket router = router(options -> options.mandatory());
        DealerSocket dealer = dealer("its own");
        Endpoint at = dealer.bindNow("tcp://127.0.0.1:*");

        router.connect(at, Bytes.utf8("ours")).block(TIMEOUT);
        router.send("ours", "early").block(TIMEOUT);

        assertThat(next(dealer)).isEqualTo(Message.of("early"));
        dealer.send("back").block(TIMEOUT);
        assertThat(next(router)).isEqualTo(Message.of("ours", "back"));
        StepVerifier.create(router.send("its own", "no"))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }

    @Test
    void refusesToNameTwoPeersTheSame() {
        RouterSocket router = router(options -> options);
        router.connect("tcp://127.0.0.1:1", Bytes.utf8("x")).block(TIMEOUT);
        StepVerifier.create(router.connect("tcp://127.0.0.1:2", Bytes.utf8("x")))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
        router.disconnect(Endpoint.parse("tcp://127.0.0.1:1"))
                .timeout(Duration.ofMillis(1), Mono.empty())
                .block(TIMEOUT);
    }
}
