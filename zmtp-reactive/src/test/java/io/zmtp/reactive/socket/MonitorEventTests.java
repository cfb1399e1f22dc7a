package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Each event appears when it should, and says where and who. */
class MonitorEventTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final List<MonitorEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create(options -> options.reconnect(Duration.ofMillis(10)));
        open.add(pull);
        pull.monitor().subscribe(events::add);
        return pull;
    }

    private static <T extends MonitorEvent> CompletableFuture<T> next(ZmtpSocket socket, Class<T> type) {
        return socket.monitor().ofType(type).next().toFuture();
    }

    /** Events are logged. */
    @Test
    void printsNothingOfAMessageThatWasDropped() {
        MonitorEvent dropped = new MonitorEvent.Dropped(
                Endpoint.parse("inproc://x"), null, DropReason.LINGER, Message.of("user", "hunter2"), 3);
        assertThat(dropped.toString())
                .isEqualTo("Dropped[endpoint=inproc://x, peer=null, reason=LINGER, message of 2 parts, count=3]");
    }

    @Test
    void tellsTheLifeOfABoundEndpoint() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        CompletableFuture<MonitorEvent.Disconnected> gone = next(pull, MonitorEvent.Disconnected.class);
        RawPeer peer = RawPeer.connect(endpoint.toString());
        peer.handshakeNull("PUSH");
        pull.onPeer().blockFirst(TIMEOUT);

        peer.close();
        assertThat(gone).succeedsWithin(TIMEOUT);
        pull.close().block(TIMEOUT);

        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Listening", "Accepted", "HandshakeSucceeded", "Disconnected", "Ended");
        assertThat(events).extracting(MonitorEvent::endpoint).containsOnly(endpoint);
        assertThat(((MonitorEvent.Accepted) events.get(1)).address()).isInstanceOf(InetSocketAddress.class);
        MonitorEvent.HandshakeSucceeded joined = (MonitorEvent.HandshakeSucceeded) events.get(2);
        assertThat(joined.peer().socketType()).isEqualTo(SocketType.PUSH);
        assertThat(joined.took()).isPositive();
        assertThat(gone.join().peer()).isEqualTo(joined.peer());
        assertThat(gone.join().closed().reason()).isEqualTo(Closed.Reason.PEER);
    }

    @Test
    void tellsAtOnceAndThenOnceASecondThatNobodyIsAccepted() {
        AtomicLong recorded = new AtomicLong();
        PullSocket pull = PullSocket.create(options -> options.server(server -> server.maxConnections(1))
                .recorder(new Recorder() {
                    @Override
                    public void acceptPaused(SocketType type, Endpoint endpoint, long times) {
                        recorded.addAndGet(times);
                    }
                }));
        open.add(pull);
        pull.monitor().ofType(MonitorEvent.AcceptPaused.class).subscribe(events::add);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        CompletableFuture<MonitorEvent.AcceptPaused> later = pull.monitor()
                .ofType(MonitorEvent.AcceptPaused.class)
                .skip(1)
                .next()
                .toFuture();

        for (int i = 0; i < 10; i++) {
            RawPeer peer = RawPeer.connect(endpoint.toString());
            peer.handshakeNull("PUSH");
            peer.close();
        }

        assertThat(later).succeedsWithin(TIMEOUT);
        assertThat(events.get(0)).isEqualTo(new MonitorEvent.AcceptPaused(endpoint, 1, 1, 1));
        assertThat(events.size()).as("told less often than it happened").isLessThan(10);
        assertThat(recorded.get())
                .isEqualTo(events.stream()
                        .mapToLong(event -> ((MonitorEvent.AcceptPaused) event).count())
                        .sum());
    }

    @Test
    void tellsTheLifeOfAConnectedEndpoint() {
        RawListener listener = RawPeer.listen();
        PullSocket pull = pull();
        CompletableFuture<MonitorEvent.Retrying> retrying = next(pull, MonitorEvent.Retrying.class);
        Endpoint endpoint = pull.connectNow(listener.endpoint());
        RawPeer peer = listener.accept();
        peer.handshakeNull("PUSH");
        pull.onPeer().blockFirst(TIMEOUT);

        peer.close();
        assertThat(retrying).succeedsWithin(TIMEOUT);
        listener.close();
        pull.disconnect(endpoint).block(TIMEOUT);

        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .startsWith("Connected", "HandshakeSucceeded", "Disconnected", "Retrying")
                .endsWith("Ended");
        assertThat(events).extracting(MonitorEvent::endpoint).containsOnly(endpoint);
        assertThat(retrying.join().attempt()).isEqualTo(1);
    }

    @Test
    void tellsWhyAnAttemptFailed() {
        RawListener listener = RawPeer.listen();
        String nobody = listener.endpoint();
        listener.close();
        PullSocket pull = pull();
        CompletableFuture<MonitorEvent.Retrying> retrying = next(pull, MonitorEvent.Retrying.class);

        pull.connectNow(nobody);

        assertThat(retrying).succeedsWithin(TIMEOUT);
        assertThat(retrying.join().cause()).isInstanceOf(ConnectException.class);
    }

    @Test
    void tellsOfAHandshakeThatFailed() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        CompletableFuture<MonitorEvent.HandshakeFailed> failed = next(pull, MonitorEvent.HandshakeFailed.class);
        RawPeer peer = RawPeer.connect(endpoint.toString());

        peer.sendGreeting("NULL", false, 1).expectGreeting();
        peer.sendReady("SUB").awaitClosed(TIMEOUT);
        peer.close();

        assertThat(failed).succeedsWithin(TIMEOUT);
        assertThat(failed.join().endpoint()).isEqualTo(endpoint);
        assertThat(failed.join().address()).isInstanceOf(InetSocketAddress.class);
        assertThat(failed.join().cause())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(ZmtpHandshakeException.Failure.SOCKET_TYPE));
        assertThat(events).noneMatch(MonitorEvent.Disconnected.class::isInstance);
    }

    @Test
    void tellsOfMessagesThatNobodyReceives() {
        PushSocket push = PushSocket.create();
        open.add(push);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        CompletableFuture<MonitorEvent.Dropped> dropped = next(push, MonitorEvent.Dropped.class);
        RawPeer peer = RawPeer.connect(endpoint.toString());
        peer.handshakeNull("PULL");

        peer.writeMessage("unexpected");

        assertThat(dropped).succeedsWithin(TIMEOUT);
        assertThat(dropped.join().endpoint()).isEqualTo(endpoint);
        assertThat(dropped.join().reason()).isEqualTo(DropReason.UNEXPECTED);
        assertThat(dropped.join().peer()).isNotNull();
        assertThat(dropped.join().message().text()).isEqualTo("unexpected");
        peer.close();
    }

    @Test
    void completesWhenTheSocketIsClosed() {
        PullSocket pull = pull();
        CompletableFuture<Void> end = pull.monitor().then().toFuture();

        pull.dispose();

        assertThat(end).succeedsWithin(TIMEOUT);
    }
}
