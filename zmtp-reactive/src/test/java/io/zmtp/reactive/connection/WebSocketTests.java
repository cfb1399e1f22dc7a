package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.first;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

/** Connections of our own over ws and wss. */
class WebSocketTests {

    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();

    private final Opened opened = new Opened();
    private final Sinks.Many<Closed> ends = Sinks.many().replay().all();

    @AfterEach
    void close() {
        opened.close();
    }

    enum Lock {
        NULL,
        PLAIN,
        CURVE;

        ZmtpServer server(ZmtpServer server) {
            return switch (this) {
                case NULL -> server;
                case PLAIN -> server.mechanism(PlainMechanism.server(any -> Mono.just(Verdict.accept("user"))));
                case CURVE -> server.mechanism(CurveMechanism.server(SERVER, Authenticator.anyone()));
            };
        }

        ZmtpClient client(ZmtpClient client) {
            return switch (this) {
                case NULL -> client;
                case PLAIN -> client.mechanism(PlainMechanism.client("name", "password"));
                case CURVE -> client.mechanism(CurveMechanism.client(SERVER.publicKey(), CLIENT));
            };
        }
    }

    private static ZmtpServer pairServer() {
        return ZmtpServer.create().socketType(SocketType.PAIR);
    }

    private static ZmtpClient pairClient() {
        return ZmtpClient.create().socketType(SocketType.PAIR);
    }

    private static void echo(Pair pair) {
        Message[] messages = IntStream.of(0, 1, 124, 125, 126, 255, 256, 65_534, 65_535, 65_536, 3 << 20)
                .mapToObj(size ->
                        Message.of(Bytes.wrap(new byte[size]), Bytes.EMPTY, Bytes.utf8("x".repeat(size % 1000))))
                .toArray(Message[]::new);
        for (ZmtpConnection[] way :
                new ZmtpConnection[][] {{pair.client(), pair.server()}, {pair.server(), pair.client()}}) {
            StepVerifier.create(way[1].receive().take(messages.length))
                    .then(() -> way[0].send(Flux.fromArray(messages)).subscribe())
                    .expectNext(messages)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource(Lock.class)
    void passesMessagesOfAllSizesBothWays(Lock lock) {
        echo(opened.pair(lock.server(pairServer()), lock.client(pairClient()), "ws://127.0.0.1:*/pair"));
    }

    @Test
    void passesMessagesOverTls() {
        Pair pair = opened.pair(
                pairServer().secure(TestCertificates.serverContext(TestCertificates.server())),
                pairClient().secure(TestCertificates.clientContext()),
                "wss://localhost:*/pair");
        assertThat(pair.client().tls()).isPresent();
        assertThat(pair.server().tls()).isPresent();
        echo(pair);
    }

    @Test
    void aServerOfWssNeedsACertificate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pull().bind("wss://127.0.0.1:*/"))
                .withMessageContaining("secure");
    }

    @Test
    void anotherHostsCertificateIsRefused() {
        Binding binding = opened.bind(
                pull().secure(TestCertificates.serverContext(TestCertificates.wrongHost())), "wss://localhost:*/");
        StepVerifier.create(push().secure(TestCertificates.clientContext()).connect(binding.endpoint()))
                .expectError(javax.net.ssl.SSLException.class)
                .verify(TIMEOUT);
    }

    @Test
    void showsEachSideTheOther() {
        Pair pair = opened.pair(
                pairServer().metadata("X-Side", Bytes.utf8("server")),
                pairClient().routingId(Bytes.utf8("me")),
                "ws://127.0.0.1:*/pair");
        assertThat(pair.server().peer().routingId()).isEqualTo(Bytes.utf8("me"));
        assertThat(pair.client().peer().properties().text("X-Side")).hasValue("server");
        assertThat(pair.client().endpoint().toString())
                .startsWith("ws://127.0.0.1:")
                .endsWith("/pair");
        assertThat(pair.server().endpoint()).isEqualTo(pair.client().endpoint());
    }

    @Test
    void sendsFiles(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[300_000]);
        Bytes piece = Bytes.wrap(new byte[100_000]);
        Pair pair = opened.pair("ws://127.0.0.1:*/");
        for (ZmtpConnection[] way :
                new ZmtpConnection[][] {{pair.client(), pair.server()}, {pair.server(), pair.client()}}) {
            StepVerifier.create(way[1].receive().take(1))
                    .then(() -> way[0].sendFile(file, 100_000).subscribe())
                    .expectNext(Message.of(piece, piece, piece))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource(Lock.class)
    void heartbeatsKeepASilentConnection(Lock lock) {
        Pair pair = opened.pair(
                lock.server(pairServer()).heartbeat(Duration.ofMillis(20), Duration.ofMillis(300)),
                lock.client(pairClient()).heartbeat(Duration.ofMillis(20), Duration.ofMillis(300)),
                "ws://127.0.0.1:*/");
        StepVerifier.create(Mono.firstWithSignal(
                        pair.client().onClose(), pair.server().onClose()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(700))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(pair.client().idleTime()).isLessThan(Duration.ofMillis(300));
    }

    @Test
    void aReceiverThatAsksForNothingHoldsTheSenderBack() {
        Pair pair = opened.pair("ws://127.0.0.1:*/");
        Message large = Message.of(new byte[100_000]);
        StepVerifier.create(Flux.range(0, 1000)
                        .concatMap(i -> pair.client().send(large).timeout(Duration.ofSeconds(1)))
                        .then())
                .expectError(java.util.concurrent.TimeoutException.class)
                .verify(TIMEOUT);
        StepVerifier.create(pair.server().receive().take(20))
                .expectNextCount(20)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void closingDeliversWhatWasAccepted() {
        Pair pair = opened.pair("ws://127.0.0.1:*/");
        for (int i = 0; i < 100; i++) {
            pair.client().send(Message.of(new byte[10_000])).block(TIMEOUT);
        }
        Mono<Void> closing = pair.client().close().cache();
        closing.subscribe();
        StepVerifier.create(pair.server().receive().count())
                .expectNext(100L)
                .expectComplete()
                .verify(TIMEOUT);
        closing.block(TIMEOUT);
        assertThat(pair.server().onClose().block(TIMEOUT).reason()).isEqualTo(Closed.Reason.PEER);
    }

    @Test
    void passesAProxyOfHttp() {
        Binding binding = opened.bind(pull(), "ws://127.0.0.1:*/through");
        try (var proxy = new TunnelProxy()) {
            ZmtpConnection client = opened.keep(push().proxy(type -> type.type(ProxyProvider.Proxy.HTTP)
                            .host("127.0.0.1")
                            .port(proxy.port()))
                    .connect(binding.endpoint())
                    .block(TIMEOUT));
            client.send(Message.of("tunnelled")).block(TIMEOUT);
            StepVerifier.create(first(binding).receive().take(1))
                    .expectNext(Message.of("tunnelled"))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    // ---- refusals

    private ZmtpHandshakeException refused(ZmtpClient client, Endpoint endpoint) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        StepVerifier.create(client.connect(endpoint))
                .expectErrorSatisfies(failure::set)
                .verify(TIMEOUT);
        assertThat(failure.get()).isInstanceOf(ZmtpHandshakeException.class);
        return (ZmtpHandshakeException) failure.get();
    }

    @Test
    void anotherPathIsNotFound() {
        Binding binding = opened.bind(pull(), "ws://127.0.0.1:*/here");
        Endpoint elsewhere =
                Endpoint.parse("ws://127.0.0.1:" + binding.endpoint().port() + "/there");
        assertThat(refused(push(), elsewhere)).hasMessageContaining("404").hasMessageContaining("/there");
    }

    @ParameterizedTest
    @EnumSource(Lock.class)
    void anotherMechanismIsRefused(Lock lock) {
        Binding binding = opened.bind(Opened.telling(lock.server(pull()), ends), "ws://127.0.0.1:*/");
        Lock other = lock == Lock.NULL ? Lock.CURVE : Lock.NULL;
        assertThat(refused(other.client(push()), binding.endpoint())).hasMessageContaining("400");
        StepVerifier.create(ends.asFlux().take(1))
                .assertNext(end -> assertThat(end.cause())
                        .isInstanceOfSatisfying(
                                ZmtpHandshakeException.class,
                                e -> assertThat(e.failure()).isEqualTo(ZmtpHandshakeException.Failure.MECHANISM)))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aMechanismWithoutASubprotocolIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> push().mechanism(Blake3Mechanism.client(SERVER.publicKey(), CLIENT))
                        .connect("ws://127.0.0.1:1/"))
                .withMessageContaining("subprotocol");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pull().mechanism(Blake3Mechanism.server(SERVER, Authenticator.anyone()))
                        .bind("ws://127.0.0.1:*/"))
                .withMessageContaining("subprotocol");
    }

    @Test
    void anotherSocketTypeIsRefused() {
        Binding binding = opened.bind(pull(), "ws://127.0.0.1:*/");
        StepVerifier.create(ZmtpClient.create().socketType(SocketType.PULL).connect(binding.endpoint()))
                .expectError(ZmtpHandshakeException.class)
                .verify(TIMEOUT);
    }

    @Test
    void aPageOfAnotherOriginIsRefused() {
        Binding closed = opened.bind(pull(), "ws://127.0.0.1:*/");
        ZmtpClient page = push().upgradeHeader("Origin", "https://example.com");
        assertThat(refused(page, closed.endpoint())).hasMessageContaining("403");
        Binding open = opened.bind(pull().allowedOrigins("https://EXAMPLE.com"), "ws://127.0.0.1:*/");
        opened.connect(page, open.endpoint().toString());
        assertThat(refused(push().upgradeHeader("Origin", "https://example.com.evil"), open.endpoint()))
                .hasMessageContaining("403");
        Binding all = opened.bind(pull().allowedOrigins("*"), "ws://127.0.0.1:*/");
        opened.connect(page, all.endpoint().toString());
    }

    // ---- who asks

    @Test
    void aTokenInTheRequestSaysWhoThePeerIs() {
        AtomicReference<UpgradeRequest> asked = new AtomicReference<>();
        AtomicReference<Credentials> shown = new AtomicReference<>();
        ZmtpServer server = pull().mechanism(NullMechanism.create(credentials -> {
                    shown.set(credentials);
                    return Mono.just(Verdict.accept());
                }))
                .upgrade(request -> {
                    asked.set(request);
                    boolean known = request.header("authorization")
                            .filter("Bearer good"::equals)
                            .isPresent();
                    Verdict verdict = known
                            ? new Verdict.Accept("alice", Metadata.EMPTY.with("X-Plan", Bytes.utf8("gold")))
                            : Verdict.refuse(401, "no such token");
                    return Mono.delay(Duration.ofMillis(10)).thenReturn(verdict);
                });
        Binding binding = opened.bind(server, "ws://127.0.0.1:*/secret");
        Endpoint withQuery = Endpoint.parse(binding.endpoint() + "?a=b");

        ZmtpHandshakeException unknown = refused(push().upgradeHeader("Authorization", "Bearer bad"), withQuery);
        assertThat(unknown).hasMessageContaining("401 Unauthorized");
        assertThat(unknown.isFatal()).isTrue();
        opened.keep(push().upgradeHeaders(Mono.fromSupplier(() -> Map.of("Authorization", "Bearer good")))
                .connect(withQuery)
                .block(TIMEOUT));

        assertThat(asked.get().path()).isEqualTo("/secret");
        assertThat(asked.get().query()).isEqualTo("a=b");
        assertThat(asked.get().address()).isNotNull();
        assertThat(asked.get().toString()).doesNotContain("Bearer");
        assertThat(shown.get().upgrade().userId()).isEqualTo("alice");
        ZmtpConnection accepted = first(binding);
        assertThat(accepted.peer().userId()).isEqualTo("alice");
        assertThat(accepted.peer().properties().text("X-Plan")).hasValue("gold");
    }

    @Test
    void aFailureOfWhoDecidesIsAnswered() {
        Binding binding = opened.bind(
                pull().upgrade(request -> {
                    throw new IllegalStateException("secret");
                }),
                "ws://127.0.0.1:*/");
        assertThat(refused(push(), binding.endpoint()))
                .hasMessageContaining("500")
                .hasMessageNotContaining("secret");
        Binding later =
                opened.bind(pull().upgrade(request -> Mono.just(Verdict.tryLater("full"))), "ws://127.0.0.1:*/");
        ZmtpHandshakeException busy = refused(push(), later.endpoint());
        assertThat(busy).hasMessageContaining("503");
        assertThat(busy.isFatal()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "connection", "Sec-WebSocket-Key", "a b", "x:"})
    void headersThatCannotBeAddedAreRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> push().upgradeHeader(name, "value"));
        assertThatIllegalArgumentException().isThrownBy(() -> push().upgradeHeader("Name", "a\r\nb: c"));
    }

    // ---- one port

    @Test
    void severalPathsShareAPort() {
        Binding ticks = opened.bind(pull(), "ws://127.0.0.1:*/ticks");
        int port = ticks.endpoint().port();
        Binding orders = opened.bind(pull(), "ws://127.0.0.1:" + port + "/orders");
        assertThat(orders.endpoint()).hasToString("ws://127.0.0.1:" + port + "/orders");

        opened.connect(push(), ticks.endpoint().toString())
                .send(Message.of("tick"))
                .block(TIMEOUT);
        opened.connect(push(), orders.endpoint().toString())
                .send(Message.of("order"))
                .block(TIMEOUT);
        StepVerifier.create(first(ticks).receive().take(1))
                .expectNext(Message.of("tick"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(first(orders).receive().take(1))
                .expectNext(Message.of("order"))
                .expectComplete()
                .verify(TIMEOUT);

        ticks.dispose();
        ticks.onDispose().block(TIMEOUT);
        assertThat(refused(push(), ticks.endpoint())).hasMessageContaining("404");
        opened.connect(push(), orders.endpoint().toString());
        opened.bind(pull(), ticks.endpoint().toString());
    }

    @Test
    void pathsOfOnePortMayNameItsHostDifferently() {
        Binding named = opened.bind(pull(), "ws://localhost:*/named");
        int port = named.endpoint().port();
        opened.bind(pull(), "ws://localhost:" + port + "/again");
        opened.bind(pull(), "ws://" + named.endpoint().host() + ":" + port + "/address");
        named.dispose();
        named.onDispose().block(TIMEOUT);
        Binding any = opened.bind(pull(), "ws://*:*/any");
        opened.bind(pull(), "ws://0.0.0.0:" + any.endpoint().port() + "/all");
    }

    @Test
    void pathsOfOnePortMayHaveOneTlsContext() {
        SslContext context = TestCertificates.serverContext(TestCertificates.server());
        Binding first = opened.bind(pull().secure(context), "wss://127.0.0.1:*/first");
        Binding second =
                opened.bind(pull().secure(context), first.endpoint().toString().replace("first", "second"));
        opened.connect(
                push().secure(TestCertificates.clientContext()),
                second.endpoint().toString().replace("127.0.0.1", "localhost"));
    }

    /** As {@code next()} cancels what it has. */
    @Test
    void aPathStaysBoundIfItsBindIsCancelledWhenThatIsDone() {
        AtomicReference<Binding> bound = new AtomicReference<>();
        Flux.from(pull().bind("ws://127.0.0.1:*/a")).doOnNext(bound::set).next().block(TIMEOUT);
        assertThat(bound.get().isDisposed()).isFalse();
        opened.connect(push(), bound.get().endpoint().toString());
        bound.get().dispose();
        bound.get().onDispose().block(TIMEOUT);
    }

    @Test
    void theLastPathFreesThePort() {
        Binding first = opened.bind(pull(), "ws://127.0.0.1:*/a");
        for (int i = 0; i < 20; i++) {
            first.dispose(); // and at once, before the port is free
            first = opened.bind(pull(), "ws://127.0.0.1:" + first.endpoint().port() + "/b" + i);
        }
        first.dispose();
        first.onDispose().block(TIMEOUT);
        opened.bind(pull(), "tcp://127.0.0.1:" + first.endpoint().port());
    }

    @Test
    void aPathIsBoundOnceAndAPortHasOneKindOfListener() {
        Binding binding = opened.bind(pull(), "ws://127.0.0.1:*/a");
        int port = binding.endpoint().port();
        StepVerifier.create(pull().bind(binding.endpoint()))
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(BindException.class).hasMessageContaining("bound already"))
                .verify(TIMEOUT);
        StepVerifier.create(pull().maxConnections(7).bind("ws://127.0.0.1:" + port + "/b"))
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(BindException.class).hasMessageContaining("maxConnections"))
                .verify(TIMEOUT);
        StepVerifier.create(pull().secure(TestCertificates.serverContext(TestCertificates.server()))
                        .bind("wss://127.0.0.1:" + port + "/b"))
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(BindException.class).hasMessageContaining("one of ws"))
                .verify(TIMEOUT);
        StepVerifier.create(pull().bind("tcp://127.0.0.1:" + port))
                .expectError(BindException.class)
                .verify(TIMEOUT);
        assertThatIllegalArgumentException().isThrownBy(() -> pull().bind("ws://127.0.0.1:*/a?b"));
        opened.connect(push(), binding.endpoint().toString());
    }

    @Test
    void aPortThatIsTakenIsReportedAndCanBeHadLater() {
        Binding tcp = opened.bind(pull(), "tcp://127.0.0.1:*");
        String ws = "ws://127.0.0.1:" + tcp.endpoint().port() + "/";
        StepVerifier.create(pull().bind(ws)).expectError(BindException.class).verify(TIMEOUT);
        tcp.dispose();
        tcp.onDispose().block(TIMEOUT);
        opened.bind(pull(), ws);
    }
}
