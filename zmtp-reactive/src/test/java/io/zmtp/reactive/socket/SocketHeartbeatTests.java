package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Sockets that look whether their peers live. */
class SocketHeartbeatTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PushSocket push(UnaryOperator<SocketOptions> options) {
        PushSocket push = PushSocket.create(options);
        open.add(push);
        return push;
    }

    private static CompletableFuture<Closed.Reason> end(ZmtpSocket socket) {
        return socket.monitor()
                .ofType(MonitorEvent.Disconnected.class)
                .map(event -> event.closed().reason())
                .next()
                .toFuture();
    }

    @Test
    void aPeerThatFallsSilentIsFoundAndItsMessagesGoToAnother() {
        PushSocket push = push(options -> options.heartbeat(Duration.ofMillis(50), Duration.ofMillis(100)));
        CompletableFuture<Closed.Reason> end = end(push);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        RawPeer silent = RawPeer.connect(endpoint.toString());
        silent.handshakeNull("PULL");
        push.onPeer().blockFirst(TIMEOUT);
        push.send(Flux.range(0, 15).map(i -> Message.of(new byte[1_000_000]))).block(TIMEOUT);
        push.send("last").block(TIMEOUT); // further behind than a kernel's buffers reach
        PullSocket well = PullSocket.create();
        open.add(well);
        well.connectNow(endpoint);

        StepVerifier.create(
                        well.receive().map(Message::text).filter("last"::equals).next())
                .expectNext("last")
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(end).succeedsWithin(TIMEOUT).isEqualTo(Closed.Reason.HEARTBEAT);
        silent.close();
    }

    @Test
    void aPeerThatAnswersIsKeptAndTimed() {
        long before = System.nanoTime();
        CompletableFuture<Duration> roundTrip = new CompletableFuture<>();
        PushSocket push = push(options -> options.heartbeat(Duration.ofMillis(20), TIMEOUT)
                .recorder(new Recorder() {
                    @Override
                    public void roundTrip(SocketType type, Endpoint endpoint, Duration time) {
                        roundTrip.complete(time);
                    }
                }));
        PullSocket pull = PullSocket.create();
        open.add(pull);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        ConnectedPeer peer = push.onPeer().blockFirst(TIMEOUT);

        assertThat(roundTrip).succeedsWithin(TIMEOUT);
        assertThat(roundTrip.join()).isPositive().isLessThan(Duration.ofSeconds(5));
        assertThat(peer).isNotNull();
        assertThat(peer.isDisposed()).isFalse();
        Duration latest = peer.roundTrip().orElseThrow();
        assertThat(latest).isPositive();
        assertThat(peer.connectedFor()).isBetween(latest, Duration.ofNanos(System.nanoTime() - before));
    }

    @Test
    void aPeerIsNotTimedWithoutHeartbeats() {
        PushSocket push = push(options -> options);
        PullSocket pull = PullSocket.create();
        open.add(pull);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        assertThat(push.onPeer().blockFirst(TIMEOUT).roundTrip()).isEmpty();
    }

    @Test
    void anIdlePeerIsDisconnectedAndComesAgain() {
        PullSocket pull = PullSocket.create(options -> options.idleTimeout(Duration.ofMillis(100)));
        open.add(pull);
        CompletableFuture<Closed.Reason> end = end(pull);
        PushSocket push = push(options -> options.reconnect(Duration.ofMillis(10)));
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));

        assertThat(end).succeedsWithin(TIMEOUT).isEqualTo(Closed.Reason.IDLE);

        push.onPeer().skip(1).blockFirst(TIMEOUT);
    }
}
