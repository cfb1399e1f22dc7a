package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Closing in the middle of whatever is under way, many times: it ends in time, and nothing is left. */
@EnabledOnOs(OS.LINUX)
class CloseStressTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LINGER = Duration.ofMillis(20);
    private static final Duration IN_TIME = LINGER.plusSeconds(10);
    /** Of the threads that all sockets share, some may begin only now. */
    private static final int SHARED =
            LoopResources.DEFAULT_IO_WORKER_COUNT + 2 * Runtime.getRuntime().availableProcessors();

    private static final int ROUNDS = 125;

    private final PullSocket pull = PullSocket.create(options -> options.recvHwm(10));
    private final Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
    private long descriptors;
    private int threads;

    @BeforeEach
    void count() {
        for (int i = 0; i < 4; i++) {
            PushSocket warm = connected(); // so that loops, timers and resolvers are there
            warm.send("warm").block(TIMEOUT);
            pull.receive().blockFirst(TIMEOUT);
            close(warm);
        }
        awaitNoPeers();
        descriptors = descriptors();
        threads = Thread.getAllStackTraces().size();
    }

    @AfterEach
    void nothingIsLeft() {
        awaitNoPeers();
        Flux.interval(Duration.ofMillis(20))
                .filter(tick -> descriptors() <= descriptors + 5)
                .blockFirst(TIMEOUT);
        assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads + 6 + SHARED);
        pull.close().block(TIMEOUT);
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void awaitNoPeers() {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> pull.peers().isEmpty())
                .blockFirst(TIMEOUT);
    }

    private static PushSocket push() {
        return PushSocket.create(options ->
                options.linger(LINGER).reconnect(Duration.ofMillis(1)).sendHwm(10));
    }

    private PushSocket connected() {
        PushSocket push = push();
        push.connectNow(endpoint);
        return push;
    }

    private static Closed close(ZmtpSocket socket) {
        Closed closed = socket.close().block(IN_TIME);
        assertThat(closed).isNotNull();
        return closed;
    }

    private static void pauseAtRandom() {
        Mono.delay(Duration.ofNanos(ThreadLocalRandom.current().nextInt(1_500_000)))
                .block(TIMEOUT);
    }

    @Test
    void whileConnectingAndShakingHands() {
        for (int i = 0; i < ROUNDS * 2; i++) {
            PushSocket push = connected();
            if (i % 2 == 0) {
                pauseAtRandom();
            }
            close(push);
        }
    }

    @Test
    void whileTheGreetingOrTheReadyIsAwaited() {
        try (RawListener listener = RawPeer.listen()) {
            for (int i = 0; i < ROUNDS; i++) {
                PushSocket push = push();
                push.connectNow(listener.endpoint());
                RawPeer peer = listener.accept();
                if (i % 2 == 0) {
                    peer.sendGreeting("NULL", false, 1).expectGreeting();
                }
                close(push);
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
                peer.close();
            }
        }
    }

    @Test
    void whileSending() {
        for (int i = 0; i < ROUNDS; i++) {
            PushSocket push = connected();
            push.send(Flux.range(0, 1000).map(n -> Message.of("" + n)))
                    .onErrorComplete()
                    .subscribe();
            push.send(Message.of(new byte[100_000])).onErrorComplete().subscribe();
            if (i % 2 == 0) {
                pauseAtRandom();
            }
            close(push);
            pull.receive().take(Duration.ofMillis(1)).blockLast(TIMEOUT);
        }
        pull.receive().take(Duration.ofMillis(50)).blockLast(TIMEOUT);
    }

    @Test
    void whileReceiving() {
        for (int i = 0; i < ROUNDS; i++) {
            PullSocket receiving = PullSocket.create();
            Endpoint at = receiving.bindNow("tcp://127.0.0.1:*");
            receiving.receive().subscribe();
            PushSocket push = push();
            push.connectNow(at);
            push.send(Flux.range(0, 1000).map(n -> Message.of("" + n)))
                    .onErrorComplete()
                    .subscribe();
            if (i % 2 == 0) {
                pauseAtRandom();
            }
            close(receiving);
            close(push);
        }
    }

    @Test
    void whilePeersDie() {
        for (int i = 0; i < ROUNDS; i++) {
            PushSocket push = push();
            Endpoint at = push.bindNow("tcp://127.0.0.1:*");
            RawPeer peer = RawPeer.connect(at.toString());
            peer.handshakeNull("PULL");
            push.send(Flux.range(0, 100).map(n -> Message.of("" + n)))
                    .onErrorComplete()
                    .subscribe();
            peer.closeWithReset();
            close(push);
        }
    }

    @Test
    void whileEndpointsComeAndGo() {
        for (int i = 0; i < ROUNDS; i++) {
            PushSocket push = connected();
            push.bind("tcp://127.0.0.1:*")
                    .flatMap(push::unbind)
                    .onErrorComplete()
                    .subscribe();
            push.disconnect(endpoint).onErrorComplete().subscribe();
            push.connect(endpoint).onErrorComplete().subscribe();
            if (i % 2 == 0) {
                pauseAtRandom();
            }
            close(push);
        }
    }

    @Test
    void whileNobodyListens() {
        RawListener listener = RawPeer.listen();
        String nobody = listener.endpoint();
        listener.close();
        for (int i = 0; i < ROUNDS; i++) {
            PushSocket push = push();
            push.connectNow(nobody);
            push.send("lost").block(TIMEOUT);
            if (i % 2 == 0) {
                pauseAtRandom();
            }
            assertThat(close(push).unsentMessages()).isOne();
        }
    }
}
