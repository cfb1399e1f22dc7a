package io.zmtp.reactive.connection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.transport.ws.UpgradeAnswer;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import io.zmtp.reactive.transport.ws.WebSocketAcceptor;
import io.zmtp.reactive.transport.ws.WebSocketHost;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** Sockets at a path of a web server that hands them frames. The peers here speak ZWS without a mechanism, as jszmq does. */
class HostedPathTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final InetSocketAddress PEER = InetSocketAddress.createUnresolved("peer.example", 4711);

    /** A web server as it is seen from a socket. */
    private static final class Host implements WebSocketHost {

        final Map<String, WebSocketAcceptor> paths = new ConcurrentHashMap<>();

        @Override
        public Disposable serve(String path, WebSocketAcceptor acceptor) throws BindException {
            if (paths.putIfAbsent(path, acceptor) != null) {
                throw new BindException(path + " is taken");
            }
            return () -> paths.remove(path, acceptor);
        }

        UpgradeAnswer ask(UpgradeRequest request) {
            UpgradeAnswer answer = paths.get(request.path()).ask(request).block(TIMEOUT);
            assertThat(answer).isNotNull();
            return answer;
        }

        Client connect(String path, long demand) {
            UpgradeAnswer answer = ask(request(path, null));
            assertThat(answer).isInstanceOf(UpgradeAnswer.Accept.class);
            Client client = new Client();
            ((UpgradeAnswer.Accept) answer).connect().apply(client.flux()).subscribe(client.received);
            client.received.request(demand);
            return client;
        }
    }

    /** The peer. */
    private static final class Client {

        final Sinks.Many<WebSocketFrame> frames = Sinks.many().unicast().onBackpressureBuffer();
        final AtomicLong asked = new AtomicLong();
        final BlockingQueue<String> came = new LinkedBlockingQueue<>();
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final BaseSubscriber<WebSocketFrame> received = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // the test asks
            }

            @Override
            protected void hookOnNext(WebSocketFrame frame) {
                threads.add(Thread.currentThread().getName());
                came.add(
                        frame instanceof CloseWebSocketFrame close
                                ? "close " + close.statusCode() + " " + close.reasonText()
                                : frame.getClass().getSimpleName().charAt(0) == 'P'
                                        ? frame.getClass().getSimpleName().substring(0, 4) + " "
                                                + frame.content().toString(StandardCharsets.UTF_8)
                                        : ByteBufUtil.hexDump(frame.content()));
                frame.release();
            }

            @Override
            protected void hookOnComplete() {
                came.add("end");
            }

            @Override
            protected void hookOnError(Throwable failure) {
                came.add(String.valueOf(failure.getMessage()));
            }
        };

        Flux<WebSocketFrame> flux() {
            return frames.asFlux().doOnRequest(asked::addAndGet);
        }

        void say(WebSocketFrame frame) {
            frames.tryEmitNext(frame).orThrow();
        }

        void say(String flagsAndBody) {
            say(new BinaryWebSocketFrame(Unpooled.copiedBuffer(flagsAndBody, StandardCharsets.UTF_8)));
        }

        String next() throws InterruptedException {
            String next = came.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }
    }

    private record User(String getName) implements Principal {}

    private static UpgradeRequest request(String path, Principal principal) {
        return request(path, principal, "Sec-WebSocket-Protocol: ZWS2.0/XYZ, ZWS2.0");
    }

    private static UpgradeRequest request(String path, Principal principal, String... change) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(List.of(
                Map.entry("upgrade", "WebSocket"),
                Map.entry("Connection", "keep-alive, Upgrade"),
                Map.entry("Sec-WebSocket-Version", "13"),
                Map.entry("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                Map.entry("Sec-WebSocket-Protocol", "ZWS2.0")));
        for (String each : change) {
            String[] field = each.split(": ?", 2);
            headers.removeIf(known -> known.getKey().equalsIgnoreCase(field[0]));
            if (!field[1].isEmpty()) {
                headers.add(Map.entry(field[0], field[1]));
            }
        }
        return new UpgradeRequest(path, "", headers, PEER, null, principal);
    }

    private final Host host = new Host();
    private final List<Disposable> opened = new ArrayList<>();

    private UnaryOperator<SocketOptions> hosted(UnaryOperator<ZmtpServer> more) {
        return options -> options.server(server -> more.apply(server.webSocketHost(host)));
    }

    private PubSocket pub() {
        PubSocket pub = PubSocket.create(hosted(UnaryOperator.identity()));
        opened.add(pub);
        assertThat(pub.bind("ws:/ticks").block(TIMEOUT)).hasToString("ws:/ticks");
        return pub;
    }

    private PullSocket pull(UnaryOperator<SocketOptions> options) {
        PullSocket pull = PullSocket.create(options);
        opened.add(pull);
        pull.bind("ws:/jobs").block(TIMEOUT);
        return pull;
    }

    @AfterEach
    void close() {
        opened.forEach(Disposable::dispose);
    }

    @Test
    void aSubscriberGetsWhatIsPublished() throws InterruptedException {
        PubSocket pub = pub();
        Client client = host.connect("/ticks", Long.MAX_VALUE);
        client.say("\0"); // its routing id
        assertThat(client.next()).isEqualTo("00"); // ours
        client.say("\0\1t");
        pub.awaitSubscribers("tick", 1)
                .then(Mono.defer(() -> pub.send(Message.of("tick", "x".repeat(300)))))
                .block(TIMEOUT);
        assertThat(client.next()).isEqualTo("01" + "7469636b");
        assertThat(client.next()).isEqualTo("00" + "78".repeat(300));
    }

    @Test
    void nothingIsEmittedThatWasNotAskedFor() throws InterruptedException {
        PubSocket pub = pub();
        Client client = host.connect("/ticks", 1);
        client.say("\0");
        client.say("\0\1");
        assertThat(client.next()).isEqualTo("00");
        pub.awaitSubscribers("", 1)
                .then(Mono.defer(() -> pub.send(Message.of("one"))))
                .then(Mono.defer(() -> pub.send(Message.of("two"))))
                .block(TIMEOUT);
        client.say(new PingWebSocketFrame(Unpooled.copiedBuffer("x", StandardCharsets.UTF_8)));
        client.received.request(1);
        assertThat(client.next()).isEqualTo("006f6e65");
        assertThat(client.came).isEmpty();
        client.received.request(2);
        assertThat(List.of(client.next(), client.next())).containsExactlyInAnyOrder("0074776f", "Pong x");
    }

    @Test
    void nothingIsAskedForThatNobodyWants() throws InterruptedException {
        PullSocket pull = pull(options -> hosted(UnaryOperator.identity()).apply(options.recvHwm(4)));
        Client client = host.connect("/jobs", Long.MAX_VALUE);
        client.say("\0");
        assertThat(client.next()).isEqualTo("00");
        for (int i = 0; i < 100; i++) {
            client.say("\0" + "job".repeat(10_000));
        }
        client.say(new PingWebSocketFrame());
        StepVerifier.create(pull.receive(), 1)
                .expectNextCount(1)
                .then(() -> assertThat(client.asked).hasValueLessThan(40))
                .thenRequest(99)
                .expectNextCount(99)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(client.next()).isEqualTo("Pong ");
        assertThat(client.asked.get()).isBetween(101L, 104L);
    }

    @Test
    void aHostMayAnswerTheSubscriptionLate() throws InterruptedException {
        PullSocket pull = pull(hosted(UnaryOperator.identity()));
        Client client = new Client();
        Flux<WebSocketFrame> late = Flux.from(subscriber ->
                Schedulers.parallel().schedule(() -> client.flux().subscribe(subscriber), 50, MILLISECONDS));
        ((UpgradeAnswer.Accept) host.ask(request("/jobs", null)))
                .connect()
                .apply(late)
                .subscribe(client.received);
        client.received.request(9);
        client.say("\0");
        client.say("\0job");
        assertThat(pull.receive().next().block(TIMEOUT)).isEqualTo(Message.of("job"));
    }

    @Test
    void readsAMessageInFragmentsAndRefusesText() throws InterruptedException {
        PullSocket pull = pull(hosted(UnaryOperator.identity()));
        Client client = host.connect("/jobs", Long.MAX_VALUE);
        client.say("\0");
        assertThat(client.next()).isEqualTo("00");
        StepVerifier.create(pull.receive().map(Message::text))
                .then(() -> {
                    client.say(
                            new BinaryWebSocketFrame(false, 0, Unpooled.copiedBuffer("\0he", StandardCharsets.UTF_8)));
                    client.say(new ContinuationWebSocketFrame(
                            true, 0, Unpooled.copiedBuffer("llo", StandardCharsets.UTF_8)));
                })
                .expectNext("hello")
                .thenCancel()
                .verify(TIMEOUT);
        client.say(new TextWebSocketFrame("text"));
        assertThat(client.next()).startsWith("close 1003 ");
        assertThat(client.next()).isEqualTo("end");
    }

    @Test
    void closesWith1001WhenItIsUnbound() throws InterruptedException {
        PubSocket pub = pub();
        Client client = host.connect("/ticks", Long.MAX_VALUE);
        client.say("\0");
        assertThat(client.next()).isEqualTo("00");
        pub.onPeer().blockFirst(TIMEOUT);
        pub.unbind(Endpoint.parse("ws:/ticks")).block(TIMEOUT);
        assertThat(client.next()).isEqualTo("close 1001 closed");
        assertThat(client.next()).isEqualTo("end");
        assertThat(host.paths).isEmpty();
        pub.bind("ws:/ticks").block(TIMEOUT);
        assertThat(host.paths).containsOnlyKeys("/ticks");
    }

    @Test
    void aPeerThatTakesNothingIsCutOffAtTheEnd() throws InterruptedException {
        PubSocket pub = pub();
        Client client = host.connect("/ticks", 0);
        client.say("\0");
        pub.onPeer().blockFirst(TIMEOUT);
        pub.close().block(TIMEOUT);
        assertThat(client.next()).contains("expected the peer to take a CLOSE");
    }

    @Test
    void aPeerThatGoesIsGone() {
        PubSocket pub = pub();
        Client closing = host.connect("/ticks", Long.MAX_VALUE);
        closing.say("\0");
        pub.onPeer().blockFirst(TIMEOUT);
        StepVerifier.create(pub.monitor().filter(event -> event.toString().startsWith("Disconnected")))
                .then(() -> {
                    closing.say(new CloseWebSocketFrame(1000, "bye"));
                    closing.frames.tryEmitComplete();
                })
                .expectNextCount(1)
                .thenCancel()
                .verify(TIMEOUT);
        Client cancelling = host.connect("/ticks", Long.MAX_VALUE);
        cancelling.say("\0");
        pub.onPeer().blockFirst(TIMEOUT);
        StepVerifier.create(pub.monitor().filter(event -> event.toString().startsWith("Disconnected")))
                .then(() -> {
                    cancelling.received.cancel();
                    cancelling.frames.tryEmitComplete();
                })
                .expectNextCount(1)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(pub.peers()).isEmpty();
    }

    @Test
    void theirWorkIsSpreadOverTheEventLoops() throws InterruptedException {
        LoopResources two = LoopResources.create("hosted", 2, true);
        opened.add(two);
        pull(options -> hosted(UnaryOperator.identity()).apply(options.runOn(two)));
        Set<String> threads = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            Client client = host.connect("/jobs", Long.MAX_VALUE);
            assertThat(client.next()).isEqualTo("00");
            threads.addAll(client.threads);
        }
        assertThat(threads).hasSize(2);
    }

    /** As by a timeout that is over just when the path is bound. */
    @Test
    void aBindThatIsCancelledWhileThePathIsBoundFreesIt() {
        BaseSubscriber<Binding> binding = new BaseSubscriber<>() {};
        CountDownLatch served = new CountDownLatch(1);
        WebSocketHost slow = (path, acceptor) -> {
            binding.dispose();
            Disposable free = host.serve(path, acceptor);
            return () -> {
                free.dispose();
                served.countDown();
            };
        };
        ZmtpServer.create()
                .socketType(SocketType.PULL)
                .webSocketHost(slow)
                .bind("ws:/jobs")
                .subscribe(binding);
        assertThat(await(served)).isTrue();
        assertThat(host.paths).isEmpty();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void whatAPeerHadSentBeforeItWentIsReceived() {
        PullSocket pull = pull(hosted(UnaryOperator.identity()).andThen(options -> options.recvHwm(1))::apply);
        Client client = host.connect("/jobs", Long.MAX_VALUE);
        client.say("\0");
        pull.onPeer().blockFirst(TIMEOUT);
        for (int i = 0; i < 30; i++) {
            client.say("\0" + i);
        }

        client.received.cancel(); // as a web server does whose connection has ended
        client.frames.tryEmitComplete();

        StepVerifier.create(pull.receive().map(Message::text).take(30))
                .expectNextSequence(
                        IntStream.range(0, 30).mapToObj(Integer::toString).toList())
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(pull.drops()).isEmpty();
    }

    @Test
    void thePrincipalOfTheRequestIsOnThePeer() {
        PubSocket pub = pub();
        UpgradeAnswer answer = host.ask(request("/ticks", new User("ada")));
        Client client = new Client();
        ((UpgradeAnswer.Accept) answer).connect().apply(client.flux()).subscribe(client.received);
        client.received.request(9);
        client.say("\0");
        Peer peer = pub.onPeer().blockFirst(TIMEOUT).peer();
        assertThat(peer.principal()).isEqualTo(new User("ada"));
        assertThat(peer.userId()).isEqualTo("ada");
        assertThat(peer.address()).isEqualTo(PEER);
        assertThat(peer.socketType()).isEqualTo(SocketType.SUB);
    }

    @ParameterizedTest
    @CsvSource({
        "upgrade:, 426, Upgrade: websocket",
        "Connection: close, 400, Connection",
        "Sec-WebSocket-Version: 12, 426, 13",
        "Sec-WebSocket-Key: x, 400, Key",
        "Sec-WebSocket-Protocol: ZWS2.0/CURVE, 400, 'ZWS2.0/NULL, ZWS2.0'",
        "Sec-WebSocket-Protocol:, 400, 'ZWS2.0/NULL, ZWS2.0'",
    })
    void refusesARequestThatIsNoneForAWebSocket(String header, int status, String sentence) {
        pub();
        UpgradeAnswer answer = host.ask(request("/ticks", null, header));
        assertThat(answer).isInstanceOfSatisfying(UpgradeAnswer.Refuse.class, refuse -> {
            assertThat(refuse.status()).isEqualTo(status);
            assertThat(refuse.sentence()).contains(sentence);
        });
    }

    @Test
    void refusesWhatTheUsersUpgradeRefusesAndThoseThatAreTooMany() {
        PullSocket pull = pull(hosted(server -> server.maxConnections(1)
                .upgrade(request -> Mono.just(
                        request.header("Token").isPresent()
                                ? Verdict.accept("with a token")
                                : Verdict.refuse(401, "no token")))));
        assertThat(host.ask(request("/jobs", null))).isEqualTo(new UpgradeAnswer.Refuse(401, "refused"));
        UpgradeRequest good = request("/jobs", new User("ada"), "Token: x");
        Client client = new Client();
        ((UpgradeAnswer.Accept) host.ask(good)).connect().apply(client.flux()).subscribe(client.received);
        client.say("\0");
        assertThat(pull.onPeer().blockFirst(TIMEOUT).peer().userId()).isEqualTo("with a token");
        assertThat(host.ask(good))
                .isInstanceOfSatisfying(
                        UpgradeAnswer.Refuse.class,
                        refuse -> assertThat(refuse.status()).isEqualTo(503));
    }

    @Test
    void refusesAPathWithoutAHostAndOneThatIsTaken() {
        PubSocket pub = PubSocket.create();
        opened.add(pub);
        StepVerifier.create(Mono.defer(() -> pub.bind("ws:/ticks")))
                .expectErrorSatisfies(refused -> assertThat(refused)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("ws:/ticks: expected ws://host:port/path, but there is no host"))
                .verify(TIMEOUT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pub.connect("ws:/ticks").block(TIMEOUT))
                .withMessageContaining("no host");
        pub();
        PubSocket second = PubSocket.create(hosted(UnaryOperator.identity()));
        opened.add(second);
        StepVerifier.create(second.bind("ws:/ticks"))
                .expectError(BindException.class)
                .verify(TIMEOUT);
    }

    @Test
    void aPeerThatGoesBeforeItHasAnEventLoopLeavesNoPlaceTaken() throws InterruptedException {
        PullSocket jobs = pull(hosted(server -> server.maxConnections(2)));
        for (int i = 0; i < 200; i++) {
            if (host.ask(request("/jobs", null)) instanceof UpgradeAnswer.Accept accept) {
                accept.connect()
                        .apply(Flux.never())
                        .subscribe(WebSocketFrame::release)
                        .dispose();
            }
        }
        Flux.interval(Duration.ofMillis(10))
                .concatMap(tick -> host.paths.get("/jobs").ask(request("/jobs", null)))
                .filter(UpgradeAnswer.Accept.class::isInstance)
                .blockFirst(TIMEOUT);
        Client client = host.connect("/jobs", Long.MAX_VALUE);
        client.say("\0");
        assertThat(client.next()).isEqualTo("00");
        assertThat(jobs.onPeer().blockFirst(TIMEOUT)).isNotNull();
    }
}
