package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.MonitorEvent.Disconnected;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import io.zmtp.reactive.testing.LiveObjects;
import io.zmtp.reactive.testing.RawPeer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Connections that come and go while nobody asks the socket for messages leave nothing behind. */
class ComeAndGoTests {

    private static final int COUNT = 40;

    /** Some may be on the stack of a thread, or be the last of their kind. */
    private static final int TOLERATED_OBJECTS = 10;

    private static final String[] KEPT = {"ChannelPipe", "InprocPipe", "ConnectedPeer", "ChannelConnection"};

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** Does not ask for anything. */
    private static final class Idle extends BaseSubscriber<Object> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}
    }

    static Stream<Function<UnaryOperator<SocketOptions>, ZmtpSocket>> types() {
        return Stream.of(
                PullSocket::create,
                PushSocket::create,
                GatherSocket::create,
                ScatterSocket::create,
                DealerSocket::create,
                RouterSocket::create,
                ReqSocket::create,
                RepSocket::create,
                PubSocket::create,
                SubSocket::create,
                XPubSocket::create,
                XSubSocket::create,
                RadioSocket::create,
                DishSocket::create,
                PairSocket::create,
                ChannelSocket::create,
                ServerSocket::create,
                ClientSocket::create,
                PeerSocket::create);
    }

    /** A socket of each type without a subscriber, and one with a subscriber that asks for nothing. */
    private Stream<ZmtpSocket> all() {
        return types().flatMap(type -> {
            ZmtpSocket alone = sockets.open(type);
            ZmtpSocket other = sockets.open(type);
            if (other instanceof Receiver receiver) {
                receiver.receive().subscribe(new Idle());
                return Stream.of(alone, other);
            }
            return Stream.of(alone);
        });
    }

    private static SocketType peerOf(SocketType type) {
        return Stream.of(SocketType.values()).filter(type::accepts).findFirst().orElseThrow();
    }

    @Test
    void connectionsLeaveNothing() throws InterruptedException {
        List<ZmtpSocket> all = all().toList();
        CountDownLatch failed = new CountDownLatch(COUNT * all.size());
        CountDownLatch gone = new CountDownLatch(COUNT * all.size());
        long before = LiveObjects.count().of(KEPT);

        for (ZmtpSocket socket : all) {
            sockets.add(socket.monitor().ofType(HandshakeFailed.class).subscribe(event -> failed.countDown()));
            sockets.add(socket.monitor().ofType(Disconnected.class).subscribe(event -> gone.countDown()));
            String at = socket.bindNow("tcp://127.0.0.1:*").toString();
            String peers = peerOf(socket.type()).name();
            for (int i = 0; i < COUNT; i++) {
                RawPeer.connect(at).close();
                try (RawPeer peer = RawPeer.connect(at)) {
                    peer.handshakeNull(peers);
                }
                if (socket instanceof PairedSocket) {
                    Sockets.awaitPeers(socket, 0); // it refuses a second one
                }
            }
        }
        assertThat(failed.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(gone.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(LiveObjects.count().of(KEPT)).isLessThan(before + TOLERATED_OBJECTS);
    }

    @Test
    void socketsOfTheProcessLeaveNothing() {
        List<ZmtpSocket> all = all().toList();
        long before = LiveObjects.count().of(KEPT);

        for (ZmtpSocket socket : all) {
            Endpoint at = socket.bindNow("inproc://" + UUID.randomUUID());
            Function<UnaryOperator<SocketOptions>, ZmtpSocket> other = types().filter(
                            each -> each.apply(UnaryOperator.identity()).type() == peerOf(socket.type()))
                    .findFirst()
                    .orElseThrow();
            for (int i = 0; i < COUNT; i++) {
                ZmtpSocket peer = other.apply(UnaryOperator.identity());
                peer.connectNow(at);
                peer.dispose();
            }
            Sockets.awaitPeers(socket, 0);
        }

        assertThat(LiveObjects.count().of(KEPT)).isLessThan(before + TOLERATED_OBJECTS);
    }

    /** A pipe that was read from has a turn, which it needs no more when its peer has gone. */
    @Test
    void peersOfWhichAllWasReceivedLeaveNothing() {
        PullSocket pull = sockets.open(PullSocket::create);
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");
        long before = LiveObjects.count().of(KEPT);
        AtomicReference<String> last = new AtomicReference<>();
        BaseSubscriber<Message> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(Message message) {
                last.set(message.text());
            }
        };
        pull.receive().subscribe(subscriber);
        List<RawPeer> peers = Stream.generate(() -> RawPeer.connect(at.toString()))
                .limit(COUNT)
                .toList();

        for (int i = 0; i < COUNT; i++) {
            peers.get(i).handshakeNull("PUSH");
            peers.get(i).writeMessage("" + i);
        }
        subscriber.request(COUNT);
        Flux.interval(Duration.ofMillis(2))
                .filter(tick -> pull.peers().size() == COUNT
                        && pull.peers().stream().allMatch(peer -> peer.messagesReceived() == 1 && peer.unread() == 0))
                .blockFirst(TIMEOUT);
        peers.forEach(RawPeer::close);
        Sockets.awaitPeers(pull, 0);

        assertThat(last.get()).isNotNull();
        assertThat(LiveObjects.count().of(KEPT)).isLessThan(before + TOLERATED_OBJECTS);
    }

    @Test
    void whoWatchesPeersDoesNotKeepThoseThatHaveGone() {
        PullSocket pull = sockets.open(PullSocket::create);
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");
        AtomicReference<WeakReference<ConnectedPeer>> first = new AtomicReference<>();
        sockets.add(pull.onPeer().subscribe(peer -> first.compareAndSet(null, new WeakReference<>(peer))));

        for (int i = 0; i < 2; i++) {
            try (RawPeer peer = RawPeer.connect(at.toString())) {
                peer.handshakeNull("PUSH");
                Sockets.awaitPeers(pull, 1);
            }
            Sockets.awaitPeers(pull, 0);
        }

        Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .doOnNext(tick -> System.gc())
                .filter(tick -> first.get().get() == null)
                .blockFirst(TIMEOUT);
    }
}
