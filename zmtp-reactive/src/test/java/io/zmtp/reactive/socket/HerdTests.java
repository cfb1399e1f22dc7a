package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A thousand clients of one server. The connections are real, the clock is the test's own. */
class HerdTests {

    private static final int CLIENTS = 1000;
    private static final int FIFTH = CLIENTS / 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final CountingLoop loop = new CountingLoop();
    private final VirtualTimeScheduler time = VirtualTime.start();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @BeforeEach
    void requireDescriptors() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        assumeThat(system).isInstanceOf(UnixOperatingSystemMXBean.class);
        assumeThat(((UnixOperatingSystemMXBean) system).getMaxFileDescriptorCount())
                .isGreaterThan(4 * CLIENTS);
    }

    @AfterEach
    void close() {
        sockets.close();
        loop.settle();
        VirtualTimeScheduler.reset();
        loop.dispose();
    }

    private void client(String endpoint, UnaryOperator<SocketOptions> more) {
        PushSocket push = sockets.add(PushSocket.create(options -> more.apply(options.runOn(loop))));
        push.monitor().ofType(MonitorEvent.Connected.class).subscribe(opened -> connected.incrementAndGet());
        push.monitor().ofType(MonitorEvent.Retrying.class).subscribe(retrying -> failed.incrementAndGet());
        push.connectNow(endpoint);
    }

    /** Waits by the wall clock. */
    private static void await(String what, IntSupplier count, int expected) {
        for (long end = System.nanoTime() + TIMEOUT.toNanos();
                count.getAsInt() != expected && System.nanoTime() < end; ) {
            LockSupport.parkNanos(100_000);
        }
        assertThat(count.getAsInt()).as(what).isEqualTo(expected);
    }

    /** Lets so much time pass while there is no server; how many dialled. */
    private int attempts(Duration passing) {
        int before = loop.attempts();
        int failedBefore = failed.get();
        time.advanceTimeBy(passing);
        int attempts = loop.attempts() - before;
        await("refused", () -> failed.get() - failedBefore, attempts);
        loop.settle();
        return attempts;
    }

    /** No timers of the server's: virtual time loses some when several threads start and stop them at once. */
    private static SocketOptions untimed(SocketOptions options) {
        return options.handshakeTimeout(Duration.ZERO);
    }

    private void pass(Duration duration) {
        loop.settle();
        time.advanceTimeBy(duration);
        loop.settle();
    }

    private PullSocket serve(String endpoint) {
        PullSocket pull = sockets.add(
                PullSocket.create(options -> untimed(options).server(server -> server.maxHandshakes(2 * CLIENTS))));
        pull.bindNow(endpoint);
        return pull;
    }

    @Test
    void spreadsItsAttemptsWhenTheServerRestarts() {
        PullSocket server = serve("tcp://127.0.0.1:*");
        String endpoint = server.endpoints().get(0).toString();
        for (int i = 1; i <= CLIENTS; i++) {
            client(endpoint, HerdTests::untimed);
            if (i % 100 == 0) {
                await("peers", () -> server.peers().size(), i);
            }
        }
        server.dispose();
        await("lost", failed::get, CLIENTS);
        loop.settle();

        assertThat(attempts(Duration.ofMillis(50))).isZero();
        assertThat(tenths(() -> attempts(Duration.ofMillis(10)))).allMatch(count -> count <= FIFTH);

        PullSocket again = serve(endpoint);
        AtomicInteger back = new AtomicInteger();
        assertThat(tenths(() -> {
                    int before = loop.attempts();
                    time.advanceTimeBy(Duration.ofMillis(30));
                    int came = loop.attempts() - before;
                    await("back", () -> again.peers().size(), back.addAndGet(came));
                    loop.settle();
                    return came;
                }))
                .allMatch(count -> count <= FIFTH);
    }

    /** What came in each tenth of an interval; everybody in the end. */
    private static List<Integer> tenths(IntSupplier came) {
        List<Integer> tenths = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tenths.add(came.getAsInt());
        }
        assertThat(tenths.stream().mapToInt(count -> count).sum())
                .as("the sum of %s", tenths)
                .isEqualTo(CLIENTS);
        return tenths;
    }

    @Test
    void hasOneOpenAttemptAClientWithAServerThatAcceptsAndStalls() throws IOException {
        List<SocketChannel> accepted = new ArrayList<>();
        try (ServerSocketChannel stalling = ServerSocketChannel.open()) {
            stalling.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CLIENTS);
            stalling.configureBlocking(false);
            String endpoint = "tcp://127.0.0.1:" + stalling.socket().getLocalPort();
            for (int i = 1; i <= CLIENTS; i++) { // one a millisecond
                client(endpoint, options -> options.handshakeTimeout(LIMIT));
                await("connected", connected::get, i);
                accept(stalling, accepted);
                pass(Duration.ofMillis(1));
            }
            pass(LIMIT.minusMillis(CLIENTS + 1));
            assertThat(loop.attempts()).isEqualTo(CLIENTS);
            assertThat(accept(stalling, accepted)).hasSize(CLIENTS).allMatch(HerdTests::isOpen);

            for (int i = 1; i <= CLIENTS; i++) {
                int givenUp = i;
                pass(Duration.ofMillis(1));
                await("given up", failed::get, givenUp);
                int attempts = loop.attempts();
                await("dialled again", connected::get, attempts);
                accept(stalling, accepted);
                loop.settle();
                assertThat(attempts).isBetween(CLIENTS, CLIENTS + givenUp);
            }
            for (int i = 0; i < 150; i++) {
                pass(Duration.ofMillis(1));
                await("dialled again", connected::get, loop.attempts());
                accept(stalling, accepted);
            }
            assertThat(accepted).hasSize(2 * CLIENTS);
            assertThat(accepted.subList(0, CLIENTS)).noneMatch(HerdTests::isOpen);
            assertThat(accepted.subList(CLIENTS, 2 * CLIENTS)).allMatch(HerdTests::isOpen);
        } finally {
            for (SocketChannel each : accepted) {
                each.close();
            }
        }
    }

    private static List<SocketChannel> accept(ServerSocketChannel stalling, List<SocketChannel> accepted) {
        try {
            for (SocketChannel next; (next = stalling.accept()) != null; ) {
                next.configureBlocking(false);
                accepted.add(next);
            }
            return accepted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the client has not closed; throws away what it said. */
    private static boolean isOpen(SocketChannel channel) {
        ByteBuffer said = ByteBuffer.allocate(128);
        try {
            int count = channel.read(said);
            while (count > 0) {
                count = channel.read(said.clear());
            }
            return count == 0;
        } catch (IOException reset) {
            return false;
        }
    }
}
