package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.testing.TestCertificates;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Endpoints that say where a connection comes from: {@code tcp://source;host:port}. */
class SourceTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    /** Where the peer sees the connection come from. */
    private InetSocketAddress seen(Binding binding, ZmtpClient client, String endpoint) {
        ZmtpConnection connection = opened.connect(client, endpoint);
        InetSocketAddress seen = (InetSocketAddress)
                opened.keep(Opened.first(binding)).remoteAddress().orElseThrow();
        assertThat(connection.endpoint()).isEqualTo(Endpoint.parse(endpoint));
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "127.0.0.2:*", "127.0.0.2:0"})
    void comesFromAnAddress(String source) {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        int port = binding.endpoint().port();
        assertThat(seen(binding, push(), "tcp://" + source + ";127.0.0.1:" + port)
                        .getAddress()
                        .getHostAddress())
                .isEqualTo("127.0.0.2");
    }

    @Test
    void comesFromAnInterface() throws IOException {
        Assumptions.assumeTrue(NetworkInterface.getByName("lo") != null, "this machine has no interface lo");
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        int port = binding.endpoint().port();
        assertThat(seen(binding, push(), "tcp://lo;localhost:" + port)
                        .getAddress()
                        .getHostAddress())
                .startsWith("127.");
    }

    @Test
    void comesFromAnAddressOfIpv6() throws IOException {
        NetworkInterface lo = NetworkInterface.getByName("lo");
        Assumptions.assumeTrue(
                lo != null && lo.inetAddresses().anyMatch(Inet6Address.class::isInstance), "this machine has no ::1");
        for (String source : new String[] {"[::1]", "[::1]:*", "lo"}) {
            Binding binding = opened.bind(pull(), "tcp://[::1]:*");
            int port = binding.endpoint().port();
            assertThat(seen(binding, push(), "tcp://" + source + ";[::1]:" + port)
                            .getAddress())
                    .isInstanceOf(Inet6Address.class);
        }
    }

    @Test
    void onePortIsTheSourceOfConnectionsToSeveralPeers() throws IOException {
        int from = freePort();
        for (int i = 0; i < 2; i++) {
            Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
            int port = binding.endpoint().port();
            assertThat(seen(binding, push(), "tcp://127.0.0.2:" + from + ";127.0.0.1:" + port))
                    .isEqualTo(new InetSocketAddress("127.0.0.2", from));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void anyAddressMayHaveAPort() throws IOException {
        int from = freePort();
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        int port = binding.endpoint().port();
        assertThat(seen(binding, push(), "tcp://*:" + from + ";127.0.0.1:" + port)
                        .getPort())
                .isEqualTo(from);
    }

    @Test
    void tlsAndWebSocketsHaveSourcesToo() {
        Binding secured = opened.bind(
                pull().secure(TestCertificates.serverContext(TestCertificates.server())), "tls+tcp://127.0.0.1:*");
        int tls = secured.endpoint().port();
        ZmtpClient trusting = push().secure(TestCertificates.clientContext());
        assertThat(seen(secured, trusting, "tls://127.0.0.2;127.0.0.1:" + tls)
                        .getAddress()
                        .getHostAddress())
                .isEqualTo("127.0.0.2");

        Binding web = opened.bind(pull(), "ws://127.0.0.1:*/path");
        int ws = web.endpoint().port();
        assertThat(seen(web, push(), "ws://127.0.0.2;127.0.0.1:" + ws + "/path")
                        .getAddress()
                        .getHostAddress())
                .isEqualTo("127.0.0.2");
    }

    @ParameterizedTest
    @CsvSource({"nosuch0, there is no nosuch0", "localhost, there is no localhost", "192.0.2.1, ''", "[2001:db8::1], ''"
    })
    void failsWithASourceThatThisMachineHasNot(String source, String expected) {
        Binding binding = opened.bind(pull(), "tcp://127.0.0.1:*");
        String endpoint =
                "tcp://" + source + ":*;127.0.0.1:" + binding.endpoint().port();
        StepVerifier.create(push().connect(endpoint))
                .expectErrorSatisfies(failed -> assertThat(failed)
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining(endpoint)
                        .hasMessageContaining(expected))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.2;127.0.0.1:*", "ws://127.0.0.2;127.0.0.1:*/path"})
    void isNotBound(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pull().bind(endpoint))
                .withMessageContaining("source");
    }
}
