package io.zmtp.reactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PairSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Every timer follows virtual time. */
class VirtualTimeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ZmtpClient PUSH = ZmtpClient.create().socketType(SocketType.PUSH);
    private static final ZmtpClient PULL = ZmtpClient.create().socketType(SocketType.PULL);

    private final Disposable.Composite open = Disposables.composite();
    private final ScriptedPeer peer = open(ScriptedPeer.inMemory());

    @AfterEach
    void close() {
        open.dispose();
    }

    private <T extends Disposable> T open(T resource) {
        open.add(resource);
        return resource;
    }

    @Test
    void handshakeIsGivenUp() {
        StepVerifier.withVirtualTime(() -> peer.attach(PUSH.handshakeTimeout(Duration.ofMinutes(5))))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(299))
                .thenAwait(Duration.ofSeconds(1))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ZmtpHandshakeException.class,
                                late -> assertThat(late.failure()).isEqualTo(Failure.TIMEOUT)))
                .verify(TIMEOUT);
    }

    @Test
    void heartbeatEndsAConnectionToASilentPeer() {
        ZmtpClient client = PUSH.heartbeat(Duration.ofMinutes(10), Duration.ofMinutes(30));
        StepVerifier.withVirtualTime(() -> peer.attach(client).flatMap(ZmtpConnection::onClose))
                .expectSubscription()
                .then(() -> peer.handshake(SocketType.PULL).block())
                .expectNoEvent(Duration.ofMinutes(39))
                .thenAwait(Duration.ofMinutes(10))
                .assertNext(closed -> assertThat(closed.reason()).isEqualTo(Closed.Reason.HEARTBEAT))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void heartbeatKeepsAConnectionThatAnswers() {
        StepVerifier.withVirtualTime(() -> {
                    ZmtpClient client = PUSH.heartbeat(Duration.ofMinutes(1), Duration.ofMinutes(3));
                    InMemory both = open(InMemory.openNow(client, PULL));
                    return both.first().onClose();
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofDays(2))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void idleConnectionIsClosed() {
        StepVerifier.withVirtualTime(() -> {
                    InMemory both = open(InMemory.openNow(PUSH.idleTimeout(Duration.ofMinutes(8)), PULL));
                    return both.first().onClose();
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofMinutes(7))
                .thenAwait(Duration.ofMinutes(3))
                .assertNext(closed -> assertThat(closed.reason()).isEqualTo(Closed.Reason.IDLE))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void lingerEnds() {
        PullSocket stuck = open(PullSocket.create(options -> options.recvHwm(2)));
        stuck.bindNow("inproc://virtual-linger");
        StepVerifier.withVirtualTime(() -> {
                    PushSocket push = open(PushSocket.create(options -> options.linger(Duration.ofHours(1))));
                    push.connectNow("inproc://virtual-linger");
                    push.send(Flux.range(0, 5).map(i -> Message.of("" + i))).block();
                    return push.close();
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofMinutes(59))
                .thenAwait(Duration.ofMinutes(1))
                .assertNext(closed -> assertThat(closed.unsentMessages()).isEqualTo(3))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void reconnectingWaits() {
        PairSocket binding = open(PairSocket.create());
        PairSocket first = open(PairSocket.create());
        binding.bindNow("inproc://virtual-reconnect");
        first.connectNow("inproc://virtual-reconnect");
        binding.onPeer().blockFirst(TIMEOUT); // before the second one asks
        StepVerifier.withVirtualTime(() -> {
                    PairSocket second = open(
                            PairSocket.create(options -> options.reconnect(Duration.ofHours(2), Duration.ofHours(2))));
                    CompletableFuture<MonitorEvent.Retrying> refused = second.monitor()
                            .ofType(MonitorEvent.Retrying.class)
                            .next()
                            .toFuture();
                    second.connectNow("inproc://virtual-reconnect");
                    assertThat(refused).succeedsWithin(TIMEOUT);
                    first.dispose();
                    return second.receive().map(Message::text).next();
                })
                .expectSubscription()
                .then(() -> open(binding.send("welcome").subscribe()))
                .expectNoEvent(Duration.ofMinutes(39)) // a third of the longest at least
                .thenAwait(Duration.ofMinutes(81))
                .expectNext("welcome")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
