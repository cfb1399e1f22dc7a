package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.testing.TestCertificates;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class StartTlsTests {

    /** Made here, for making one blocks. */
    private static final SslContext CLIENT = TestCertificates.clientContext();

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void putsTlsUnderAPlainEndpoint() {
        Pair pair = opened.pair(
                pull().doOnInit(starting(TestCertificates.serverContext(TestCertificates.server()))),
                push().doOnInit(starting(TestCertificates.clientContext())),
                "tcp://localhost:*");
        assertThat(pair.client().tls()).isPresent();
        assertThat(pair.client().peerCertificates())
                .startsWith(TestCertificates.server().certificate());
        pair.client().send(Message.of("secret")).block(TIMEOUT);
        StepVerifier.create(pair.server().receive().take(1))
                .expectNext(Message.of("secret"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void completesWhenTlsStands() {
        Sinks.One<String> protocol = Sinks.one();
        opened.pair(
                pull().doOnInit(starting(TestCertificates.serverContext(TestCertificates.server()))),
                push().doOnInit(connection ->
                        connection.startTls(CLIENT).subscribe(session -> protocol.tryEmitValue(session.getProtocol()))),
                "tcp://localhost:*");
        assertThat(protocol.asMono().block(TIMEOUT)).startsWith("TLSv1.");
    }

    @Test
    void failsWhenThePeerIsNotTrusted() {
        Sinks.One<Closed> end = Sinks.one();
        Binding binding = opened.bind(
                pull().doOnInit(starting(TestCertificates.serverContext(TestCertificates.foreignServer()))),
                "tcp://localhost:*");
        StepVerifier.create(push().doOnInit(starting(TestCertificates.clientContext()))
                        .doOnDisconnected((connection, closed) -> end.tryEmitValue(closed))
                        .connect(binding.endpoint()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        assertThat(end.asMono().block(TIMEOUT).reason()).isEqualTo(Reason.TLS);
    }

    @Test
    void isTooLateAfterTheGreeting() {
        ZmtpConnection connection = opened.pair("tcp://127.0.0.1:*").client();
        StepVerifier.create(connection.startTls(TestCertificates.clientContext()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("doOnInit"))
                .verify(TIMEOUT);
    }

    @Test
    void isTooLateOnceConnected() {
        Sinks.One<Throwable> refused = Sinks.one();
        opened.pair(
                pull(),
                push().doOnConnected(connection ->
                        connection.startTls(CLIENT).subscribe(session -> {}, refused::tryEmitValue)),
                "tcp://127.0.0.1:*");
        assertThat(refused.asMono().block(TIMEOUT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void saysNothingInClearBefore() {
        try (RawListener listener = RawPeer.listen()) {
            StepVerifier.Step<ZmtpConnection> connecting = StepVerifier.create(
                    push().doOnInit(starting(TestCertificates.clientContext())).connect(listener.endpoint()));
            StepVerifier verifier = connecting.expectError().verifyLater();
            try (RawPeer peer = listener.accept()) {
                assertThat(peer.read(3)).as("a TLS record of the handshake").startsWith(0x16, 0x03);
            }
            verifier.verify(TIMEOUT);
        }
    }

    private static Consumer<ZmtpConnection> starting(SslContext context) {
        return connection -> connection.startTls(context).subscribe(session -> {}, failed -> {});
    }
}
