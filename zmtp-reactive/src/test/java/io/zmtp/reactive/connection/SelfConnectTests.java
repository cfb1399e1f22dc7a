package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.socket.nio.NioSocketChannel;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.testing.ChannelLoops;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Nobody listens, and the system picks for the client the very port that it dials: TCP makes one socket both ends. */
class SelfConnectTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final AtomicInteger unlucky = new AtomicInteger();
    private final ChannelLoops loops = new ChannelLoops(Unlucky::new);

    @AfterEach
    void close() {
        loops.dispose();
    }

    private final class Unlucky extends NioSocketChannel {

        @Override
        protected boolean doConnect(SocketAddress remote, @Nullable SocketAddress local) throws Exception {
            return super.doConnect(remote, unlucky.getAndDecrement() > 0 ? remote : local);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void aClientFailsWithAClearErrorAndThePortIsFree() throws Exception {
        int port = freePort();
        unlucky.set(1);
        StepVerifier.create(ZmtpClient.create()
                        .socketType(SocketType.DEALER)
                        .runOn(loops)
                        .connect("tcp://127.0.0.1:" + port))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("tcp://127.0.0.1:" + port)
                        .hasMessageContaining("with itself"))
                .verify(TIMEOUT);
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(false); // not even a remnant of the connection is in the way
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    @Test
    void aSocketDialsAgainAndFindsTheServer() throws Exception {
        int port = freePort();
        unlucky.set(3);
        DealerSocket dealer = DealerSocket.create(
                options -> options.runOn(loops).reconnect(Duration.ofMillis(10), Duration.ofMillis(20)));
        try (ServerCloser server = new ServerCloser()) {
            CompletableFuture<MonitorEvent.Retrying> third = dealer.monitor()
                    .ofType(MonitorEvent.Retrying.class)
                    .skip(2)
                    .next()
                    .toFuture();
            dealer.connectNow("tcp://127.0.0.1:" + port);
            assertThat(third).succeedsWithin(TIMEOUT);
            assertThat(third.join().cause())
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("with itself");
            assertThat(dealer.peers()).isEmpty();

            server.dealer.bindNow("tcp://127.0.0.1:" + port);
            dealer.send("hello").block(TIMEOUT);
            assertThat(server.dealer.receive().map(Message::text).blockFirst(TIMEOUT))
                    .isEqualTo("hello");
            assertThat(dealer.endpoints()).containsExactly(Endpoint.parse("tcp://127.0.0.1:" + port));
        } finally {
            dealer.close().block(TIMEOUT);
        }
    }

    private static final class ServerCloser implements AutoCloseable {
        final DealerSocket dealer = DealerSocket.create();

        @Override
        public void close() {
            dealer.dispose();
        }
    }
}
