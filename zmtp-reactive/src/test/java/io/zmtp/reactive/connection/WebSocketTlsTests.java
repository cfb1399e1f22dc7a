package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.first;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

/** TLS below WebSocket: certificates of both sides, names, and proxies on the way. */
class WebSocketTlsTests {

    private static final String ANY = "wss://localhost:*/tls";

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    private static SslContext asking(ClientAuth auth) throws SSLException {
        Identity identity = TestCertificates.server();
        return SslContextBuilder.forServer(identity.key(), identity.certificate())
                .trustManager(TestCertificates.ca())
                .clientAuth(auth)
                .build();
    }

    private static ZmtpClient client(Identity identity) throws SSLException {
        return push().secure(SslContextBuilder.forClient()
                .trustManager(TestCertificates.ca())
                .keyManager(identity.key(), identity.certificate())
                .build());
    }

    private static ZmtpClient trusting() {
        return push().secure(TestCertificates.clientContext());
    }

    private Binding bind(ZmtpServer server) {
        return opened.bind(server, ANY);
    }

    private static ZmtpServer serving(Identity identity) {
        return pull().secure(TestCertificates.serverContext(identity));
    }

    private void passes(ZmtpConnection client, Binding binding) {
        client.send(Message.of("passes")).block(TIMEOUT);
        StepVerifier.create(first(binding).receive().take(1))
                .expectNext(Message.of("passes"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static void refused(ZmtpClient client, Binding binding) {
        StepVerifier.create(client.connect(binding.endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
    }

    // ---- certificates

    @Test
    void theCertificateOfAClientIsShownToWhoDecidesAndToTheHandler() throws Exception {
        AtomicReference<X509Certificate> asked = new AtomicReference<>();
        Binding binding = bind(pull().secure(asking(ClientAuth.REQUIRE)).upgrade(request -> {
            asked.set(certificate(request));
            return Mono.just(Verdict.accept("by certificate"));
        }));
        passes(
                opened.connect(
                        client(TestCertificates.client()), binding.endpoint().toString()),
                binding);
        ZmtpConnection server = first(binding);
        X509Certificate shown = TestCertificates.client().certificate();
        assertThat(asked.get()).isEqualTo(shown);
        assertThat(server.peerCertificates().get(0)).isEqualTo(shown);
        assertThat(server.peer().userId()).isEqualTo("by certificate");
    }

    private static X509Certificate certificate(io.zmtp.reactive.transport.ws.UpgradeRequest request) {
        try {
            return (X509Certificate) request.tls().getPeerCertificates()[0];
        } catch (SSLException none) {
            throw new AssertionError(none);
        }
    }

    @Test
    void aClientWithoutACertificateOrWithOneOfAForeignAuthorityIsRefused() throws Exception {
        Binding binding = bind(pull().secure(asking(ClientAuth.REQUIRE)));
        refused(trusting(), binding);
        refused(client(TestCertificates.foreignClient()), binding);
        assertThat(binding.connections()).isEmpty();
        passes(
                opened.connect(
                        client(TestCertificates.client()), binding.endpoint().toString()),
                binding);
    }

    @Test
    void aServersVerifierMayDeny() throws Exception {
        Binding binding = bind(pull().secure(asking(ClientAuth.REQUIRE))
                .verifyPeer((certificate, depth) ->
                        !certificate.getSubjectX500Principal().getName().equals("CN=mallory")));
        StepVerifier.create(client(TestCertificates.client("CN=mallory")).connect(binding.endpoint()))
                .expectError()
                .verify(TIMEOUT);
        passes(
                opened.connect(
                        client(TestCertificates.client()), binding.endpoint().toString()),
                binding);
    }

    @Test
    void aServerOfAnotherNameOrOfAForeignAuthorityIsRefused() {
        refused(trusting(), bind(serving(TestCertificates.wrongHost())));
        refused(trusting(), bind(serving(TestCertificates.foreignServer())));
    }

    @Test
    void aClientTrustsTheJdksAuthoritiesByDefault() {
        refused(push(), bind(serving(TestCertificates.server())));
    }

    @Test
    void theServerHearsWhichNameIsAskedFor() throws IOException {
        Binding binding = bind(serving(TestCertificates.wrongHost()));
        try (var proxy = new Socks5()) { // so that the name need not be known here
            opened.connect(
                    trusting().proxy(through(ProxyProvider.Proxy.SOCKS5, proxy.port())),
                    "wss://elsewhere.example:" + binding.endpoint().port() + "/tls");
        }
        ExtendedSSLSession session = (ExtendedSSLSession) first(binding).tls().orElseThrow();
        assertThat(session.getRequestedServerNames()).containsExactly(new SNIHostName("elsewhere.example"));
    }

    @Test
    void aCertificateIsReplacedWhileOpenConnectionsKeepTheirs() {
        AtomicReference<SslContext> current =
                new AtomicReference<>(TestCertificates.serverContext(TestCertificates.foreignServer()));
        Binding binding = bind(pull().secure(current::get));
        refused(trusting(), binding);
        current.set(TestCertificates.serverContext(TestCertificates.server()));
        ZmtpConnection open = opened.connect(trusting(), binding.endpoint().toString());
        current.set(TestCertificates.serverContext(TestCertificates.wrongHost()));
        refused(trusting(), binding);
        passes(open, binding);
    }

    @Test
    void aServerWhoseContextCannotBeHadServesLater() {
        AtomicReference<SslContext> current = new AtomicReference<>();
        Binding binding = bind(pull().secure(() -> {
            SslContext context = current.get();
            if (context == null) {
                throw new IllegalStateException("no certificate yet");
            }
            return context;
        }));
        StepVerifier.create(trusting().connect(binding.endpoint()))
                .expectError()
                .verify(TIMEOUT);
        current.set(TestCertificates.serverContext(TestCertificates.server()));
        passes(opened.connect(trusting(), binding.endpoint().toString()), binding);
    }

    @Test
    void aPeerInClearIsClosedAndAnotherIsServed() {
        Binding binding = bind(serving(TestCertificates.server()));
        try (RawPeer clear = RawPeer.connect("127.0.0.1", binding.endpoint().port())) {
            clear.write("GET /tls HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(clear.awaitClosed(TIMEOUT)).isTrue();
        }
        passes(opened.connect(trusting(), binding.endpoint().toString()), binding);
    }

    // ---- proxies

    private static Consumer<ProxyProvider.TypeSpec> through(ProxyProvider.Proxy kind, int port) {
        return type -> type.type(kind).host("127.0.0.1").port(port);
    }

    private ZmtpServer tokened(String scheme) {
        ZmtpServer server = pull().upgrade(request -> Mono.just(
                request.header("Authorization").filter("Bearer secret"::equals).isPresent()
                        ? new Verdict.Accept("known", Metadata.EMPTY)
                        : Verdict.refuse("unknown")));
        return scheme.equals("wss") ? server.secure(TestCertificates.serverContext(TestCertificates.server())) : server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void aTokenGoesThroughAnHttpProxyAndNotToIt(String scheme) {
        Binding binding = opened.bind(tokened(scheme), scheme + "://localhost:*/through");
        try (var proxy = new TunnelProxy()) {
            passes(
                    opened.connect(
                            trusting()
                                    .upgradeHeader("Authorization", "Bearer secret")
                                    .proxy(through(ProxyProvider.Proxy.HTTP, proxy.port())),
                            binding.endpoint().toString()),
                    binding);
            int port = binding.endpoint().port();
            assertThat(proxy.head).first().asString().isEqualTo("CONNECT localhost:" + port + " HTTP/1.1");
            assertThat(proxy.head).noneMatch(line -> line.contains("uthorization") || line.contains("secret"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void aTokenGoesThroughASocksProxyWhichResolvesTheName(String scheme) throws IOException {
        Binding binding = opened.bind(tokened(scheme), scheme + "://localhost:*/through");
        try (var proxy = new Socks5()) {
            passes(
                    opened.connect(
                            trusting()
                                    .upgradeHeader("Authorization", "Bearer secret")
                                    .proxy(through(ProxyProvider.Proxy.SOCKS5, proxy.port())),
                            binding.endpoint().toString()),
                    binding);
            assertThat(proxy.asked)
                    .containsExactly("localhost:" + binding.endpoint().port());
            assertThat(first(binding).peer().routingId()).isEqualTo(Bytes.EMPTY);
        }
    }

    @Test
    void aProxyThatRefusesIsReported() {
        try (var listener = RawPeer.listen()) {
            var connecting = push().proxy(through(ProxyProvider.Proxy.HTTP, listener.port()))
                    .connect(Endpoint.parse("ws://behind.invalid/x"))
                    .map(opened::keep)
                    .toFuture();
            try (RawPeer proxy = listener.accept()) {
                String asked = "CONNECT behind.invalid:80 HTTP/1.1\r\n";
                assertThat(new String(proxy.read(asked.length()), StandardCharsets.US_ASCII))
                        .isEqualTo(asked);
                proxy.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(connecting)
                        .failsWithin(TIMEOUT)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(IOException.class)
                        .withMessageContaining("407");
            }
        }
    }
}
