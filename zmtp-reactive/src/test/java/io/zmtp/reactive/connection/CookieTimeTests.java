package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.VirtualTime;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long a cookie is good for, to the nanosecond, on a clock of the test's own; the connections are real. */
class CookieTimeTests {

    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final Rig rig = new Rig();
    private final VirtualTimeScheduler time = VirtualTime.start();
    private final Scheduler agreements = Schedulers.fromExecutorService(Executors.newSingleThreadExecutor());

    @BeforeEach
    void serve() {
        rig.receive(Rig.pull()
                .handshakeTimeout(Duration.ofHours(1))
                .handshakeScheduler(agreements)
                .mechanism(CurveMechanism.server(SERVER, Authenticator.anyone())));
    }

    @AfterEach
    void close() {
        rig.close();
        VirtualTimeScheduler.reset();
        agreements.dispose();
    }

    private CurvePeer welcome() {
        return CurvePeer.client(rig.peer(), SERVER, CLIENT).welcome();
    }

    private void assertRefused(CurvePeer late) {
        late.peer.sendCommand("INITIATE", late.curve.initiate(CurvePeer.metadata("PUSH")));
        rig.handshakeFailure(Failure.CRYPTO, late.peer);
    }

    private void assertServed(CurvePeer good) {
        good.peer.sendCommand("INITIATE", good.curve.initiate(CurvePeer.metadata("PUSH")));
        good.curve.ready(good.peer.expectCommand("READY"));
        good.send(0, "'hello'");
        assertThat(rig.text()).isEqualTo("hello");
    }

    @Test
    void aCookieIsTakenUntilTheKeyAfterItsOwnIsReplaced() {
        CurvePeer first = welcome();
        CurvePeer atOnce = welcome();
        time.advanceTimeBy(Duration.ofSeconds(30).minus(INSTANT));
        CurvePeer last = welcome();
        time.advanceTimeBy(INSTANT);
        CurvePeer next = welcome();

        time.advanceTimeBy(Duration.ofSeconds(30).minus(INSTANT));
        assertServed(first);

        time.advanceTimeBy(INSTANT);
        assertRefused(atOnce);
        assertRefused(last);

        time.advanceTimeBy(Duration.ofSeconds(30).minus(INSTANT));
        assertServed(next);
    }

    @Test
    void aCookieIsRefusedForGoodWhenNobodyCameForAMinute() {
        CurvePeer only = welcome();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertRefused(only);
        assertServed(welcome());
    }
}
