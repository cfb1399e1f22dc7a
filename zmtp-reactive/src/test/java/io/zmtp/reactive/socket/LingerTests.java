package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What a closing socket still writes, and what it says of the rest. */
class LingerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final Map<DropReason, Long> drops = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PushSocket push(Duration linger) {
        PushSocket push = PushSocket.create(options -> options.linger(linger)
                .reconnect(Duration.ofMillis(10), Duration.ofMillis(20))
                .recorder(new Recorder() {
                    @Override
                    public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
                        drops.merge(reason, messages, Long::sum);
                    }
                }));
        open.add(push);
        return push;
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create();
        open.add(pull);
        return pull;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    private Endpoint free() {
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        pull.unbind(endpoint).block(TIMEOUT);
        return endpoint;
    }

    @Test
    void zeroEndsAtOnceAndCountsWhatWasLeft() {
        PushSocket push = push(Duration.ZERO);
        push.connectNow(free());
        push.send(numbers(7)).block(TIMEOUT);
        long before = System.nanoTime();

        Closed closed = push.close().block(TIMEOUT);

        assertThat(closed).isNotNull();
        assertThat(closed.unsentMessages()).isEqualTo(7);
        assertThat(closed.unsentBytes()).isEqualTo(7 * 3);
        assertThat(drops).containsExactly(Map.entry(DropReason.LINGER, 7L));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void writesALargeLastMessageToAPeerThatReadsLate() {
        RawListener listener = RawPeer.listen();
        PushSocket push = push(TIMEOUT);
        push.connectNow(listener.endpoint());
        RawPeer peer = listener.accept();
        peer.handshakeNull("PULL");
        push.send(Message.of(new byte[8 << 20])).block(TIMEOUT);

        CompletableFuture<Closed> closed = push.close().toFuture();
        assertThat(closed).isNotCompleted();
        byte[] body = peer.readFrame().body();
        peer.close();

        assertThat(body).hasSize(8 << 20);
        assertThat(closed).succeedsWithin(TIMEOUT);
        assertThat(closed.join().unsentMessages()).isZero();
        listener.close();
    }

    @Test
    void writesToAPeerThatAppearsWithinLinger() {
        PushSocket push = push(TIMEOUT);
        Endpoint endpoint = push.connectNow(free().toString());
        push.send(numbers(100)).block(TIMEOUT);
        CompletableFuture<Closed> closed = push.close().toFuture();
        PullSocket late = pull();

        late.bindNow(endpoint.toString());

        StepVerifier.create(late.receive().take(100).map(Message::text).last())
                .expectNext("99")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(closed).succeedsWithin(TIMEOUT);
        assertThat(closed.join().unsentMessages()).isZero();
    }

    @Test
    void givesWhatAGonePeerHeldToOneThatAppearsWithinLinger() {
        PushSocket push = push(TIMEOUT);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        RawPeer stuck = RawPeer.connect(endpoint.toString());
        stuck.handshakeNull("PULL");
        push.onPeer().blockFirst(TIMEOUT);
        Sockets.fill(push::send);
        long held = Sockets.awaitStill(push.peers().get(0)::queued);
        CompletableFuture<Closed> closed = push.close().toFuture();

        stuck.closeWithReset();
        PullSocket late = pull();
        late.connectNow(endpoint);

        StepVerifier.create(late.receive().take(held).count())
                .expectNext(held)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(closed).succeedsWithin(TIMEOUT);
        assertThat(closed.join().unsentMessages()).isZero();
        assertThat(drops.keySet()).containsOnly(DropReason.PEER_GONE);
    }

    @Test
    void acceptsWhatWaitedWhenItIsClosed() {
        PushSocket push = push(TIMEOUT);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        CompletableFuture<Void> waiting = push.send("patient").toFuture();
        CompletableFuture<Closed> closed = push.close().toFuture();
        assertThat(waiting).isNotCompleted();
        PullSocket late = pull();

        late.connectNow(endpoint);

        StepVerifier.create(late.receive().map(Message::text).next())
                .expectNext("patient")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(waiting).succeedsWithin(TIMEOUT);
        assertThat(closed).succeedsWithin(TIMEOUT);
    }

    @Test
    void countsExactlyWhatAStuckPeerDidNotTake() {
        PushSocket push = push(Duration.ofMillis(200));
        RawListener listener = RawPeer.listen();
        push.connectNow(listener.endpoint());
        RawPeer stuck = listener.accept();
        stuck.handshakeNull("PULL");
        int size = 100_000;
        int sent = 150;
        StepVerifier.create(
                        Flux.range(0, sent).map(i -> Message.of(new byte[size])).concatMap(push::send))
                .expectComplete()
                .verify(TIMEOUT);

        Closed closed = push.close().block(TIMEOUT);

        assertThat(closed).isNotNull();
        long whole = stuck.readAll(TIMEOUT).length / (size + 9);
        assertThat(closed.unsentMessages()).isBetween(1L, (long) sent);
        // What is not in the kernel's buffers when the connection ends was not sent; of what is, some may be lost.
        assertThat(whole + closed.unsentMessages()).isLessThanOrEqualTo(sent);
        assertThat(drops.get(DropReason.LINGER)).isEqualTo(closed.unsentMessages());
        stuck.close();
        listener.close();
    }

    @Test
    void flushCompletesWhenAPeerThatHeldSomethingHasGone() {
        PushSocket push = push(Duration.ZERO);
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        RawPeer stuck = RawPeer.connect(endpoint.toString());
        stuck.handshakeNull("PULL");
        push.onPeer().blockFirst(TIMEOUT);
        push.send(Flux.range(0, 12).map(i -> Message.of(new byte[1_000_000]))).block(TIMEOUT);

        StepVerifier.create(push.flush())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .then(stuck::closeWithReset)
                .expectNoEvent(Duration.ofMillis(50)) // what it held waits for another one
                .then(() -> {
                    PullSocket well = pull();
                    well.connectNow(endpoint);
                    well.receive().subscribe();
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aReceiverThatClosesEndsAtOnce() {
        PullSocket pull = pull();
        pull.bindNow("tcp://127.0.0.1:*");
        pull.connectNow(free());

        StepVerifier.create(pull.close()).expectNextCount(1).expectComplete().verify(Duration.ofSeconds(5));
    }
}
