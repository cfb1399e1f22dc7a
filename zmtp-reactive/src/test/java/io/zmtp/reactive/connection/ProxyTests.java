package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.testing.TestCertificates;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

class ProxyTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void leavesTheNameToTheProxy() throws IOException {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        int port = binding.endpoint().port();
        try (Socks5 proxy = new Socks5()) {
            ZmtpConnection connection =
                    opened.connect(push().proxy(through(proxy.port())), "tcp://only-the-proxy-knows.invalid:" + port);
            connection.send(Message.of("through")).block(TIMEOUT);
            StepVerifier.create(opened.keep(Opened.first(binding)).receive().take(1))
                    .expectNext(Message.of("through"))
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(proxy.asked).containsExactly("only-the-proxy-knows.invalid:" + port);
        }
    }

    @Test
    void speaksTlsWithTheTargetThroughTheProxy() throws IOException {
        Binding binding = opened.bind(
                pull().secure(TestCertificates.serverContext(TestCertificates.server())), "tls+tcp://127.0.0.1:*");
        try (Socks5 proxy = new Socks5()) {
            ZmtpConnection connection = opened.connect(
                    push().secure(TestCertificates.clientContext()).proxy(through(proxy.port())),
                    "tls+tcp://localhost:" + binding.endpoint().port());
            assertThat(connection.tls()).isPresent();
        }
    }

    @Test
    void failsWhenTheProxyIsNotThere() {
        int port;
        try (RawListener listener = RawPeer.listen()) {
            port = listener.port();
        }
        StepVerifier.create(push().proxy(through(port)).connect("tcp://127.0.0.1:5555"))
                .expectError(IOException.class)
                .verify(TIMEOUT);
    }

    @Test
    void isNotConnectedBeforeTheProxyHasReachedTheTarget() throws IOException {
        AtomicBoolean connected = new AtomicBoolean();
        int nobody;
        try (RawListener listener = RawPeer.listen()) {
            nobody = listener.port();
        }
        try (Socks5 proxy = new Socks5()) {
            StepVerifier.create(push().proxy(through(proxy.port()))
                            .doOnConnected(connection -> connected.set(true))
                            .connect("tcp://127.0.0.1:" + nobody))
                    .expectError(IOException.class)
                    .verify(TIMEOUT);
        }
        assertThat(connected).isFalse();
    }

    @Test
    void failsWhenTheProxyRefuses() throws IOException {
        int nobody;
        try (RawListener listener = RawPeer.listen()) {
            nobody = listener.port();
        }
        try (Socks5 proxy = new Socks5()) {
            StepVerifier.create(push().proxy(through(proxy.port())).connect("tcp://127.0.0.1:" + nobody))
                    .expectError(IOException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void isNotForIpc() throws IOException {
        Binding binding = opened.bind(pull(), "ipc://@past-the-proxy");
        try (Socks5 proxy = new Socks5()) {
            opened.connect(
                    push().proxy(through(proxy.port())), binding.endpoint().toString());
            assertThat(proxy.asked).isEmpty();
        }
    }

    private static Consumer<ProxyProvider.TypeSpec> through(int port) {
        return type -> type.type(ProxyProvider.Proxy.SOCKS5).host("127.0.0.1").port(port);
    }
}
