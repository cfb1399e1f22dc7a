package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Peers that a socket has no place for: they hear why, and what they have queued stays with them. */
class RefusalTests {

    private static final String TCP = "tcp://127.0.0.1:*";
    private static final String INPROC = "inproc://refusal-tests";
    private static final KeyPair KEYS = KeyPair.generate();
    private static final Authenticator ANYBODY = who -> Mono.just(Verdict.accept());

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private static SocketOptions named(SocketOptions options) {
        return options.routingId(Bytes.utf8("a"));
    }

    private List<MonitorEvent> events(ZmtpSocket socket) {
        List<MonitorEvent> events = new CopyOnWriteArrayList<>();
        sockets.add(socket.monitor().subscribe(events::add));
        return events;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    private static String[] texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "" + i).toArray(String[]::new);
    }

    static Stream<Arguments> mechanisms() {
        return Stream.of(
                Arguments.of(TCP, NullMechanism.create(), NullMechanism.create()),
                Arguments.of(INPROC, NullMechanism.create(), NullMechanism.create()),
                Arguments.of(TCP, NullMechanism.create(), NullMechanism.create(ANYBODY)),
                Arguments.of(TCP, PlainMechanism.client("user", "word"), PlainMechanism.server(ANYBODY)),
                Arguments.of(TCP, CurveMechanism.client(KEYS.publicKey()), CurveMechanism.server(KEYS, ANYBODY)),
                Arguments.of(TCP, Blake3Mechanism.client(KEYS.publicKey()), Blake3Mechanism.server(KEYS, ANYBODY)));
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void whatADealerOfATakenNameHasQueuedArrivesWhenTheNameIsFree(String at, Mechanism client, Mechanism server) {
        RouterSocket router = sockets.open(RouterSocket::create, options -> options.mechanism(server));
        UnaryOperator<SocketOptions> options = all -> named(all).mechanism(client);
        DealerSocket first = sockets.open(DealerSocket::create, options);
        DealerSocket second = sockets.open(DealerSocket::create, options);
        Endpoint bound = router.bindNow(at);
        first.connectNow(bound);
        awaitPeers(router, 1);
        List<MonitorEvent> atRouter = events(router);
        List<MonitorEvent> atSecond = events(second);
        Mono<MonitorEvent.Retrying> retrying = sockets.next(second, MonitorEvent.Retrying.class);

        second.connectNow(bound);
        second.send(numbers(500)).block(TIMEOUT);

        assertRefused(retrying.block(TIMEOUT).cause());
        assertThat(atSecond).noneMatch(MonitorEvent.HandshakeSucceeded.class::isInstance);
        assertThat(atRouter)
                .noneMatch(MonitorEvent.HandshakeSucceeded.class::isInstance)
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                MonitorEvent.Refused.class,
                                refused -> assertThat(refused.why()).contains("another peer has the routing id")));
        first.close().block(TIMEOUT);
        StepVerifier.create(router.receive()
                        .take(500)
                        .map(message -> message.last().utf8())
                        .collectList())
                .assertNext(came -> assertThat(came).containsExactly(texts(500)))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(router.drops()).isEmpty();
        assertThat(second.drops()).isEmpty();
    }

    private static void assertRefused(Throwable why) {
        assertThat(why).isInstanceOfSatisfying(ZmtpHandshakeException.class, refused -> {
            assertThat(refused.failure()).isEqualTo(Failure.REFUSED);
            assertThat(refused.code()).isEqualTo(300);
            assertThat(refused.isFatal()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void whatASecondPairHasQueuedArrivesWhenTheFirstHasGone(String at) {
        PairSocket bound = sockets.open(PairSocket::create);
        PairSocket first = sockets.open(PairSocket::create);
        PairSocket second = sockets.open(PairSocket::create);
        Endpoint endpoint = bound.bindNow(at);
        first.connectNow(endpoint);
        awaitPeers(bound, 1);
        Mono<MonitorEvent.Retrying> retrying = sockets.next(second, MonitorEvent.Retrying.class);

        second.connectNow(endpoint);
        second.send(numbers(500)).block(TIMEOUT);

        assertRefused(retrying.block(TIMEOUT).cause());
        first.close().block(TIMEOUT);
        assertThat(receive(bound, 500)).containsExactly(texts(500));
        assertThat(bound.drops()).isEmpty();
        assertThat(second.drops()).isEmpty();
    }

    /** Though its last endpoint has the id, and keeps it, while those before wait for it. */
    @ParameterizedTest
    @ValueSource(strings = {TCP, INPROC})
    void everythingArrivesInOrderFromOneThatLeavesAndComesBackAtOnce(String at) {
        RouterSocket router = sockets.open(RouterSocket::create);
        DealerSocket dealer =
                sockets.open(DealerSocket::create, options -> named(options).linger(Duration.ofMinutes(5)));
        Endpoint bound = router.bindNow(at);
        dealer.connectNow(bound);
        awaitPeers(router, 1);
        dealer.send("0").block(TIMEOUT);

        List<Mono<Void>> gone = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            gone.add(dealer.disconnect(bound).cache());
            sockets.add(gone.get(i - 1).subscribe());
            dealer.connectNow(bound);
            dealer.send("" + i).block(TIMEOUT);
        }

        StepVerifier.create(router.receive()
                        .take(6)
                        .map(message -> message.last().utf8())
                        .collectList())
                .assertNext(came -> assertThat(came).containsExactly(texts(6)))
                .expectComplete()
                .verify(TIMEOUT);
        Mono.when(gone).block(TIMEOUT);
        assertThat(router.drops()).isEmpty();
        assertThat(dealer.drops()).isEmpty();
    }

    @Test
    void oneOfTwoThatComeAtOnceWithOneNameGetsIt() {
        RouterSocket router = sockets.open(RouterSocket::create);
        String at = router.bindNow(TCP).toString();
        for (int round = 0; round < 20; round++) {
            byte[] name = ("name " + round).getBytes();
            List<RawPeer> both = List.of(RawPeer.connect(at), RawPeer.connect(at));
            both.forEach(peer -> sockets.add(peer::close));
            both.forEach(peer -> peer.sendGreeting("NULL", false, 1));
            both.forEach(RawPeer::expectGreeting);
            List<Boolean> in = Flux.fromIterable(both)
                    .parallel(2)
                    .runOn(Schedulers.boundedElastic())
                    .map(peer ->
                            peer.sendReady("DEALER", Map.of("Identity", name)).readFrame())
                    .map(frame -> new String(frame.body(), StandardCharsets.ISO_8859_1).startsWith("\5READY"))
                    .sequential()
                    .collectList()
                    .block(TIMEOUT);
            assertThat(in).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void theOneThatHandsItsNameOverIsReadFirst() {
        RouterSocket router =
                sockets.open(RouterSocket::create, options -> options.handover().recvHwm(10));
        String at = router.bindNow(TCP).toString();
        RawPeer former = comer(at, "a");
        former.expectCommand("READY");
        String filler = "x".repeat(1000);
        IntStream.range(0, 200).forEach(i -> former.writeMessage("" + i, filler)); // far more than is read ahead

        RawPeer next = comer(at, "a");
        assertThat(former.awaitClosed(TIMEOUT)).isTrue();
        List<String> came = new CopyOnWriteArrayList<>();
        sockets.add(
                router.receive().subscribe(message -> came.add(message.part(1).utf8())));
        former.close();
        next.expectCommand("READY");
        next.writeMessage("200");

        Flux.interval(Duration.ofMillis(5)).filter(tick -> came.contains("200")).blockFirst(TIMEOUT);
        assertThat(came).containsExactly(texts(201));
    }

    private RawPeer comer(String at, String name) {
        RawPeer peer = RawPeer.connect(at);
        sockets.add(peer::close);
        peer.sendGreeting("NULL", false, 1).expectGreeting();
        return peer.sendReady("DEALER", Map.of("Identity", name.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aNameIsFreeAgainIfTheHandshakeFailsAfterItWasKept() {
        RouterSocket router = sockets.open(
                RouterSocket::create, options -> options.handover().handshakeTimeout(Duration.ofMillis(300)));
        String at = router.bindNow(TCP).toString();
        RawPeer holder = comer(at, "a");
        holder.expectCommand("READY");
        Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(router, MonitorEvent.HandshakeFailed.class);
        comer(at, "a"); // the name is kept for it while the first leaves
        failed.block(TIMEOUT);
        holder.close();

        DealerSocket next = sockets.open(DealerSocket::create, RefusalTests::named);
        next.connectNow(at);
        next.send("hello").block(TIMEOUT);

        assertThat(router.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("a", "hello"));
    }

    static Stream<Arguments> keys() {
        return mechanisms().skip(3);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aPeerOfTheWrongTypeIsAnsweredWithErrorInsteadOfReady(String at, Mechanism client, Mechanism server) {
        PullSocket pull = sockets.open(PullSocket::create, options -> options.mechanism(server));
        SubSocket sub = sockets.open(SubSocket::create, options -> options.mechanism(client));
        Mono<MonitorEvent.HandshakeFailed> here = sockets.next(pull, MonitorEvent.HandshakeFailed.class);
        Mono<MonitorEvent.HandshakeFailed> there = sockets.next(sub, MonitorEvent.HandshakeFailed.class);

        sub.connectNow(pull.bindNow(at));

        assertThat(here.block(TIMEOUT).cause())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        failed -> assertThat(failed.failure()).isEqualTo(Failure.SOCKET_TYPE));
        assertThat(there.block(TIMEOUT).cause())
                .hasMessageContaining("expected READY, but the peer refused with ERROR \"invalid-socket-type\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://refusal-tests-second"})
    void aPairDoesNotDialASecondEndpointUntilTheFirstIsLeft(String at) {
        PairSocket first = sockets.open(PairSocket::create);
        PairSocket second = sockets.open(PairSocket::create);
        PairSocket pair = sockets.open(PairSocket::create);
        Endpoint one = pair.connectNow(first.bindNow(at.equals(TCP) ? TCP : INPROC));
        awaitPeers(pair, 1);
        second.send("0").subscribe();
        Mono<MonitorEvent.Retrying> retrying = sockets.next(pair, MonitorEvent.Retrying.class);

        pair.connectNow(second.bindNow(at));

        assertRefused(retrying.block(TIMEOUT).cause());
        assertThat(second.peers()).isEmpty();
        pair.disconnect(one).block(TIMEOUT);
        assertThat(receive(pair)).isEqualTo("0");
        assertThat(second.drops()).isEmpty();
    }

    /** It can be refused only when it believes to be through. */
    @ParameterizedTest
    @MethodSource("mechanisms")
    void aBoundPeerHearsWhyARouterThatConnectedRefusesIt(String at, Mechanism client, Mechanism server) {
        RouterSocket router = sockets.open(RouterSocket::create, options -> options.mechanism(client));
        UnaryOperator<SocketOptions> options = all -> named(all).mechanism(server);
        DealerSocket first = sockets.open(DealerSocket::create, options);
        DealerSocket second = sockets.open(DealerSocket::create, options);
        router.connectNow(first.bindNow(at));
        awaitPeers(router, 1);
        Mono<Throwable> disconnected = why(second);
        Mono<Throwable> retrying =
                sockets.next(router, MonitorEvent.Retrying.class).map(MonitorEvent.Retrying::cause);

        router.connectNow(second.bindNow(at.equals(TCP) ? TCP : INPROC + "-second"));

        assertRefused(disconnected.block(TIMEOUT));
        assertRefused(retrying.block(TIMEOUT));
    }

    /** Why the next peer of a socket goes, or does not come. */
    private Mono<Throwable> why(ZmtpSocket socket) {
        Mono<Throwable> why = socket.monitor()
                .<Throwable>handle((event, sink) -> {
                    if (event instanceof MonitorEvent.Disconnected gone
                            && gone.closed().cause() != null) {
                        sink.next(gone.closed().cause());
                    } else if (event instanceof MonitorEvent.HandshakeFailed failed) {
                        sink.next(failed.cause());
                    }
                })
                .next()
                .cache();
        sockets.add(why.subscribe());
        return why;
    }

    @Test
    void whereThePeerMayHaveToChooseTheSideThatConnectsSaysReadyWithItsGreeting() {
        try (var listener = RawPeer.listen()) {
            DealerSocket dealer = sockets.open(DealerSocket::create);
            dealer.connectNow(listener.endpoint());
            RawPeer peer = listener.accept();
            sockets.add(peer::close);
            peer.expectGreeting();
            peer.expectCommand("READY"); // before any octet of ours
        }
    }

    @Test
    void aRouterAndAnAuthenticatorOfTheSideThatConnectsDoNotWaitForEachOther() {
        RouterSocket router =
                sockets.open(RouterSocket::create, options -> options.mechanism(NullMechanism.create(ANYBODY)));
        DealerSocket dealer =
                sockets.open(DealerSocket::create, options -> named(options).mechanism(NullMechanism.create(ANYBODY)));

        dealer.connectNow(router.bindNow(TCP));
        dealer.send("hello").block(TIMEOUT);

        assertThat(router.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("a", "hello"));
    }
}
