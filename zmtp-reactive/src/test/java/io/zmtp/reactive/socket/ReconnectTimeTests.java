package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.MonitorEvent.Retrying;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.testing.VirtualTime;
import java.time.Duration;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When a socket dials again, to the nanosecond, on a clock of the test's own; the connections are real. */
class ReconnectTimeTests {

    private static final Duration FIRST = SocketOptions.DEFAULT_RECONNECT;
    private static final Duration SLOWEST = SocketOptions.DEFAULT_RECONNECT_MAX;
    private static final Duration INSTANT = Duration.ofNanos(1);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final CountingLoop loop = new CountingLoop();
    private final RawListener listener = RawPeer.listen();
    private final VirtualTimeScheduler time = VirtualTime.start();
    private final LinkedTransferQueue<Retrying> retries = new LinkedTransferQueue<>();

    @AfterEach
    void close() {
        sockets.close();
        loop.settle();
        VirtualTimeScheduler.reset();
        listener.close();
        loop.dispose();
    }

    private PushSocket dial() {
        return dial(options -> options);
    }

    private PushSocket dial(UnaryOperator<SocketOptions> more) {
        return dial(listener.endpoint(), more);
    }

    private PushSocket dial(String endpoint, UnaryOperator<SocketOptions> more) {
        PushSocket push = sockets.add(PushSocket.create(options -> more.apply(options.runOn(loop))));
        push.monitor().ofType(Retrying.class).subscribe(retries::add);
        push.connectNow(endpoint);
        return push;
    }

    /** What is emitted when an attempt has failed. */
    private Retrying retrying() throws InterruptedException {
        Retrying next = retries.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("word of a further attempt").isNotNull();
        loop.settle(); // the timer is set after that was emitted
        return next;
    }

    private void assertDialsAfter(Duration delay) {
        int before = loop.attempts();
        time.advanceTimeBy(delay.minus(INSTANT));
        loop.settle();
        assertThat(loop.attempts()).as("attempts before %s", delay).isEqualTo(before);
        time.advanceTimeBy(INSTANT);
        assertThat(loop.attempts()).as("attempts after %s", delay).isGreaterThan(before);
    }

    /** What is due may be half as long, or half as long again. */
    private static void assertIsAbout(Duration due, Retrying event) {
        assertThat(event.delay())
                .isBetween(due.dividedBy(2), due.multipliedBy(3).dividedBy(2));
    }

    @Test
    void dialsAtTheInstantThatWasToldTwiceAsLateFromAttemptToAttemptUpToTheSlowestPace() throws InterruptedException {
        dial();
        for (int attempt = 1; attempt <= 14; attempt++) {
            listener.accept().close();
            Retrying event = retrying();
            assertThat(event.attempt()).isEqualTo(attempt);
            if (attempt <= 8) {
                assertIsAbout(FIRST.multipliedBy(1L << (attempt - 1)), event);
            } else {
                assertThat(event.delay()).isBetween(SLOWEST.dividedBy(3), SLOWEST);
            }
            assertDialsAfter(event.delay());
        }
    }

    /** Nobody listens yet: a process of this machine, which may be started at any moment. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:%d", "tcp://localhost:%d", "ipc:///tmp/zmtp-nobody-%d"})
    void dialsWithinASecondWhereThisMachineRefuses(String endpoint) throws InterruptedException {
        listener.close();
        dial(endpoint.formatted(Endpoint.parse(listener.endpoint()).port()), options -> options);
        for (int attempt = 1; attempt <= 12; attempt++) {
            Retrying event = retrying();
            assertThat(event.attempt()).isEqualTo(attempt);
            if (attempt <= 3) {
                assertIsAbout(FIRST.multipliedBy(1L << (attempt - 1)), event);
            } else {
                assertThat(event.delay()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(1));
            }
            assertDialsAfter(event.delay());
        }
    }

    @Test
    void dialsAsLateAsItIsAskedToWhereThisMachineRefuses() throws InterruptedException {
        listener.close();
        dial(options -> options.reconnect(Duration.ofSeconds(5), Duration.ofSeconds(60)));
        for (int attempt = 1; attempt <= 5; attempt++) {
            Retrying event = retrying();
            assertThat(event.delay()).isBetween(Duration.ofMillis(1666), Duration.ofSeconds(5));
            assertDialsAfter(event.delay());
        }
    }

    @Test
    void beginsAnewAtTheInstantAtWhichAConnectionHasHeldForTheFirstDelay() throws InterruptedException {
        PushSocket push = dial();
        for (int attempt = 1; attempt <= 3; attempt++) {
            listener.accept().close();
            time.advanceTimeBy(retrying().delay());
        }
        assertThat(hold(push, FIRST.minus(INSTANT)).attempt()).isEqualTo(4);
        Retrying fifth = hold(push, FIRST);
        assertThat(fifth.attempt()).isOne();
        assertIsAbout(FIRST, fifth);
    }

    /** Shakes hands, ends the connection after so long, and lets the next one come. */
    private Retrying hold(PushSocket push, Duration held) throws InterruptedException {
        RawPeer peer = listener.accept();
        peer.handshakeNull("PULL");
        push.onPeer().blockFirst(TIMEOUT);
        loop.settle();
        time.advanceTimeBy(held);
        peer.close();
        Retrying event = retrying();
        assertDialsAfter(event.delay());
        return event;
    }

    @Test
    void dialsSlowlyAtOnceWhenItWasRefused() throws InterruptedException {
        dial();
        RawPeer peer = listener.accept();
        peer.sendGreeting("NULL", false, 1).expectGreeting();
        peer.sendCommand("ERROR", Hex.parse("03'400'"));
        assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        peer.close();
        Retrying event = retrying();
        assertThat(event.attempt()).isOne();
        assertThat(event.delay()).isBetween(SLOWEST.dividedBy(3), SLOWEST);
        assertDialsAfter(event.delay());
    }

    @Test
    void waitsForAServerThatStallsUntilTheInstantOfTheHandshakesLimit() throws InterruptedException {
        Duration limit = Duration.ofMinutes(2);
        PushSocket push = dial(options -> options.handshakeTimeout(limit));
        LinkedTransferQueue<MonitorEvent> failures = new LinkedTransferQueue<>();
        push.monitor().ofType(MonitorEvent.HandshakeFailed.class).subscribe(failures::add);
        RawPeer stalled = listener.accept();
        stalled.sendGreeting("NULL", false, 1).expectGreeting();
        loop.settle();
        int once = loop.attempts();
        time.advanceTimeBy(limit.minus(INSTANT));
        loop.settle();
        assertThat(failures).isEmpty();
        assertThat(loop.attempts()).isEqualTo(once);
        time.advanceTimeBy(INSTANT);
        assertThat(failures.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
        assertThat(loop.attempts()).isEqualTo(once);
        assertThat(stalled.awaitClosed(TIMEOUT)).isTrue();
        stalled.close();
        assertDialsAfter(retrying().delay());
    }
}
