package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.TestCertificates;
import io.zmtp.reactive.testing.TestCertificates.Identity;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TlsTests {

    private final Opened opened = new Opened();
    private final Sinks.Many<Closed> ends = Sinks.many().replay().all();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void passesMessagesBothWays() {
        Pair pair = secure("tls+tcp://localhost:*");
        pair.client().send(Message.of("to", "server")).block(TIMEOUT);
        pair.server().send(Message.of("to client")).block(TIMEOUT);
        StepVerifier.create(pair.server().receive().take(1))
                .expectNext(Message.of("to", "server"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pair.client().receive().take(1))
                .expectNext(Message.of("to client"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void tellsTheSession() {
        Pair pair = secure("tls+tcp://localhost:*");
        assertThat(pair.client().tls().orElseThrow().getProtocol()).startsWith("TLSv1.");
        assertThat(pair.server().tls().orElseThrow().getCipherSuite()).isNotEmpty();
        assertThat(pair.client().isEncrypted()).as("by the mechanism").isFalse();
    }

    @Test
    void hasNoSessionOnPlainTransports() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        assertThat(pair.client().tls()).isEmpty();
        assertThat(pair.client().peerCertificates()).isEmpty();
        assertThat(pair.client().peerCertificatePem()).isEmpty();
    }

    @Test
    void trustsAServerByItsAddress() {
        secure("tls+tcp://127.0.0.1:*");
    }

    @Test
    void refusesAnotherHostsCertificate() {
        refusedByTheClient(TestCertificates.wrongHost());
    }

    @Test
    void refusesAForeignAuthority() {
        refusedByTheClient(TestCertificates.foreignServer());
    }

    @Test
    void refusesWhatTheJdkDoesNotTrustByDefault() {
        Binding binding = opened.bind(
                Opened.telling(pull().secure(TestCertificates.serverContext(TestCertificates.server())), ends),
                "tls+tcp://localhost:*");
        StepVerifier.create(push().connect(binding.endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        expectEnd(Reason.TLS);
    }

    @Test
    void readsTheJdksTrustStoreWithoutBlocking() {
        Binding binding = opened.bind(
                pull().secure(TestCertificates.serverContext(TestCertificates.server())), "tls+tcp://localhost:*");
        StepVerifier.create(push().connect(binding.endpoint()).subscribeOn(Schedulers.parallel()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
    }

    @Test
    void refusesToServeWithoutACertificate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pull().bind("tls+tcp://localhost:*"))
                .withMessageContaining("secure");
    }

    @Test
    void closesWhenNoContextCanBeHad() {
        Binding binding = opened.bind(
                pull().secure(TestCertificates.serverContext(TestCertificates.server())), "tls+tcp://localhost:*");
        StepVerifier.create(push().secure(() -> {
                            throw new IllegalStateException("expired");
                        })
                        .connect(binding.endpoint()))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(SSLException.class).hasRootCauseMessage("expired"))
                .verify(TIMEOUT);
    }

    @Test
    void tellsTheServersCertificateFromTheConnectedHookOn() {
        Sinks.One<Boolean> early = Sinks.one();
        Sinks.One<String> seen = Sinks.one();
        Pair pair = opened.pair(
                pull().secure(TestCertificates.serverContext(TestCertificates.server())),
                push().secure(TestCertificates.clientContext())
                        .doOnInit(connection ->
                                early.tryEmitValue(connection.peerCertificates().isEmpty()
                                        && connection.tls().isEmpty()))
                        .doOnConnected(connection -> seen.tryEmitValue(
                                connection.peerCertificatePem().orElse("none"))),
                "tls+tcp://localhost:*");
        assertThat(early.asMono().block(TIMEOUT)).isTrue();
        assertThat(seen.asMono().block(TIMEOUT)).isEqualToIgnoringNewLines(pem());
        assertThat(pair.client().peerCertificates().get(0))
                .isEqualTo(TestCertificates.server().certificate());
        assertThat(pair.server().peerCertificates())
                .as("the client showed none")
                .isEmpty();
        assertThat(pair.server().peerCertificatePem()).isEmpty();
    }

    private static String pem() {
        String path = TestCertificates.server().certificatePem().replace("\r", "");
        return path.substring(0, path.indexOf("-----END CERTIFICATE-----") + "-----END CERTIFICATE-----".length());
    }

    private Pair secure(String endpoint) {
        return opened.pair(
                ZmtpServer.create()
                        .socketType(SocketType.PAIR)
                        .secure(TestCertificates.serverContext(TestCertificates.server())),
                ZmtpClient.create().socketType(SocketType.PAIR).secure(TestCertificates.clientContext()),
                endpoint);
    }

    private void refusedByTheClient(Identity identity) {
        Binding binding = opened.bind(
                Opened.telling(pull().secure(TestCertificates.serverContext(identity)), ends), "tls+tcp://localhost:*");
        StepVerifier.create(push().secure(TestCertificates.clientContext()).connect(binding.endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        expectEnd(Reason.TLS);
        assertThat(binding.connections()).isEmpty();
    }

    private void expectEnd(Reason reason) {
        StepVerifier.create(ends.asFlux().next().map(Closed::reason))
                .expectNext(reason)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
