package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Peers that share a name, do not read, or come and go. */
class RouterPeersTests {

    private static final byte[] LARGE = new byte[1_000_000];

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private String at = "";

    private RouterSocket router(UnaryOperator<SocketOptions> options) {
        RouterSocket router = sockets.add(RouterSocket.create(options));
        at = router.bindNow("tcp://127.0.0.1:*").toString();
        return router;
    }

    private RawPeer comer(byte[] identity) {
        RawPeer peer = RawPeer.connect(at);
        sockets.add(peer::close);
        peer.sendGreeting("NULL", false, 1).expectGreeting();
        return peer.sendReady("DEALER", Map.of("Identity", identity));
    }

    private RawPeer peer(byte[] identity) {
        RawPeer peer = comer(identity);
        peer.expectCommand("READY");
        return peer;
    }

    private RawPeer peer(String identity) {
        return peer(identity.getBytes(StandardCharsets.US_ASCII));
    }

    private static Message next(RouterSocket router) {
        return router.receive().blockFirst(TIMEOUT);
    }

    @Test
    void refusesASecondPeerOfTheSameNameAndTheFirstKeepsIt() {
        RouterSocket router = router(options -> options);
        RawPeer first = peer("a");
        first.writeMessage("one");
        assertThat(next(router)).isEqualTo(Message.of("a", "one"));
        Mono<MonitorEvent.Refused> refused = sockets.next(router, MonitorEvent.Refused.class);

        RawPeer second = comer("a".getBytes(StandardCharsets.US_ASCII));

        second.expect("04 17 05'ERROR' 10'300-no-place-now'"); // and no READY before
        assertThat(second.awaitClosed(TIMEOUT)).isTrue();
        assertThat(refused.block(TIMEOUT).peer().routingId()).isEqualTo(Bytes.utf8("a"));
        first.writeMessage("two");
        assertThat(next(router)).isEqualTo(Message.of("a", "two"));
        router.send("a", "three").block(TIMEOUT);
        first.expect("00 05 'three'");
        assertThat(router.peers()).hasSize(1);
    }

    @Test
    void handsANameOverAndClosesThePeerThatHadIt() {
        RouterSocket router = router(SocketOptions::handover);
        RawPeer first = peer("a");
        first.writeMessage("one");
        next(router);

        RawPeer second = peer("a");

        assertThat(first.awaitClosed(TIMEOUT)).isTrue();
        second.writeMessage("two");
        assertThat(next(router)).isEqualTo(Message.of("a", "two"));
        router.send("a", "three").block(TIMEOUT);
        second.expect("00 05 'three'");
    }

    @Test
    void aNameIsFreeAgainAfterItsPeerHasGone() {
        RouterSocket router = router(options -> options.mandatory());
        for (int i = 0; i < 10; i++) {
            Mono<MonitorEvent.Disconnected> left = sockets.next(router, MonitorEvent.Disconnected.class);
            RawPeer peer = peer("a");
            peer.writeMessage("" + i);
            assertThat(next(router)).isEqualTo(Message.of("a", "" + i));
            router.send("a", "back").block(TIMEOUT);
            peer.expect("00 04 'back'");
            peer.close();
            left.block(TIMEOUT);
        }
    }

    @Test
    void closesAPeerWhoseNameIsTooLong() {
        RouterSocket router = router(options -> options);
        RawPeer peer = RawPeer.connect(at);
        sockets.add(peer::close);
        peer.sendGreeting("NULL", false, 1).expectGreeting();
        peer.sendReady("DEALER", Map.of("Identity", new byte[256]));
        assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        assertThat(router.peers()).isEmpty();
    }

    @Test
    void takesANameOf255Octets() {
        RouterSocket router = router(options -> options);
        byte[] longest = "x".repeat(255).getBytes(StandardCharsets.US_ASCII);
        peer(longest).writeMessage("hi");
        assertThat(next(router).first()).isEqualTo(Bytes.of(longest));
    }

    @Test
    void closesAPeerWhoseNameIsOneThatWeMade() {
        RouterSocket router = router(options -> options);
        RawPeer anonymous = peer("");
        anonymous.writeMessage("first");
        Bytes made = next(router).first();
        RawPeer thief = RawPeer.connect(at);
        sockets.add(thief::close);

        thief.sendGreeting("NULL", false, 1).expectGreeting();
        thief.sendReady("DEALER", Map.of("Identity", made.toByteArray()));

        assertThat(thief.awaitClosed(TIMEOUT)).isTrue();
        router.send(Message.of(made, Bytes.utf8("back"))).block(TIMEOUT);
        anonymous.expect("00 04 'back'");
    }

    private static void fill(RouterSocket router, String name) {
        Sockets.fill(message -> router.send(message.prepend(Bytes.utf8(name))));
    }

    @Test
    void waitingForOnePeerHoldsUpNobodyElse() {
        RouterSocket router = router(options -> options.mandatory().sendHwm(2));
        peer("stuck");
        RawPeer well = peer("well");
        Sockets.awaitPeers(router, 2);
        fill(router, "stuck");
        Mono<Void> waits = router.send(Message.of(Bytes.utf8("stuck"), Bytes.wrap(LARGE)));
        Mono<Void> stuck = waits.cache();
        sockets.add(stuck.subscribe(done -> {}, error -> {}));

        router.send("well", "hello").block(TIMEOUT);

        well.expect("00 05 'hello'");
    }

    @Test
    void failsWhoWaitsForAPeerThatGoes() {
        RouterSocket router = router(options -> options.mandatory().sendHwm(2));
        RawPeer stuck = peer("stuck");
        Sockets.awaitPeers(router, 1);
        fill(router, "stuck");
        Mono<MonitorEvent.Dropped> dropped = sockets.next(router, MonitorEvent.Dropped.class);

        StepVerifier.create(router.send(Message.of(Bytes.utf8("stuck"), Bytes.wrap(LARGE))))
                .expectSubscription()
                .expectNoEvent(Sockets.QUIET)
                .then(stuck::close)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        assertThat(dropped.block(TIMEOUT).reason()).isEqualTo(DropReason.PEER_GONE);
    }

    @Test
    void dropsAndCountsForAPeerWhoseQueueIsFull() {
        RouterSocket router = router(options -> options.sendHwm(2));
        peer("stuck");
        Sockets.awaitPeers(router, 1);
        Mono<MonitorEvent.Dropped> dropped = sockets.next(router, MonitorEvent.Dropped.class);

        for (int i = 0; i < 100; i++) {
            router.send(Message.of(Bytes.utf8("stuck"), Bytes.wrap(LARGE))).block(TIMEOUT);
        }

        assertThat(dropped.block(TIMEOUT).reason()).isEqualTo(DropReason.QUEUE_FULL);
    }
}
