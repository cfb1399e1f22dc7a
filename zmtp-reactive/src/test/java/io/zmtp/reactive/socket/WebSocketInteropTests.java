package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.NodePeers;
import io.zmtp.reactive.testing.RequiresNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** jszmq, which has no mechanism, and what else of libzmq's ws is not in the matrix. */
@RequiresNode
class WebSocketInteropTests {

    private static final List<Message> MESSAGES = List.of(
            Message.of("text"),
            Message.of(Bytes.EMPTY),
            Message.of(new byte[] {(byte) 0xff, 0, 0x7f}),
            Message.of("m".repeat(255), "", "m".repeat(256)),
            Message.of(new byte[70_000]),
            Message.of(new byte[8 << 20]),
            Message.of(
                    IntStream.range(0, 300).mapToObj(i -> Bytes.utf8("m" + i)).toList()));

    private static NodePeers node;

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final List<Theirs> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        node = NodePeers.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void close() {
        open.forEach(each -> each.close().run());
    }

    private Theirs open(String library, SocketType type, Map<String, Object> options) {
        Theirs theirs = Theirs.open(node, library, type, options);
        open.add(theirs);
        return theirs;
    }

    private Theirs meet(Way way, ZmtpSocket ours, SocketType type) {
        Theirs theirs = open("jszmq", type, Map.of());
        way.meet(ours, Path.of("unused"), theirs.bind(), theirs.connect());
        return theirs;
    }

    private enum Bind {
        WE(Way.WE_BIND_WS),
        THEY(Way.THEY_BIND_WS);

        final Way way;

        Bind(Way way) {
            this.way = way;
        }
    }

    private static void weReceive(Receiver ours) {
        assertThat(ours.receive().take(MESSAGES.size()).collectList().block(TIMEOUT))
                .isEqualTo(MESSAGES);
    }

    @ParameterizedTest
    @EnumSource
    void pushesToJszmqAndPullsFromIt(Bind bind) {
        PushSocket push = sockets.open(PushSocket::create);
        Theirs pull = meet(bind.way, push, SocketType.PULL);
        sockets.add(push.send(Flux.fromIterable(MESSAGES)).subscribe());
        MESSAGES.forEach(message -> assertThat(pull.receive()).isEqualTo(message));

        PullSocket ours = sockets.open(PullSocket::create);
        Theirs theirs = meet(bind.way, ours, SocketType.PUSH);
        MESSAGES.forEach(theirs::send);
        weReceive(ours);
    }

    @ParameterizedTest
    @EnumSource
    void publishesToJszmqAndSubscribesToIt(Bind bind) {
        PubSocket pub = sockets.open(PubSocket::create);
        Theirs sub = meet(bind.way, pub, SocketType.SUB);
        sockets.add(pub.awaitSubscribers("", 1)
                .then(pub.send(Flux.fromIterable(MESSAGES)))
                .subscribe());
        MESSAGES.forEach(message -> assertThat(sub.receive()).isEqualTo(message));

        SubSocket ours = sockets.open(SubSocket::create);
        Theirs theirs = meet(bind.way, ours, SocketType.PUB);
        ours.subscribe("m");
        Mono<Message> heard = ours.receive(Duration.ofMillis(20));
        Way.until(() -> {
            theirs.send(Message.of("other"));
            theirs.send(Message.of("mine", "x"));
            return heard.block() != null;
        });
        theirs.send(Message.of("mine", "x"));
        assertThat(ours.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("mine", "x"));
    }

    @ParameterizedTest
    @EnumSource
    void asksJszmqAndAnswersIt(Bind bind) {
        ReqSocket req = sockets.open(ReqSocket::create);
        Theirs rep = meet(bind.way, req, SocketType.REP);
        for (Message message : MESSAGES) {
            Mono<Message> reply = req.request(message).cache();
            sockets.add(reply.subscribe());
            rep.send(rep.receive());
            assertThat(reply.block(TIMEOUT)).isEqualTo(message);
        }

        RepSocket ours = sockets.open(RepSocket::create);
        Theirs theirs = meet(bind.way, ours, SocketType.REQ);
        sockets.add(ours.serve(Mono::just).subscribe());
        for (Message message : MESSAGES) {
            theirs.send(message);
            assertThat(theirs.receive()).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @EnumSource
    void dealsWithARouterOfJszmqAndRoutesToItsDealer(Bind bind) {
        DealerSocket dealer = sockets.open(DealerSocket::create, all -> all.routingId(Bytes.utf8("ours")));
        Theirs router = meet(bind.way, dealer, SocketType.ROUTER);
        sockets.add(dealer.send(Flux.fromIterable(MESSAGES)).subscribe());
        MESSAGES.forEach(message -> router.send(router.receive()));
        weReceive(dealer);

        RouterSocket ours = sockets.open(RouterSocket::create);
        Theirs theirs = meet(bind.way, ours, SocketType.DEALER);
        assertThat(ours.peers().get(0).peer().routingId()).isEqualTo(Theirs.NAME);
        sockets.add(ours.send(ours.receive()).subscribe());
        for (Message message : MESSAGES) {
            theirs.send(message);
            assertThat(theirs.receive()).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @EnumSource
    void talksWithAPairOfJszmq(Bind bind) {
        PairSocket pair = sockets.open(PairSocket::create);
        Theirs theirs = meet(bind.way, pair, SocketType.PAIR);
        sockets.add(pair.send(Flux.fromIterable(MESSAGES)).subscribe());
        MESSAGES.forEach(message -> {
            assertThat(theirs.receive()).isEqualTo(message);
            theirs.send(message);
        });
        weReceive(pair);
    }

    /** Theirs answers, as {@code ws} does for it. */
    @Test
    void heartbeatsReachJszmq() {
        PairSocket pair =
                sockets.open(PairSocket::create, all -> all.heartbeat(Duration.ofMillis(20), Duration.ofSeconds(5)));
        meet(Way.WE_BIND_WS, pair, SocketType.PAIR);
        Way.until(() -> pair.peers().get(0).roundTrip().isPresent());
    }

    // ---- libzmq

    @Test
    void aClientOfLibzmqLogsInByPlain() {
        PullSocket pull = sockets.open(
                PullSocket::create,
                all -> all.mechanism(PlainMechanism.server(shown -> Mono.just(
                        "ann".equals(shown.username()) ? Verdict.accept("ann") : Verdict.refuse("unknown")))));
        String endpoint = pull.bindNow("ws://127.0.0.1:*/plain").toString();
        Theirs push = open("zeromq", SocketType.PUSH, Map.of("plainUsername", "ann", "plainPassword", "secret"));
        push.connect().accept(endpoint);
        MESSAGES.forEach(push::send);
        weReceive(pull);
        assertThat(pull.peers().get(0).peer().userId()).isEqualTo("ann");
    }

    @Test
    void aSocketOfLibzmqThatComesBackIsServedAgain() {
        PullSocket pull = sockets.open(PullSocket::create);
        Theirs push = open("zeromq", SocketType.PUSH, Map.of("reconnectInterval", 20));
        String endpoint = pull.bindNow("ws://127.0.0.1:*/again").toString();
        push.connect().accept(endpoint);
        push.send(Message.of("1"));
        assertThat(Sockets.receive(pull)).isEqualTo("1");
        pull.unbind(Endpoint.parse(endpoint)).block(TIMEOUT);
        Sockets.awaitPeers(pull, 0);
        pull.bindNow(endpoint);
        Sockets.awaitPeers(pull, 1);
        push.send(Message.of("2"));
        assertThat(Sockets.receive(pull)).isEqualTo("2");
    }

    @Test
    void logsInAtALibzmqThatIsAServerOfPlain() {
        try (NodePeers other = NodePeers.start()) {
            other.admit("ann", "secret");
            Theirs pull = Theirs.open(other, "zeromq", SocketType.PULL, Map.of("plainServer", true));
            PushSocket push = sockets.open(
                    PushSocket::create, all -> Sockets.quick(all).mechanism(PlainMechanism.client("ann", "secret")));
            PushSocket unknown = sockets.open(
                    PushSocket::create, all -> Sockets.quick(all).mechanism(PlainMechanism.client("ann", "guess")));
            String endpoint = pull.bind().apply("ws://127.0.0.1:*/plain");
            Mono<MonitorEvent.HandshakeFailed> refused = sockets.next(unknown, MonitorEvent.HandshakeFailed.class);
            unknown.connectNow(endpoint);
            assertThat(refused.block(TIMEOUT).cause()).hasMessageContaining("400");
            push.connectNow(endpoint);
            sockets.add(push.send(Flux.fromIterable(MESSAGES)).subscribe());
            MESSAGES.forEach(message -> assertThat(pull.receive()).isEqualTo(message));
        }
    }

    /** Which side binds and which is the server of a mechanism are two things. */
    @Test
    void aServerOfPlainMayConnectToALibzmqThatIsItsClient() {
        PullSocket pull = sockets.open(
                PullSocket::create,
                all -> Sockets.quick(all)
                        .mechanism(PlainMechanism.server(shown -> Mono.just(Verdict.accept(shown.username())))));
        Theirs push = open("zeromq", SocketType.PUSH, Map.of("plainUsername", "ann", "plainPassword", "secret"));
        Way.THEY_BIND_WS.meet(pull, Path.of("unused"), push.bind(), push.connect());
        MESSAGES.forEach(push::send);
        weReceive(pull);
        assertThat(pull.peers().get(0).peer().userId()).isEqualTo("ann");
    }

    /** Theirs ends a connection whose PING is not answered in time. */
    @Test
    void heartbeatsGoBothWaysWithLibzmq() {
        PairSocket pair =
                sockets.open(PairSocket::create, all -> all.heartbeat(Duration.ofMillis(50), Duration.ofSeconds(5)));
        Theirs theirs = open(
                "zeromq",
                SocketType.PAIR,
                Map.of("heartbeatInterval", 50, "heartbeatTimeout", 300, "heartbeatTimeToLive", 300));
        Way.WE_BIND_WS.meet(pair, Path.of("unused"), theirs.bind(), theirs.connect());
        StepVerifier.create(pair.monitor().ofType(MonitorEvent.Disconnected.class))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(800))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(pair.peers().get(0).roundTrip()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jszmq", "zeromq"})
    void aPeerThatIsKilledIsReportedAsOverTcp(String library) {
        PullSocket pull = sockets.open(PullSocket::create);
        String endpoint = pull.bindNow("ws://127.0.0.1:*/killed").toString();
        Mono<MonitorEvent.Disconnected> gone = sockets.next(pull, MonitorEvent.Disconnected.class);
        try (NodePeers other = NodePeers.start()) {
            NodePeers.Socket push = other.open(library, "Push", Map.of());
            push.connect(endpoint);
            push.send("last".getBytes(StandardCharsets.US_ASCII));
            assertThat(Sockets.receive(pull)).isEqualTo("last");
        }
        assertThat(gone.block(TIMEOUT).closed().reason()).isIn(Closed.Reason.PEER, Closed.Reason.IO);
        assertThat(pull.drops()).isEmpty();
    }

    // ---- XPUB and XSUB of jszmq

    private static final Message SUBSCRIPTION = Message.of(Bytes.wrap(new byte[] {1, 'm'}));

    @ParameterizedTest
    @EnumSource
    void publishesToAnXSubOfJszmqAndReceivesWhatItSendsUpstream(Bind bind) {
        XPubSocket xpub = sockets.open(XPubSocket::create);
        Theirs xsub = meet(bind.way, xpub, SocketType.XSUB);
        Way.until(
                () -> { // a bound jszmq may not have its peer yet
                    xsub.send(SUBSCRIPTION);
                    return xpub.awaitSubscribers("m", 1)
                            .then(Mono.just(true))
                            .timeout(Duration.ofMillis(50), Mono.just(false))
                            .block();
                });
        xpub.send("other", "dropped").block(TIMEOUT);
        xpub.send("mine").block(TIMEOUT);
        assertThat(xsub.receive()).isEqualTo(Message.of("mine"));
        xsub.send(Message.of("upstream"));
        Flux<Message> came = xpub.receive();
        assertThat(came.filter(message -> !message.equals(SUBSCRIPTION)).blockFirst(TIMEOUT))
                .isEqualTo(Message.of("upstream"));
    }

    @ParameterizedTest
    @EnumSource
    void subscribesToAnXPubOfJszmqAndSendsUpstream(Bind bind) {
        XSubSocket xsub = sockets.open(XSubSocket::create);
        Theirs xpub = meet(bind.way, xsub, SocketType.XPUB);
        xsub.send(SUBSCRIPTION).block(TIMEOUT);
        assertThat(xpub.receive()).isEqualTo(SUBSCRIPTION);
        xpub.send(Message.of("mine"));
        assertThat(xsub.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("mine"));
        xsub.send(Message.of("upstream", "x")).block(TIMEOUT);
        assertThat(xpub.receive()).isEqualTo(Message.of("upstream", "x"));
    }
}
