package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Opened.Pair;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

class TransportOptionsTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void setsSocketOptionsOfAClient() {
        ZmtpConnection connection = opened.pair(
                        pull(),
                        push().option(ChannelOption.SO_KEEPALIVE, false).option(ChannelOption.SO_RCVBUF, 65_536),
                        "tcp://127.0.0.1:*")
                .client();
        assertThat(connection.option(ChannelOption.SO_KEEPALIVE)).isFalse();
        assertThat(connection.option(ChannelOption.SO_RCVBUF)).isBetween(65_536, 131_072);
    }

    @Test
    void setsSocketOptionsOfAcceptedConnections() {
        Pair pair = opened.pair(pull().option(ChannelOption.SO_KEEPALIVE, false), push(), "tcp://127.0.0.1:*");
        assertThat(pair.server().option(ChannelOption.SO_KEEPALIVE)).isFalse();
        assertThat(pair.client().option(ChannelOption.SO_KEEPALIVE)).isTrue();
    }

    @Test
    void setsTheBacklogOfTheListeningChannel() {
        ZmtpConnection accepted = opened.pair(pull().option(ChannelOption.SO_BACKLOG, 17), push(), "tcp://127.0.0.1:*")
                .server();
        assertThat(accepted.channel().parent().config().getOption(ChannelOption.SO_BACKLOG))
                .isEqualTo(17);
    }

    @Test
    void sendsWithoutNaglesDelayByDefault() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        assertThat(pair.client().option(ChannelOption.TCP_NODELAY)).isTrue();
        assertThat(pair.server().option(ChannelOption.TCP_NODELAY)).isTrue();
    }

    /** A host that has died keeps no place for ever. */
    @Test
    void hasTheSystemLookForDeadHostsByDefault() {
        Pair pair = opened.pair("tcp://127.0.0.1:*");
        assertThat(pair.client().option(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(pair.server().option(ChannelOption.SO_KEEPALIVE)).isTrue();
    }

    @Test
    void changesOptionsWhileOpen() {
        ZmtpConnection connection = opened.pair("tcp://127.0.0.1:*").client();
        connection.option(ChannelOption.SO_KEEPALIVE, false);
        assertThat(connection.option(ChannelOption.SO_KEEPALIVE)).isFalse();
    }

    @Test
    void knowsNoOptionThatTheTransportLacks() {
        ZmtpConnection connection = opened.pair("tcp://127.0.0.1:*").client();
        assertThat(connection.option(ChannelOption.IP_MULTICAST_TTL)).isNull();
        assertThatThrownBy(() -> connection.option(ChannelOption.IP_MULTICAST_TTL, 1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("IP_MULTICAST_TTL");
    }

    @Test
    void keepsReadingToItself() {
        assertThatIllegalArgumentException().isThrownBy(() -> push().option(ChannelOption.AUTO_READ, true));
    }

    @Test
    void refinesASpecWithoutChangingIt() {
        ZmtpClient client = push();
        ZmtpClient patient = client.connectTimeout(Duration.ofSeconds(1))
                .handshakeTimeout(Duration.ofSeconds(2))
                .idleTimeout(Duration.ofSeconds(3));
        assertThat(client.connectTimeout()).isEqualTo(ZmtpClient.DEFAULT_CONNECT_TIMEOUT);
        assertThat(client.handshakeTimeout()).isEqualTo(ConnectionSpec.DEFAULT_HANDSHAKE_TIMEOUT);
        assertThat(client.idleTimeout()).isZero();
        assertThat(patient.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(patient.handshakeTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(patient.idleTimeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void refinesOptionsWithoutSharingThem() {
        ZmtpClient plain = push();
        plain.option(ChannelOption.SO_KEEPALIVE, false);
        assertThat(opened.pair(pull(), plain, "tcp://127.0.0.1:*").client().option(ChannelOption.SO_KEEPALIVE))
                .isTrue();
    }

    @Test
    void needsASocketType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZmtpClient.create().connect("tcp://127.0.0.1:5555"))
                .withMessageContaining("socketType");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZmtpServer.create().bind("tcp://127.0.0.1:*"))
                .withMessageContaining("socketType");
    }

    @Test
    void runsOnLoopsOfOnesOwn() {
        LoopResources loops = LoopResources.create("own", 1, true);
        try {
            Pair pair = opened.pair(
                    ZmtpServer.create().socketType(SocketType.PAIR).runOn(loops),
                    ZmtpClient.create().socketType(SocketType.PAIR).runOn(loops),
                    "tcp://127.0.0.1:*");
            assertThat(pair.client()
                            .channel()
                            .eventLoop()
                            .submit(() -> Thread.currentThread().getName())
                            .syncUninterruptibly()
                            .getNow())
                    .startsWith("own-");
            assertThat(pair.server()
                            .channel()
                            .eventLoop()
                            .submit(() -> Thread.currentThread().getName())
                            .syncUninterruptibly()
                            .getNow())
                    .startsWith("own-");
            opened.close();
        } finally {
            loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
        }
    }
}
