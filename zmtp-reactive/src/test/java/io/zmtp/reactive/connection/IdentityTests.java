package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Who is at the other end, where, and what can be set on the way. */
class IdentityTests {

    private static final Bytes ID = Bytes.utf8("me");

    private final Pair pair = Pair.open(
            client -> client.routingId(ID)
                    .metadata("X-Colour", Bytes.utf8("red"))
                    .option(ChannelOption.SO_KEEPALIVE, true),
            server -> server);

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void knowsThePeer() {
        Peer peer = pair.server.peer();
        assertThat(peer.socketType()).isEqualTo(SocketType.PAIR);
        assertThat(peer.routingId()).isEqualTo(ID);
        assertThat(peer.major()).isEqualTo(3);
        assertThat(peer.minor()).isEqualTo(1);
        assertThat(peer.properties().text("x-colour")).contains("red");
        assertThat(peer.publicKey()).isNull();
        assertThat(peer.userId()).isNull();
        assertThat(peer.address()).isEqualTo(pair.client.localAddress().orElseThrow());
        assertThat(pair.client.peer().routingId()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void keepsAPeersKeyOverReconnection() {
        CompletableFuture<Peer.Key> again = new CompletableFuture<>();
        try (Pair second = Pair.open(
                client -> client.routingId(Bytes.utf8("me")),
                server -> server.doOnReady(c -> again.complete(c.peer().key())))) {
            assertThat(Pair.get(again))
                    .isEqualTo(pair.server.peer().key())
                    .hasSameHashCodeAs(pair.server.peer().key());
            assertThat(second.client.peer().key()).isNotEqualTo(Pair.get(again));
        }
    }

    @Test
    void doesNotKnowThePeerBeforeTheHandshake() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        RawPair.open(Pair.client().doOnConnected(c -> {
                    try {
                        c.peer();
                    } catch (RuntimeException expected) {
                        thrown.complete(expected);
                    }
                }))
                .close();
        assertThat(Pair.get(thrown)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void knowsBothAddresses() {
        assertThat(pair.client.remoteAddress()).isEqualTo(pair.server.localAddress());
        assertThat(pair.server.remoteAddress()).isEqualTo(pair.client.localAddress());
        assertThat(pair.client.endpoint()).isEqualTo(pair.binding.endpoint()).isEqualTo(pair.server.endpoint());
        assertThat(((InetSocketAddress) pair.client.remoteAddress().orElseThrow()).getPort())
                .isEqualTo(pair.binding.endpoint().port());
    }

    @Test
    void isNotEncryptedOverNull() {
        assertThat(pair.client.isEncrypted()).isFalse();
        assertThat(pair.client.tls()).isEmpty();
        assertThat(pair.client.peerCertificates()).isEmpty();
        assertThat(pair.client.peerCertificatePem()).isEmpty();
        assertThat(pair.client.peerProcessId()).isEmpty();
    }

    @Test
    void setsAndGetsOptions() {
        assertThat(pair.client.option(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(pair.client.option(ChannelOption.TCP_NODELAY)).isTrue();
        pair.client.option(ChannelOption.SO_KEEPALIVE, false);
        assertThat(pair.client.option(ChannelOption.SO_KEEPALIVE)).isFalse();
    }

    @Test
    void refusesOptionsThatTheTransportDoesNotKnow() {
        ChannelOption<String> unknown = ChannelOption.valueOf("io.zmtp.reactive#unknown");
        assertThat(pair.client.option(unknown)).isNull();
        assertThatThrownBy(() -> pair.client.option(unknown, "x")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesToHaveItsReadingTakenOver() {
        assertThatThrownBy(() -> pair.client.option(ChannelOption.AUTO_READ, false))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Pair.client().option(ChannelOption.AUTO_READ, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsConnecting() {
        Duration limit = Duration.ofMillis(1234);
        assertThat(Pair.client().connectTimeout()).isEqualTo(ZmtpClient.DEFAULT_CONNECT_TIMEOUT);
        ZmtpClient client = Pair.client().connectTimeout(limit);
        assertThat(client.connectTimeout()).isEqualTo(limit);
        ZmtpConnection connection = client.connect(pair.binding.endpoint()).block(TIMEOUT);
        assertThat(connection.option(ChannelOption.CONNECT_TIMEOUT_MILLIS)).isEqualTo(1234);
        connection.dispose();
    }

    @Test
    void passesARefusedConnectionOn() {
        pair.close();
        StepVerifier.create(Pair.client().connect(pair.binding.endpoint()))
                .expectError(ConnectException.class)
                .verify(TIMEOUT);
    }

    @Test
    void showsItsStateInAText() {
        assertThat(pair.client).hasToString("ZmtpConnection[" + pair.binding.endpoint() + ", open]");
        pair.client.dispose();
        pair.client.onClose().block(TIMEOUT);
        assertThat(pair.client.toString()).endsWith("LOCAL]");
    }
}
