package io.zmtp.reactive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

class DialerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static Mono<Channel> dial(int port) {
        Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + port);
        return Dialer.dial(endpoint, Loops.SHARED, TIMEOUT, Map.of(), null, null);
    }

    /** The event loop has not begun with it then. */
    @Test
    void anAttemptThatIsCancelledAtOnceClosesItsChannelAndDropsNoError() throws IOException {
        Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) TIMEOUT.toMillis());
            dial(server.getLocalPort()).block(TIMEOUT).close();
            server.accept().close();
            Hooks.onErrorDropped(dropped::add);
            for (int i = 0; i < 30; i++) {
                Disposable attempt = dial(server.getLocalPort()).subscribe(Channel::close); // if it was faster
                attempt.dispose();
            }
            Channel last = dial(server.getLocalPort()).block(TIMEOUT);
            // Those that were connected before they were cancelled are closed: this one comes behind them.
            for (Socket next; !isFrom(next = server.accept(), last); next.close()) {
                next.setSoTimeout((int) TIMEOUT.toMillis());
                assertThat(next.getInputStream().read()).isEqualTo(-1);
            }
            last.close().syncUninterruptibly();
        } finally {
            Hooks.resetOnErrorDropped();
        }
        assertThat(dropped).isEmpty();
    }

    private static boolean isFrom(Socket socket, Channel channel) {
        return socket.getRemoteSocketAddress().equals(channel.localAddress());
    }
}
