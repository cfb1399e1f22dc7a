package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class HeartbeatTests {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final String PING = "04 08 04'PING' 0000 'x'";
    private static final String PONG = "04 06 04'PONG' 'x'";

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    // ---- the peer's PING

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "00, 00",
        "'68656c6c6f', '68656c6c6f'",
        "00112233445566778899aabbccddeeff, 00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeff01, 00112233445566778899aabbccddeeff"
    })
    void repeatsUpTo16OctetsOfThePingsContext(String context, String repeated) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().sendCommand("PING", new byte[2], Hex.parse(context));
        assertThat(Hex.of(peer.expectCommand("PONG"))).isEqualTo(Hex.of(Hex.parse(repeated)));
        peer.writeMessage("after");
        assertThat(rig.text()).isEqualTo("after");
    }

    @Test
    void answersWhileNobodyReceives() {
        rig.bind(Rig.pull());
        rig.pusher().writeMessage("unwanted").write(PING).expect(PONG);
    }

    @Test
    void answersWhileTheSubscriberAsksForNothing() {
        rig.bind(Rig.pull());
        RawPeer peer = rig.pusher();
        rig.connection().receive().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // asks for nothing
            }
        });
        peer.writeMessage("unwanted").write(PING).expect(PONG);
    }

    @Test
    void answersWhilePaused() {
        rig.receive(Rig.pull().doOnReady(ZmtpConnection::pause));
        rig.pusher().writeMessage("later").write(PING).expect(PONG);
        assertThat(rig.hasMessage()).isFalse();
        rig.connection().resume();
        assertThat(rig.text()).isEqualTo("later");
    }

    @Test
    void answersBetweenThePartsOfAMessage() {
        rig.receive(Rig.pull());
        rig.pusher().write("01 01'a'").write(PING).expect(PONG).write("00 01'b'");
        assertThat(rig.text()).isEqualTo("a|b");
    }

    @Test
    void takesPongsThatNobodyAskedFor() {
        rig.receive(Rig.pull());
        rig.pusher()
                .write("04 05 04'PONG'")
                .write("04 16 04'PONG'" + "00".repeat(17))
                .writeMessage("after");
        assertThat(rig.text()).isEqualTo("after");
    }

    @Test
    void stopsReadingAFloodOfPingsWhosePongsAreNotRead() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher();
        byte[] ping = Hex.parse("04 17 04'PING' 0000 'sixteen octets..'");
        byte[] flood = new byte[1_000_000 * ping.length];
        for (int at = 0; at < flood.length; at += ping.length) {
            System.arraycopy(ping, 0, flood, at, ping.length);
        }
        int taken = peer.writeUntilStuck(flood, SHORT);
        assertThat(taken).isLessThan(flood.length);
        rig.assertServesAGoodPeer();
        int pings = taken / ping.length;
        assertThat(peer.read(pings * 23)).endsWith(Hex.parse("04 15 04'PONG' 'sixteen octets..'"));
        peer.write(Arrays.copyOfRange(flood, taken, (pings + 1) * ping.length));
        peer.expect("04 15 04'PONG' 'sixteen octets..'").writeMessage("recovered");
        assertThat(rig.text()).isEqualTo("recovered");
    }

    // ---- the peer's TTL

    @Test
    void closesWhenThePeerIsSilentForItsOwnTtl() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher();
        long begin = System.nanoTime();
        peer.write("04 07 04'PING' 0003");
        assertExpired("the TTL that the peer set");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        rig.assertServesAGoodPeer();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "0258", "ffff"})
    void keepsAPeerWithoutAShortTtl(String ttl) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().write("04 07 04'PING'" + ttl).expect("04 05 04'PONG'");
        assertThat(peer.awaitClosed(SHORT)).isFalse();
        peer.writeMessage("still here");
        assertThat(rig.text()).isEqualTo("still here");
    }

    @Test
    void forgetsTheTtlWhenALaterPingSetsNone() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().write("04 07 04'PING' 0002 04 07 04'PING' 0000");
        assertThat(peer.awaitClosed(SHORT.multipliedBy(2))).isFalse();
    }

    @Test
    void keepsAPeerThatTalksWithinItsTtl() throws Exception {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().write("04 07 04'PING' 0014");
        trickle(peer, 25, new byte[] {0, 0});
        assertThat(peer.awaitClosed(TICK)).isFalse();
    }

    // ---- our PING

    @ParameterizedTest
    @CsvSource({"PT0S, 0000", "PT0.05S, 0000", "PT1S, 000a", "PT65.5S, 028f", "PT65.6S, 028f", "PT1H, 028f"})
    void sendsPingsWithTheTtl(Duration ttl, String octets) {
        rig.connect(Rig.push().heartbeat(TICK, TIMEOUT).heartbeatTtl(ttl));
        RawPeer peer = rig.accepted();
        peer.handshakeNull("PULL");
        peer.expect("04 07 04'PING'" + octets + "04 07 04'PING'" + octets);
    }

    @Test
    void closesASilentPeer() {
        rig.connect(Rig.push().heartbeat(TICK, TICK.multipliedBy(3)));
        RawPeer peer = rig.accepted();
        long begin = System.nanoTime();
        peer.handshakeNull("PULL");
        assertExpired("the heartbeat timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void keepsAPeerThatAnswersAlthoughTheTimeoutIsShorterThanTheInterval() {
        rig.connect(Rig.push().heartbeat(Duration.ofMillis(1500), Duration.ofMillis(1200)));
        RawPeer peer = rig.accepted();
        peer.handshakeNull("PULL");
        for (int i = 0; i < 2; i++) {
            peer.expect("04 07 04'PING' 0000").write("04 05 04'PONG'");
        }
        assertThat(peer.awaitClosed(TICK)).isFalse();
    }

    @Test
    void takesAnyOctetForASignOfLife() throws Exception {
        rig.receive(Rig.pull().heartbeat(TICK, TICK.multipliedBy(20)));
        RawPeer peer = rig.pusher().write("02 0000000000000019");
        trickle(peer, 25, new byte[] {'.'});
        assertThat(rig.text()).isEqualTo(".".repeat(25));
    }

    @Test
    void restsWhileItDoesNotReadBecauseNobodyAsks() {
        rig.bind(Rig.pull().heartbeat(TICK, TICK.multipliedBy(10)));
        RawPeer peer = rig.pusher();
        byte[] messages = new byte[32 << 20]; // empty ones, of two octets
        peer.write("04 07 04'PING' 000a");
        assertThat(peer.writeUntilStuck(messages, SHORT)).isLessThan(messages.length);
        assertThat(peer.awaitClosed(Duration.ofSeconds(2))).isFalse();
        assertThat(rig.connection().isDisposed()).isFalse();
    }

    private RawPeer flooded(int messages, Duration timeout) {
        byte[] large = new byte[1 << 20];
        rig.connect(Rig.push()
                .heartbeat(TICK, timeout)
                .doOnReady(connection -> connection
                        .send(Flux.range(0, messages).map(i -> Message.of(Bytes.of(large))))
                        .onErrorComplete()
                        .subscribe()));
        RawPeer peer = rig.accepted();
        peer.handshakeNull("PULL");
        return peer;
    }

    @Test
    void findsAPeerThatStoppedReadingAndTalkingWithinTenTimeouts() {
        long begin = System.nanoTime();
        flooded(64, TICK);

        Closed end = assertExpired("10 heartbeat timeouts from a peer that has ");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(TICK.multipliedBy(10));
        assertThat(end.unsentMessages()).isPositive();
        assertThat(end.unsentBytes()).isPositive();
    }

    /** It never says a word while the octets come in; what lies in kernels is read within ten timeouts. */
    @Test
    void keepsAPeerOnASlowLink() throws Exception {
        RawPeer peer = flooded(16, TICK.multipliedBy(3));
        int piece = 256 * 1024;
        Flux.interval(TICK.dividedBy(2), Schedulers.boundedElastic())
                .onBackpressureBuffer()
                .take(16L * (1 << 20) / piece)
                .concatMap(tick -> Mono.fromRunnable(() -> peer.read(piece)))
                .then()
                .toFuture()
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(rig.connection().isDisposed()).isFalse();
    }

    @Test
    void keepsAConsumerThatTakesLongerThanTheTimeoutForEachMessage() {
        AtomicInteger taken = new AtomicInteger();
        Binding binding = Rig.pull()
                .handle(connection -> connection
                        .receive()
                        .concatMap(
                                message -> Mono.delay(TICK.multipliedBy(2)).doOnNext(late -> taken.incrementAndGet()),
                                0)
                        .then())
                .bindNow("tcp://127.0.0.1:*");
        rig.adopt(binding::dispose);
        ZmtpConnection push = Rig.push()
                .heartbeat(TICK.dividedBy(2), TICK)
                .connect(binding.endpoint())
                .block(TIMEOUT);
        rig.adopt(push::dispose);
        push.send(Flux.range(0, 12).map(i -> Message.of(new byte[1 << 20])))
                .then(push.close())
                .block(TIMEOUT);
        assertThat(push.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.LOCAL);
        Flux.interval(TICK.dividedBy(10))
                .onBackpressureDrop()
                .map(tick -> taken.get())
                .filter(count -> count == 12)
                .blockFirst(TIMEOUT);
    }

    private Closed assertExpired(String what) {
        Closed end = rig.end();
        assertThat(end.reason()).as("%s", end).isEqualTo(Reason.HEARTBEAT);
        assertThat(end.cause())
                .hasMessageStartingWith(rig.endpoint() + " (peer ")
                .hasMessageContaining("expected an octet within " + what)
                .hasMessageEndingWith(", none came");
        return end;
    }

    private static void trickle(RawPeer peer, int times, byte[] octets) throws Exception {
        Flux.interval(TICK, Schedulers.boundedElastic())
                .take(times)
                .doOnNext(tick -> peer.write(octets))
                .then()
                .toFuture()
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
}
