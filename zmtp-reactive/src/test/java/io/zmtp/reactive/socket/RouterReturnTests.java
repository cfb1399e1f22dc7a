package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** A ROUTER that connects, and whose peer goes, comes back, or comes back elsewhere. */
class RouterReturnTests {

    private static final String TCP = "tcp://127.0.0.1:*";
    private static final String INPROC = "inproc://router-return-tests";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private DealerSocket dealer(String name) {
        return sockets.open(DealerSocket::create, options -> options.routingId(Bytes.utf8(name)));
    }

    /** A router that has connected to a dealer, which has gone; where that was. */
    private Endpoint left(RouterSocket router, DealerSocket dealer, String at) {
        Endpoint bound = dealer.bindNow(at);
        router.connectNow(bound);
        awaitPeers(router, 1);
        dealer.close().block(TIMEOUT);
        awaitPeers(router, 0);
        return bound;
    }

    private static void send(RouterSocket router, String name, int count) {
        router.send(Flux.range(0, count).map(i -> Message.of(name, "for " + name + " " + i)))
                .block(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void whatWaitsForOnePeerIsNotGivenToAnotherThatTurnsUpAtItsEndpoint(String at) {
        RouterSocket router = sockets.open(RouterSocket::create);
        Endpoint bound = left(router, dealer("a"), at);
        send(router, "a", 5);
        Mono<MonitorEvent.Dropped> dropped = sockets.next(router, MonitorEvent.Dropped.class);

        DealerSocket other = dealer("b");
        other.bindNow(bound.toString());
        awaitPeers(router, 1);
        send(router, "b", 1);

        assertThat(other.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("for b 0"));
        assertThat(router.drops()).isEqualTo(Map.of(DropReason.PEER_GONE, 5L));
        StepVerifier.create(dropped)
                .assertNext(event -> {
                    assertThat(event.endpoint()).isEqualTo(bound);
                    assertThat(event.message()).isEqualTo(Message.of("a", "for a 0"));
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void whatWaitsForAPeerIsGivenToItWhenItComesBack(String at) {
        RouterSocket router = sockets.open(RouterSocket::create);
        Endpoint bound = left(router, dealer("a"), at);
        send(router, "a", 5);

        DealerSocket again = dealer("a");
        again.bindNow(bound.toString());

        assertThat(Sockets.receive(again, 5)).containsExactly("for a 0", "for a 1", "for a 2", "for a 3", "for a 4");
        assertThat(router.drops()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void whatWaitsForAPeerFollowsItToAnotherEndpoint(String at) {
        RouterSocket router = sockets.open(RouterSocket::create);
        Endpoint bound = left(router, dealer("a"), at);
        send(router, "a", 5);

        DealerSocket again = dealer("a");
        again.connectNow(router.bindNow(at.equals(TCP) ? TCP : INPROC + "-2"));
        assertThat(Sockets.receive(again, 5)).containsExactly("for a 0", "for a 1", "for a 2", "for a 3", "for a 4");
        DealerSocket other = dealer("b");
        other.bindNow(bound.toString());
        awaitPeers(router, 2);
        send(router, "b", 1);

        assertThat(other.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("for b 0"));
        assertThat(router.drops()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void whoWaitsToSendToOnePeerFailsWhenAnotherTurnsUp(String at) {
        UnaryOperator<SocketOptions> options = all -> all.mandatory().sendHwm(2);
        RouterSocket router = sockets.open(RouterSocket::create, options);
        Endpoint bound = left(router, dealer("a"), at);
        send(router, "a", 2);

        StepVerifier.create(router.send("a", "one too many"))
                .expectSubscription()
                .expectNoEvent(Sockets.QUIET)
                .then(() -> dealer("b").bindNow(bound.toString()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ZmtpSendException.class)
                        .hasMessageContaining("another peer has come in place of"))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void aPeerWithoutANameKeepsItsIdThoughANamedOneComesToItsEndpointMeanwhile(String at) {
        RouterSocket router = sockets.open(RouterSocket::create);
        DealerSocket nameless = sockets.open(DealerSocket::create);
        Endpoint bound = nameless.bindNow(at);
        router.connectNow(bound);
        nameless.send("one").block(TIMEOUT);
        Bytes made = router.receive().blockFirst(TIMEOUT).first();
        nameless.send("unread").block(TIMEOUT);
        nameless.close().block(TIMEOUT);
        awaitPeers(router, 0);
        DealerSocket named = dealer("b");
        named.bindNow(bound.toString());
        named.send("two").block(TIMEOUT);

        StepVerifier.create(router.receive().take(2))
                .expectNext(Message.of(made, Bytes.utf8("unread")), Message.of("b", "two"))
                .expectComplete()
                .verify(TIMEOUT);
        named.close().block(TIMEOUT);
        awaitPeers(router, 0);
        DealerSocket again = sockets.open(DealerSocket::create);
        again.bindNow(bound.toString());
        again.send("three").block(TIMEOUT);
        assertThat(router.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of(made, Bytes.utf8("three")));
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void anEndpointHasTheNameAgainThatItWasGivenWhenWhoTookItOverHasGone(String at) {
        RouterSocket router =
                sockets.open(RouterSocket::create, options -> options.handover().mandatory());
        DealerSocket there = dealer("another");
        router.connect(there.bindNow(at), Bytes.utf8("a")).block(TIMEOUT);
        awaitPeers(router, 1);
        DealerSocket here = dealer("a");
        Mono<MonitorEvent.HandshakeSucceeded> taken = sockets.next(here, MonitorEvent.HandshakeSucceeded.class);
        here.connectNow(router.bindNow(at.equals(TCP) ? TCP : INPROC + "-2"));
        taken.block(TIMEOUT);

        here.close().block(TIMEOUT);

        router.send("a", "hello")
                .retryWhen(Retry.fixedDelay(500, Duration.ofMillis(10)))
                .block(TIMEOUT);
        assertThat(Sockets.receive(there)).isEqualTo("hello");
    }
}
