package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Peers that come, send, and go, while nobody asks for what they sent. */
class LeftoverTests {

    private static final Duration TIMEOUT = Sockets.TIMEOUT;
    private static final int HWM = 100;
    private static final int PEERS = 20;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final Drops drops = new Drops();

    private PullSocket pull() {
        return sockets.add(
                PullSocket.create(options -> Sockets.quick(options).recvHwm(HWM).recorder(drops)));
    }

    /** Comes, sends, and has gone. */
    private void visit(ZmtpSocket receiver, Endpoint at, int number, int messages) {
        Mono<MonitorEvent.Disconnected> gone = sockets.next(receiver, MonitorEvent.Disconnected.class);
        PushSocket push = sockets.add(PushSocket.create());
        push.connectNow(at);
        push.send(Flux.range(0, messages).map(i -> Message.of(number + " " + i)))
                .then(push.close())
                .block(TIMEOUT);
        gone.block();
    }

    private static List<String> texts(int number, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> number + " " + i).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://"})
    void peersThatComeAndGoLeaveAtMostSoMuchAndTheRestIsCounted(String where) {
        PullSocket pull = pull();
        Endpoint at = pull.bindNow(where.equals("inproc://") ? where + UUID.randomUUID() : where);

        for (int i = 0; i < PEERS; i++) {
            visit(pull, at, i, HWM);
        }

        drops.await(DropReason.UNREAD, (PEERS - 2) * HWM);
        assertThat(drops.of(DropReason.UNREAD)).isEqualTo((PEERS - 2) * HWM);
        List<String> left = Sockets.receive(pull, 2 * HWM);
        assertThat(left).containsAll(texts(PEERS - 1, 0, HWM)).containsAll(texts(PEERS - 2, 0, HWM));
    }

    /** As with a list of endpoints that changes while nobody receives. */
    @Test
    void endpointsThatAreGivenUpLeaveAtMostSoMuchAndTheRestIsCounted() {
        PullSocket pull = pull();
        PushSocket push = sockets.open(PushSocket::create);
        Endpoint at = push.bindNow("tcp://127.0.0.1:*");

        for (int i = 0; i < PEERS; i++) {
            int number = i;
            pull.connectNow(at);
            Sockets.awaitPeers(pull, 1);
            push.send(Flux.range(0, HWM).map(each -> Message.of(number + " " + each)))
                    .then(push.flush())
                    .block(TIMEOUT);
            Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                    .filter(tick -> pull.peers().get(0).unread() == HWM)
                    .blockFirst(TIMEOUT);
            pull.disconnect(at).block(TIMEOUT);
            Sockets.awaitPeers(push, 0);
        }

        drops.await(DropReason.UNREAD, (PEERS - 2) * HWM);
        assertThat(drops.of(DropReason.UNREAD)).isEqualTo((PEERS - 2) * HWM);
        List<String> left = Sockets.receive(pull, 2 * HWM);
        assertThat(left).containsAll(texts(PEERS - 1, 0, HWM)).containsAll(texts(PEERS - 2, 0, HWM));
    }

    /** The oldest goes first, a message at a time. */
    @Test
    void dropsNoMoreThanIsTooMuch() {
        PullSocket pull = pull();
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");

        visit(pull, at, 1, 60);
        visit(pull, at, 2, 60);
        visit(pull, at, 3, 1);

        drops.await(DropReason.UNREAD, 20);
        assertThat(drops.of(DropReason.UNREAD)).isEqualTo(20);
        assertThat(Sockets.receive(pull, 101))
                .containsAll(texts(1, 20, 60))
                .containsAll(texts(2, 0, 60))
                .containsAll(texts(3, 0, 1));
    }

    @Test
    void whatTheLastOneLeftIsNeverDropped() {
        PullSocket pull = pull();
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");

        visit(pull, at, 1, HWM);
        visit(pull, at, 2, HWM);

        assertThat(drops.all()).isEmpty();
        assertThat(Sockets.receive(pull, 2 * HWM)).hasSize(2 * HWM);
    }

    /** What somebody asks for is not left. */
    @Test
    void losesNothingWhileSomebodyReceives() {
        PullSocket pull = pull();
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");

        StepVerifier.create(pull.receive().take(PEERS * HWM).count())
                .then(() -> {
                    for (int i = 0; i < PEERS; i++) {
                        visit(pull, at, i, HWM);
                    }
                })
                .expectNext((long) PEERS * HWM)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(drops.all()).isEmpty();
    }

    /** Of a lasting pipe too, which is one for many connections. */
    @Test
    void aPeerThatIsConnectedToLeavesAtMostSoMuchOverAllItsLives() {
        PullSocket pull = pull();
        try (RawListener listener = RawPeer.listen()) {
            pull.connectNow(listener.endpoint());
            for (int life = 0; life < 5; life++) {
                try (RawPeer peer = listener.accept()) {
                    peer.handshakeNull("PUSH");
                    Sockets.awaitPeers(pull, 1);
                    for (int i = 0; i < HWM; i++) {
                        peer.write(new byte[] {0, 1, (byte) ('0' + life)});
                    }
                    awaitUnread(pull, Math.min(life + 1, 3) * HWM);
                }
                Sockets.awaitPeers(pull, 0);
            }
        }

        drops.await(DropReason.UNREAD, 3 * HWM);
        assertThat(drops.of(DropReason.UNREAD)).isEqualTo(3 * HWM);
        assertThat(Sockets.receive(pull, 2 * HWM)).startsWith("3").endsWith("4");
    }

    private static void awaitUnread(PullSocket pull, long count) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .filter(tick -> pull.peers().get(0).unread() == count)
                .blockFirst(TIMEOUT);
    }

    @Test
    void subscribersAndRoutersToo() {
        SubSocket sub =
                sockets.add(SubSocket.create(options -> options.recvHwm(HWM).recorder(drops)));
        sub.subscribe("");
        Endpoint news = sub.bindNow("tcp://127.0.0.1:*");
        RouterSocket router =
                sockets.add(RouterSocket.create(options -> options.recvHwm(HWM).recorder(drops)));
        Endpoint talk = router.bindNow("tcp://127.0.0.1:*");

        for (int i = 0; i < 4; i++) {
            PubSocket pub = sockets.add(PubSocket.create());
            pub.connectNow(news);
            pub.awaitSubscribers("", 1).block(TIMEOUT);
            pub.send(Flux.range(0, HWM).map(n -> Message.of("" + n)))
                    .then(pub.close())
                    .block(TIMEOUT);
            Sockets.awaitPeers(sub, 0);
            Mono<MonitorEvent.Disconnected> gone = sockets.next(router, MonitorEvent.Disconnected.class);
            DealerSocket dealer = sockets.add(DealerSocket.create());
            dealer.connectNow(talk);
            dealer.send(Flux.range(0, HWM).map(n -> Message.of("" + n)))
                    .then(dealer.close())
                    .block(TIMEOUT);
            gone.block();
        }

        drops.await(DropReason.UNREAD, 4 * HWM);
        assertThat(drops.of(DropReason.UNREAD)).isEqualTo(4 * HWM);
    }

    /** Notices that a peer has gone count as well: there is one of each. */
    @Test
    void noticesOfPeersThatHaveGoneAreBoundedToo() {
        ServerSocket server = sockets.add(ServerSocket.create(options -> options.recvHwm(10)
                .disconnectMessage(Message.of(Bytes.utf8("gone")))
                .recorder(drops)));
        Endpoint at = server.bindNow("tcp://127.0.0.1:*");

        for (int i = 0; i < PEERS; i++) {
            ClientSocket client = sockets.add(ClientSocket.create());
            client.connectNow(at);
            Sockets.awaitPeers(server, 1);
            client.close().block(TIMEOUT);
            Sockets.awaitPeers(server, 0);
        }

        drops.await(DropReason.UNREAD, PEERS - 11);
        assertThat(drops.of(DropReason.UNREAD)).isEqualTo(PEERS - 11);
    }

    @Test
    void tellsTheMonitor() {
        PullSocket pull = pull();
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");

        StepVerifier.create(pull.monitor().ofType(MonitorEvent.Dropped.class))
                .then(() -> {
                    for (int i = 0; i < 3; i++) {
                        visit(pull, at, i, HWM);
                    }
                })
                .assertNext(dropped -> {
                    assertThat(dropped.reason()).isEqualTo(DropReason.UNREAD);
                    assertThat(dropped.count()).isEqualTo(HWM);
                    assertThat(dropped.message().text()).isEqualTo("0 0");
                })
                .thenCancel()
                .verify(TIMEOUT);
    }
}
