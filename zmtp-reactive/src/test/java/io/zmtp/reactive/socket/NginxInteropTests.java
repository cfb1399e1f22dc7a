package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.Nginx;
import io.zmtp.reactive.testing.RequiresNginx;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** nginx in front of a plain ws, where TLS ends and paths are rewritten. */
@RequiresNginx
class NginxInteropTests {

    private static final List<Message> MESSAGES = List.of(
            Message.of("text"),
            Message.of(Bytes.EMPTY),
            Message.of(new byte[70_000]),
            Message.of(new byte[8 << 20]),
            Message.of(
                    IntStream.range(0, 300).mapToObj(i -> Bytes.utf8("m" + i)).toList()));

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final AtomicReference<UpgradeRequest> asked = new AtomicReference<>();

    @TempDir
    private Path folder;

    private PairSocket bound() {
        return sockets.open(
                PairSocket::create,
                all -> all.heartbeat(Duration.ofMillis(200), Duration.ofSeconds(20))
                        .server(server -> server.upgrade(request -> {
                            asked.set(request);
                            return Mono.just(
                                    request.header("Authorization").isPresent()
                                            ? Verdict.accept("known")
                                            : Verdict.refuse(401, "no token"));
                        })));
    }

    private PairSocket connecting(SslContext context, String token) {
        return sockets.open(
                PairSocket::create,
                all -> Sockets.quick(all)
                        .secure(context)
                        .client(client -> client.upgradeHeader("Authorization", token)));
    }

    private PairSocket connecting() {
        return connecting(TestCertificates.clientContext(), "Bearer x");
    }

    private void goes(PairSocket from, PairSocket to) {
        sockets.add(from.send(Flux.fromIterable(MESSAGES)).subscribe());
        assertThat(to.receive().take(MESSAGES.size()).collectList().block(TIMEOUT))
                .isEqualTo(MESSAGES);
    }

    private static String at(Nginx nginx, String scheme, String path) {
        return scheme.equals("ws") ? nginx.ws(path) : nginx.wss(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void passesMessagesOfAllSizesAndWhoAsks(String scheme) {
        PairSocket bound = bound();
        Endpoint endpoint = bound.bindNow("ws://127.0.0.1:*/pair");
        try (Nginx nginx = Nginx.start(folder, endpoint.port())) {
            PairSocket connected = connecting();
            connected.connectNow(at(nginx, scheme, "/pair?of=two"));
            goes(connected, bound);
            goes(bound, connected);
            UpgradeRequest request = asked.get();
            assertThat(request.path()).isEqualTo("/pair");
            assertThat(request.query()).isEqualTo("of=two");
            assertThat(request.header("X-Forwarded-For")).hasValue("127.0.0.1");
            assertThat(bound.peers().get(0).peer().userId()).isEqualTo("known");
        }
    }

    @Test
    void showsTheNameOfAClientsCertificate() throws SSLException {
        PairSocket bound = bound();
        Endpoint endpoint = bound.bindNow("ws://127.0.0.1:*/pair");
        try (Nginx nginx = Nginx.start(folder, endpoint.port())) {
            Identity identity = TestCertificates.client();
            PairSocket connected = connecting(
                    SslContextBuilder.forClient()
                            .trustManager(TestCertificates.ca())
                            .keyManager(identity.key(), identity.certificate())
                            .build(),
                    "Bearer x");
            connected.connectNow(nginx.wss("/pair"));
            Sockets.awaitPeers(connected, 1);
            assertThat(asked.get().header("X-Client")).hasValue("CN=client");
        }
    }

    @Test
    void heartbeatsKeepASilentConnection() {
        PairSocket bound = bound();
        Endpoint endpoint = bound.bindNow("ws://127.0.0.1:*/pair");
        try (Nginx nginx = Nginx.start(folder, endpoint.port())) {
            PairSocket connected = connecting();
            connected.connectNow(nginx.wss("/impatient/pair"));
            Sockets.awaitPeers(connected, 1);
            StepVerifier.create(connected.monitor().ofType(MonitorEvent.Disconnected.class))
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(2500))
                    .thenCancel()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void aPeerComesWhenWhatIsBehindComes() {
        PairSocket first = bound();
        Endpoint endpoint = first.bindNow("ws://127.0.0.1:*/pair");
        first.unbind(endpoint).block(TIMEOUT);
        try (Nginx nginx = Nginx.start(folder, endpoint.port())) {
            PairSocket connected = connecting();
            Mono<MonitorEvent.HandshakeFailed> failed = sockets.next(connected, MonitorEvent.HandshakeFailed.class);
            connected.connectNow(nginx.wss("/pair"));
            assertThat(failed.block(TIMEOUT).cause()).hasMessageContaining("502 Bad Gateway");
            PairSocket bound = bound();
            bound.bindNow(endpoint.toString());
            goes(connected, bound);
        }
    }

    /** The CLOSE of either side goes through; the end of nginx itself is one of TCP. */
    @Test
    void theEndOfEitherSideIsReported() {
        PairSocket bound = bound();
        Endpoint endpoint = bound.bindNow("ws://127.0.0.1:*/pair");
        Nginx nginx = Nginx.start(folder, endpoint.port());
        try (nginx) {
            PairSocket connected = connecting();
            connected.connectNow(nginx.wss("/pair"));
            Sockets.awaitPeers(bound, 1);
            Mono<MonitorEvent.Disconnected> left = sockets.next(bound, MonitorEvent.Disconnected.class);
            connected.close().block(TIMEOUT);
            Closed end = left.block(TIMEOUT).closed();
            assertThat(end.reason()).isEqualTo(Closed.Reason.PEER);
            assertThat(end.cause()).isNull();

            PairSocket next = connecting();
            next.connectNow(nginx.wss("/pair"));
            Sockets.awaitPeers(bound, 1);
            Mono<MonitorEvent.Disconnected> gone = sockets.next(bound, MonitorEvent.Disconnected.class);
            nginx.close();
            assertThat(gone.block(TIMEOUT).closed().reason()).isIn(Closed.Reason.PEER, Closed.Reason.IO);
        }
    }
}
