package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.testing.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When a socket gives a peer up, to the nanosecond, on a clock of the test's own; the connections are real. */
class LivenessTimeTests {

    private static final Duration INSTANT = Duration.ofNanos(1);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final CountingLoop loop = new CountingLoop();
    private final VirtualTimeScheduler time = VirtualTime.start();
    private PushSocket push;
    private RawPeer peer;

    @AfterEach
    void close() {
        sockets.close();
        loop.settle();
        VirtualTimeScheduler.reset();
        peer.close();
        loop.dispose();
    }

    private void meet(UnaryOperator<SocketOptions> options) {
        push = sockets.add(PushSocket.create(all -> options.apply(all.runOn(loop))));
        peer = RawPeer.connect(push.bindNow("tcp://127.0.0.1:*").toString());
        peer.handshakeNull("PULL");
        push.onPeer().blockFirst(TIMEOUT);
        loop.settle();
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
        loop.settle();
    }

    /** Says something that is answered, so that it is known to have come. */
    private void ping(String ttl) {
        peer.sendCommand("PING", Hex.parse(ttl + "'here'"));
        assertThat(peer.expectCommand("PONG")).isEqualTo(Hex.parse("'here'"));
        loop.settle();
    }

    private void assertEndsAfter(Duration delay) {
        CompletableFuture<Closed> end = push.peers().get(0).onClose().toFuture();
        pass(delay.minus(INSTANT));
        assertThat(end).isNotDone();
        pass(INSTANT);
        assertThat(end).succeedsWithin(TIMEOUT);
        assertThat(end.join().reason()).isEqualTo(Closed.Reason.HEARTBEAT);
    }

    @Test
    void aPeerEndsThatIsSilentForTheHeartbeatTimeoutAfterAPing() {
        meet(options -> options.heartbeat(INTERVAL, SILENCE));
        pass(INTERVAL.minus(INSTANT));
        assertThat(peer.readAll(Duration.ofMillis(50))).isEmpty();
        pass(INSTANT);
        peer.expectCommand("PING");
        assertEndsAfter(SILENCE);
    }

    @Test
    void anySignOfLifeMakesTheNextPingTheOneThatCounts() {
        meet(options -> options.heartbeat(INTERVAL, SILENCE));
        pass(INTERVAL.multipliedBy(3).minus(INSTANT));
        peer.expectCommand("PING");
        peer.expectCommand("PING");
        ping("0000");
        pass(INSTANT);
        peer.expectCommand("PING");
        assertEndsAfter(SILENCE);
    }

    private void send(int octets) {
        push.send(Message.of(new byte[octets])).then(push.flush()).block(TIMEOUT);
        loop.settle();
    }

    /** A few octets it reads whatever its application does. */
    @Test
    void aPeerThatHasLittleToReadEndsAfterOneTimeout() {
        meet(options -> options.heartbeat(INTERVAL, SILENCE));
        send(10_000);
        pass(INTERVAL);
        assertEndsAfter(SILENCE);
    }

    @Test
    void aPeerThatMayHaveMuchToReadBeforeThePingEndsAfterTenTimeouts() {
        meet(options -> options.heartbeat(INTERVAL, SILENCE));
        send(20_000);
        pass(INTERVAL);
        assertEndsAfter(SILENCE.multipliedBy(10));
    }

    @Test
    void aPeerThatAnsweredThePingBehindAllItHadToReadEndsAfterOneTimeout() {
        meet(options -> options.heartbeat(INTERVAL, SILENCE));
        send(20_000);
        pass(INTERVAL);
        assertThat(peer.readFrame().body()).hasSize(20_000);
        peer.expectCommand("PING");
        peer.sendCommand("PONG");
        ping("0000");
        pass(INTERVAL);
        assertEndsAfter(SILENCE);
    }

    /** The answer to a PING says nothing of what was written behind it. */
    @Test
    void whatWasWrittenBehindAnAnsweredPingIsStillToBeRead() {
        meet(options -> options.heartbeat(INTERVAL, SILENCE));
        pass(INTERVAL);
        send(20_000);
        peer.expectCommand("PING");
        peer.sendCommand("PONG");
        peer.readFrame();
        ping("0000");
        pass(INTERVAL);
        assertEndsAfter(SILENCE.multipliedBy(10));
    }

    @Test
    void aPeerEndsThatIsSilentForTheTimeToLiveThatItSet() {
        meet(options -> options);
        ping("04b0");
        assertEndsAfter(Duration.ofMinutes(2));
    }

    @Test
    void aTimeToLiveOfZeroIsNoLimit() {
        meet(options -> options);
        ping("04b0");
        ping("0000");
        pass(Duration.ofDays(365));
        assertThat(push.peers()).hasSize(1);
    }

    @Test
    void closingWaitsForAStuckPeerUntilTheInstantOfTheLingerTime() {
        Duration linger = Duration.ofMinutes(10);
        meet(options -> options.linger(linger).sendHwmBytes(64 << 20));
        push.send(Flux.range(0, 30).map(i -> Message.of(new byte[1_000_000]))).block(TIMEOUT);
        CompletableFuture<Closed> closed = push.close().toFuture();
        pass(linger.minus(INSTANT));
        assertThat(closed).isNotDone();
        pass(INSTANT);
        assertThat(closed).succeedsWithin(TIMEOUT);
        assertThat(closed.join().unsentMessages()).isPositive();
    }
}
