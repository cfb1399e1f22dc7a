package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** A subscriber that does not keep up, and what it gets. */
class PublishOverflowTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int SIZE = 100_000;
    private static final int SENT = 300;

    private final Disposable.Composite open = Disposables.composite();
    private final Map<DropReason, Long> drops = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        open.dispose();
    }

    private PubSocket pub(Overflow rule) {
        PubSocket pub = PubSocket.create(options -> options.sendHwm(10)
                .onFull(rule)
                .linger(Duration.ZERO)
                .recorder(new Recorder() {
                    @Override
                    public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
                        drops.merge(reason, messages, Long::sum);
                    }
                }));
        open.add(pub);
        return pub;
    }

    private RawPeer subscriber(PubSocket pub) {
        RawPeer peer = RawPeer.connect(pub.bindNow("tcp://127.0.0.1:*").toString());
        peer.handshakeNull("SUB");
        peer.write("04 0a 09'SUBSCRIBE'");
        pub.awaitSubscribers(Bytes.EMPTY, 1).block(TIMEOUT);
        return peer;
    }

    private static Flux<Message> numbered() {
        return Flux.range(0, SENT)
                .map(i ->
                        Message.of(ByteBuffer.wrap(new byte[SIZE]).putInt(0, i).array()));
    }

    /** Which messages a peer gets until the last one. */
    private static List<Integer> read(RawPeer peer, int count) {
        List<Integer> came = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            came.add(ByteBuffer.wrap(peer.readFrame().body()).getInt());
        }
        return came;
    }

    @Test
    void keepsTheLatestForEachSubscriber() {
        PubSocket pub = pub(Overflow.LATEST);
        RawPeer slow = subscriber(pub);

        pub.send(numbered()).block(TIMEOUT);

        long replaced = drops.get(DropReason.REPLACED);
        assertThat(replaced).isBetween(1L, (long) SENT);
        List<Integer> came = read(slow, (int) (SENT - replaced));
        assertThat(came).isSorted().endsWith(SENT - 1);
        slow.close();
    }

    @Test
    void dropsTheOldestForEachSubscriber() {
        PubSocket pub = pub(Overflow.DROP_OLDEST);
        RawPeer slow = subscriber(pub);

        pub.send(numbered()).block(TIMEOUT);

        long dropped = drops.get(DropReason.QUEUE_FULL);
        List<Integer> came = read(slow, (int) (SENT - dropped));
        assertThat(came.subList(came.size() - 10, came.size()))
                .containsExactly(290, 291, 292, 293, 294, 295, 296, 297, 298, 299);
        slow.close();
    }

    @Test
    void disconnectsASubscriberThatIsTooSlow() {
        PubSocket pub = pub(Overflow.DISCONNECT);
        RawPeer slow = subscriber(pub);
        CompletableFuture<MonitorEvent.Disconnected> gone =
                pub.monitor().ofType(MonitorEvent.Disconnected.class).next().toFuture();

        pub.send(numbered()).block(TIMEOUT);

        assertThat(gone).succeedsWithin(TIMEOUT);
        assertThat(drops.get(DropReason.QUEUE_FULL)).isPositive();
        assertThat(pub.peers()).isEmpty();
        slow.close();
    }

    @Test
    void failsWhileASubscriberHasNoRoom() {
        PubSocket pub = pub(Overflow.FAIL);
        RawPeer slow = subscriber(pub);

        StepVerifier.create(numbered().concatMap(pub::send))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);

        assertThat(drops).isEmpty();
        slow.close();
    }

    /** They do not wait in the queue for messages, and none is ever lost. */
    @Test
    void subscriptionsNeedNoRoom() {
        XSubSocket xsub = XSubSocket.create(
                options -> options.sendHwm(1).onFull(Overflow.FAIL).linger(Duration.ZERO));
        open.add(xsub);
        RawPeer slow = RawPeer.connect(xsub.bindNow("tcp://127.0.0.1:*").toString());
        slow.handshakeNull("XPUB");
        xsub.onPeer().blockFirst(TIMEOUT);
        // More than the network takes: one is being written, the other waits, and there is no room until somebody
        // reads.
        Mono<Void> message = xsub.send(Message.of(Bytes.utf8("upstream"), Bytes.wrap(new byte[16 << 20])));
        message.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(1)))
                .repeat(1)
                .blockLast(TIMEOUT);

        StepVerifier.create(message)
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("it is full"))
                .verify(TIMEOUT);
        StepVerifier.create(xsub.send(Message.of(Bytes.hex("01 61"))))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(message).expectError(ZmtpSendException.class).verify(TIMEOUT);
        slow.close();
    }
}
