package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.testing.TestCertificates;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class TlsHostilePeerTests {

    private static final Duration SHORT = Duration.ofMillis(300);

    private final Opened opened = new Opened();
    private final Sinks.Many<Closed> ends = Sinks.many().replay().all();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void closesAPlainPeer() {
        try (RawPeer peer = RawPeer.connect("127.0.0.1", serve(TIMEOUT))) {
            peer.sendGreeting("NULL", false, 1);
            assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        }
        assertThat(end().reason()).isEqualTo(Reason.TLS);
        assertThat(end().cause()).isInstanceOf(SSLException.class);
    }

    @Test
    void saysNothingInClearToAPlainPeer() {
        try (RawPeer peer = RawPeer.connect("127.0.0.1", serve(TIMEOUT))) {
            peer.sendGreeting("NULL", false, 1);
            byte[] said = peer.readAll(TIMEOUT);
            assertThat(said.length == 0 || said[0] == 0x15)
                    .as("nothing, or an alert")
                    .isTrue();
        }
    }

    @Test
    void closesASilentPeerWithinTheHandshakeLimit() {
        try (RawPeer peer = RawPeer.connect("127.0.0.1", serve(SHORT))) {
            assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        }
        assertThat(end().reason()).isEqualTo(Reason.TLS);
        assertThat(end().cause()).isInstanceOf(SSLException.class).hasMessageContaining("PT0.3S");
    }

    @Test
    void closesAPeerThatStallsInTheMiddleOfTheTlsHandshake() {
        try (RawPeer peer = RawPeer.connect("127.0.0.1", serve(SHORT))) {
            peer.write("16 03 01 02 00 01 00 01 fc 03 03");
            assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        }
        assertThat(end().reason()).isEqualTo(Reason.TLS);
    }

    @Test
    void givesUpAServerThatStalls() {
        try (RawListener listener = RawPeer.listen()) {
            StepVerifier.create(push().secure(TestCertificates.clientContext())
                            .handshakeTimeout(SHORT)
                            .connect(listener.endpoint().replace("tcp:", "tls+tcp:")))
                    .expectError(SSLException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void closesAPeerThatVanishesInTheTlsHandshake() {
        try (RawPeer peer = RawPeer.connect("127.0.0.1", serve(TIMEOUT))) {
            peer.write("16 03 01 02 00 01 00 01 fc 03 03");
        }
        assertThat(end().reason()).isIn(Reason.TLS, Reason.PEER);
    }

    @Test
    void closesATlsClientAtAPlainEndpoint() {
        Binding binding = opened.bind(Opened.telling(pull(), ends), "tcp://127.0.0.1:*");
        StepVerifier.create(push().secure(TestCertificates.clientContext())
                        .connect("tls+tcp://127.0.0.1:" + binding.endpoint().port()))
                .expectError(SSLException.class)
                .verify(TIMEOUT);
        assertThat(end().reason()).isEqualTo(Reason.HANDSHAKE);
        assertThat(end().cause())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        failure -> assertThat(failure.failure()).isEqualTo(Failure.VERSION));
    }

    @Test
    void closesAPlainClientOfOursAtATlsEndpoint() {
        int port = serve(TIMEOUT);
        StepVerifier.create(push().connect("tcp://127.0.0.1:" + port))
                .expectError()
                .verify(TIMEOUT);
        assertThat(end().reason()).isEqualTo(Reason.TLS);
    }

    private int serve(Duration limit) {
        return opened.bind(
                        Opened.telling(
                                pull().secure(TestCertificates.serverContext(TestCertificates.server()))
                                        .handshakeTimeout(limit),
                                ends),
                        "tls+tcp://127.0.0.1:*")
                .endpoint()
                .port();
    }

    private Closed end() {
        return ends.asFlux().blockFirst(TIMEOUT);
    }
}
