package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.net.BindException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Whatever goes wrong is the same error within a process as between two. */
class TwinErrorTests {

    private static final String TCP = "tcp://127.0.0.1:*";
    private static final String INPROC = "inproc://twin-error-tests";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private void assertTooLarge(String at, UnaryOperator<SocketOptions> limit, Message message, String text) {
        PullSocket pull = sockets.open(PullSocket::create, limit);
        PushSocket push = sockets.open(PushSocket::create);
        Endpoint bound = pull.bindNow(at);
        push.connectNow(bound);
        awaitPeers(pull, 1);
        sockets.add(pull.receive().subscribe());
        Mono<MonitorEvent.Disconnected> here = sockets.next(pull, MonitorEvent.Disconnected.class);
        Mono<MonitorEvent.Disconnected> there = sockets.next(push, MonitorEvent.Disconnected.class);

        push.send(message).block(TIMEOUT);

        Closed closed = here.block(TIMEOUT).closed();
        assertThat(closed.reason()).isEqualTo(Closed.Reason.TOO_LARGE);
        assertThat(closed.cause())
                .isInstanceOfSatisfying(ZmtpProtocolException.class, error -> {
                    assertThat(error.isTooLarge()).isTrue();
                    assertThat(error.section()).isEqualTo("a limit of this side");
                })
                .hasMessageStartingWith(bound.toString())
                .hasMessageContaining(text);
        assertThat(there.block(TIMEOUT).closed().reason()).isIn(Closed.Reason.PEER, Closed.Reason.IO);
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void aMessageThatIsTooLarge(String at) {
        assertTooLarge(
                at,
                options -> options.maxMessageSize(10),
                Message.of(Bytes.wrap(new byte[6]), Bytes.wrap(new byte[5])),
                "expected a message of at most 10 octets, but");
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void aMessageOfTooManyParts(String at) {
        assertTooLarge(
                at,
                options -> options.maxParts(2),
                Message.of("1", "2", "3"),
                "expected a message of at most 2 parts, but there are");
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void theNextAttemptSaysThatSomethingTooLargeEndedTheConnection(String at) {
        PushSocket push = sockets.open(PushSocket::create);
        PullSocket pull = sockets.open(PullSocket::create, options -> options.maxMessageSize(10));
        pull.connectNow(push.bindNow(at));
        sockets.add(pull.receive().subscribe());
        Mono<MonitorEvent.Retrying> retrying = sockets.next(pull, MonitorEvent.Retrying.class);

        push.send(Message.of(new byte[11])).block(TIMEOUT);

        assertThat(retrying.block(TIMEOUT).cause())
                .isInstanceOfSatisfying(
                        ZmtpProtocolException.class,
                        error -> assertThat(error.isTooLarge()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void twoTypesThatDoNotTalkToEachOther(String at) {
        PullSocket pull = sockets.open(PullSocket::create);
        SubSocket sub = sockets.open(SubSocket::create);
        Mono<MonitorEvent.HandshakeFailed> here = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.HandshakeFailed> there = sockets.next(sub, MonitorEvent.HandshakeFailed.class);
        Endpoint bound = pull.bindNow(at);

        sub.connectNow(bound);

        assertMismatch(here.block(TIMEOUT), bound, "PULL", "[PUSH]", "SUB");
        assertMismatch(there.block(TIMEOUT), bound, "SUB", "[PUB, XPUB]", "PULL");
    }

    private static void assertMismatch(MonitorEvent.HandshakeFailed failed, Endpoint endpoint, String... words) {
        assertThat(failed.cause())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        error -> assertThat(error.failure()).isEqualTo(Failure.SOCKET_TYPE))
                .hasMessageStartingWith(endpoint.toString())
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void aPeerOfATakenName(String at) {
        RouterSocket router = sockets.open(RouterSocket::create);
        UnaryOperator<SocketOptions> named = options -> options.routingId(Bytes.utf8("a"));
        DealerSocket first = sockets.open(DealerSocket::create, named);
        DealerSocket second = sockets.open(DealerSocket::create, named);
        Endpoint bound = router.bindNow(at);
        first.connectNow(bound);
        awaitPeers(router, 1);
        Mono<MonitorEvent.HandshakeFailed> here = sockets.next(router, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.HandshakeFailed> there = sockets.next(second, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.Retrying> retrying = sockets.next(second, MonitorEvent.Retrying.class);

        second.connectNow(bound);

        assertThat(here.block(TIMEOUT).cause()).hasMessageContaining("another peer has the routing id");
        for (Throwable cause : new Throwable[] {
            here.block(TIMEOUT).cause(),
            there.block(TIMEOUT).cause(),
            retrying.block(TIMEOUT).cause()
        }) {
            assertThat(cause)
                    .isInstanceOfSatisfying(ZmtpHandshakeException.class, error -> {
                        assertThat(error.failure()).isEqualTo(Failure.REFUSED);
                        assertThat(error.code()).isEqualTo(300);
                    })
                    .hasMessageStartingWith(bound.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void anEndpointThatIsBoundAlready(String at) {
        PullSocket first = sockets.open(PullSocket::create);
        PullSocket second = sockets.open(PullSocket::create);
        Endpoint bound = first.bindNow(at);
        Mono<MonitorEvent.BindFailed> failed = sockets.next(second, MonitorEvent.BindFailed.class);

        StepVerifier.create(second.bind(bound)).expectError(BindException.class).verify(TIMEOUT);

        assertThat(failed.block(TIMEOUT).endpoint()).isEqualTo(bound);
        assertThat(failed.block(TIMEOUT).cause()).isInstanceOf(BindException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void anEndpointThatIsNotConnected(String at) {
        PushSocket push = sockets.open(PushSocket::create);
        Endpoint endpoint = Endpoint.parse(at.replace("*", "1"));
        assertThatThrownBy(() -> push.disconnect(endpoint).block(TIMEOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(endpoint + " is not connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void whoWaitsForAPeerThatGoes(String at) {
        RouterSocket router = sockets.open(
                RouterSocket::create, options -> options.mandatory().sendHwm(2));
        DealerSocket dealer = sockets.open(
                DealerSocket::create,
                options -> options.routingId(Bytes.utf8("a")).recvHwm(2));
        dealer.connectNow(router.bindNow(at));
        awaitPeers(router, 1);
        Sockets.fill(message -> router.send(message.prepend(Bytes.utf8("a"))));
        Mono<MonitorEvent.Dropped> dropped = sockets.next(router, MonitorEvent.Dropped.class);

        StepVerifier.create(router.send(Message.of(Bytes.utf8("a"), Bytes.wrap(new byte[1_000_000]))))
                .expectSubscription()
                .expectNoEvent(Sockets.QUIET)
                .then(dealer::dispose)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        assertThat(dropped.block(TIMEOUT).reason()).isEqualTo(DropReason.PEER_GONE);
        StepVerifier.create(router.send("a", "nobody"))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }
}
