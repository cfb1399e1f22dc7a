package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class TlsClientCertificateTests {

    private static final String ENDPOINT = "tls+tcp://localhost:*";

    private final Opened opened = new Opened();
    private final Sinks.Many<Closed> ends = Sinks.many().replay().all();
    private final List<String> hooks = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void letsInAClientWithACertificate() throws Exception {
        Pair pair = opened.pair(server(ClientAuth.REQUIRE), client(TestCertificates.client()), ENDPOINT);
        assertThat(pair.server().peerCertificates().get(0))
                .isEqualTo(TestCertificates.client().certificate());
    }

    @Test
    void refusesAClientWithoutOne() throws Exception {
        refuses(push().secure(TestCertificates.clientContext()));
    }

    @Test
    void refusesAClientOfAForeignAuthority() throws Exception {
        refuses(client(TestCertificates.foreignClient()));
    }

    @Test
    void asksTheVerifierForEachCertificateWithItsDepth() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        opened.pair(
                server(ClientAuth.REQUIRE),
                client(TestCertificates.client())
                        .verifyPeer((certificate, depth) -> asked.add(depth + " "
                                + certificate.getSubjectX500Principal().getName())),
                ENDPOINT);
        assertThat(asked).isNotEmpty().first().isEqualTo("0 CN=localhost");
        assertThat(asked).doesNotHaveDuplicates();
        assertThat(asked.stream().map(line -> line.charAt(0) - '0')).isSorted();
    }

    @Test
    void closesWhenTheClientsVerifierDenies() throws Exception {
        clientDenies((certificate, depth) -> false);
    }

    @Test
    void closesWhenTheClientsVerifierThrows() throws Exception {
        clientDenies((certificate, depth) -> {
            throw new IllegalStateException("no list of names");
        });
    }

    @Test
    void closesWhenTheServersVerifierDenies() throws Exception {
        Binding binding = opened.bind(server(ClientAuth.REQUIRE).verifyPeer((certificate, depth) -> false), ENDPOINT);
        StepVerifier.create(client(TestCertificates.client()).connect(binding.endpoint()))
                .expectError()
                .verify(TIMEOUT);
        expectServerEnd();
        assertThat(hooks).isEmpty();
    }

    @Test
    void closesWhenThereIsNothingToVerify() throws Exception {
        Binding binding = opened.bind(server(ClientAuth.OPTIONAL).verifyPeer((certificate, depth) -> true), ENDPOINT);
        StepVerifier.create(push().secure(TestCertificates.clientContext()).connect(binding.endpoint()))
                .expectError()
                .verify(TIMEOUT);
        expectServerEnd();
        assertThat(hooks).isEmpty();
    }

    @Test
    void showsTheCertificateToTheAuthenticator() throws Exception {
        Sinks.One<Credentials> shown = Sinks.one();
        opened.pair(
                server(ClientAuth.REQUIRE).mechanism(PlainMechanism.server(credentials -> {
                    shown.tryEmitValue(credentials);
                    return Mono.just(Verdict.accept("alice"));
                })),
                client(TestCertificates.client()).mechanism(PlainMechanism.client("alice", "secret")),
                ENDPOINT);
        assertThat(shown.asMono().block(TIMEOUT).certificate())
                .isEqualTo(TestCertificates.client().certificate());
    }

    private void refuses(ZmtpClient client) throws Exception {
        Binding binding = opened.bind(server(ClientAuth.REQUIRE), ENDPOINT);
        StepVerifier.create(client.connect(binding.endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        expectServerEnd();
        assertThat(hooks).isEmpty();
    }

    private void clientDenies(BiPredicate<X509Certificate, Integer> accept) throws Exception {
        Sinks.One<Closed> end = Sinks.one();
        Binding binding = opened.bind(pull().secure(serverContext(ClientAuth.NONE)), ENDPOINT);
        StepVerifier.create(push().secure(TestCertificates.clientContext())
                        .verifyPeer(accept)
                        .doOnConnected(connection -> hooks.add("connected"))
                        .doOnReady(connection -> hooks.add("ready"))
                        .doOnDisconnected((connection, closed) -> end.tryEmitValue(closed))
                        .connect(binding.endpoint()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("verifyPeer")
                        .hasMessageContaining("CN=localhost"))
                .verify(TIMEOUT);
        StepVerifier.create(end.asMono().map(Closed::reason))
                .expectNext(Reason.TLS)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(hooks).isEmpty();
    }

    private void expectServerEnd() {
        StepVerifier.create(ends.asFlux().next().map(Closed::reason))
                .expectNext(Reason.TLS)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private ZmtpServer server(ClientAuth auth) throws SSLException {
        return Opened.telling(pull().secure(serverContext(auth)), ends)
                .doOnConnected(connection -> hooks.add("connected"))
                .doOnReady(connection -> hooks.add("ready"));
    }

    private static SslContext serverContext(ClientAuth auth) throws SSLException {
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
}
