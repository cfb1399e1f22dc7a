package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.ChannelOption;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.RawPeer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

class AcceptLimitTests {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void letsThePeerAboveTheLimitWaitUntilOneLeaves() {
        rig.receive(Rig.pull().maxConnections(2));
        RawPeer first = rig.pusher();
        rig.pusher();
        RawPeer waiting = rig.peer();
        assertThat(waiting.readAll(SHORT)).as("nothing, not even a greeting").isEmpty();
        first.close();
        waiting.handshakeNull("PUSH");
        waiting.writeMessage("at last");
        assertThat(rig.text()).isEqualTo("at last");
    }

    /** Those wait for us, and not we for them: nobody gives way. */
    @Test
    void letsAPeerWaitWhileTooManyHandshakesAreInProgress() {
        Sinks.One<Verdict> verdict = Sinks.one();
        rig.receive(Rig.pull()
                .mechanism(NullMechanism.create(who -> verdict.asMono()))
                .maxHandshakes(2));
        RawPeer slow = rig.peer().sendGreeting("NULL", false, 1).sendReady("PUSH");
        rig.peer().sendGreeting("NULL", false, 1).sendReady("PUSH").expectGreeting();
        slow.expectGreeting();
        RawPeer waiting = rig.peer();
        assertThat(waiting.readAll(Duration.ofMillis(1500)))
                .as("nothing, not even a greeting")
                .isEmpty();
        verdict.tryEmitValue(Verdict.accept());
        slow.expectCommand("READY");
        waiting.handshakeNull("PUSH");
        waiting.writeMessage("at last");
        assertThat(rig.text()).isEqualTo("at last");
    }

    @Test
    void servesAGoodPeerBesideAsManySilentOnesAsThereMayBe() {
        int most = 64;
        rig.receive(Rig.pull().maxHandshakes(most).option(ChannelOption.SO_BACKLOG, 1000));
        List<RawPeer> silent = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            silent.add(rig.peer());
        }
        silent.forEach(RawPeer::expectGreeting);

        rig.assertServesAGoodPeer();

        assertThat(silent.get(0).awaitClosed(TIMEOUT)).as("the oldest gave way").isTrue();
        silent.get(most - 1).sendGreeting("NULL", false, 1).sendReady("PUSH").expectCommand("READY");
    }

    /** Some octets now and then do not count. */
    @Test
    void aPeerThatTricklesGivesWayToo() {
        rig.receive(Rig.pull().maxHandshakes(2));
        RawPeer one = rig.peer();
        RawPeer other = rig.peer();
        Disposable trickle = Flux.interval(Duration.ofMillis(100))
                .subscribe(
                        tick -> {
                            one.write("ff");
                            other.write("ff");
                        },
                        closed -> {});
        try {
            rig.assertServesAGoodPeer();
        } finally {
            trickle.dispose();
        }
        assertThat(one.awaitClosed(TIMEOUT)).isTrue();
    }

    /** Who has been let in long ago is no handshake in progress. */
    @Test
    void whoIsOpenAndSilentStays() {
        rig.receive(Rig.pull().maxHandshakes(1));
        RawPeer open = rig.pusher();
        rig.peer().expectGreeting();

        rig.assertServesAGoodPeer();

        open.writeMessage("still here");
        assertThat(rig.text()).isEqualTo("still here");
    }

    @Test
    void silentPeersLeaveTheLastPlaceToAGoodOne() {
        rig.receive(Rig.pull().maxConnections(3));
        RawPeer open = rig.pusher();
        RawPeer first = rig.peer();
        RawPeer second = rig.peer();
        first.expectGreeting();
        second.expectGreeting();

        rig.assertServesAGoodPeer();

        assertThat(first.awaitClosed(TIMEOUT)).as("the most silent gave way").isTrue();
        open.writeMessage("still here");
        assertThat(rig.text()).isEqualTo("still here");
    }

    /** Whoever talks keeps its place, however early it came. */
    @Test
    void thePeerThatWaitsLongestGivesWayAndNotTheFirst() {
        rig.receive(Rig.pull().maxHandshakes(2).handshakeTimeout(TIMEOUT));
        RawPeer early = rig.peer();
        RawPeer silent = rig.peer();
        early.expectGreeting();
        silent.expectGreeting();
        assertThat(silent.awaitClosed(SHORT)).isFalse();
        early.sendGreeting("NULL", false, 1);

        rig.assertServesAGoodPeer();

        assertThat(silent.awaitClosed(TIMEOUT)).isTrue();
        early.sendReady("PUSH").expectCommand("READY");
    }

    @Test
    void warnsOnceWithACountThatItAcceptsNoMore() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ZmtpServer.class);
        log.start();
        logger.addAppender(log);
        try {
            rig.receive(Rig.pull().maxConnections(1));
            for (int i = 0; i < 5; i++) {
                RawPeer peer = rig.pusher();
                peer.writeMessage("" + i);
                assertThat(rig.text()).isEqualTo("" + i);
                peer.close();
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(log.list.get(0).getFormattedMessage())
                .startsWith(rig.endpoint())
                .contains("accepting has paused: there are as many peers as there may be, 1,");
    }

    @Test
    void countsAFailedHandshakeNoLonger() {
        rig.receive(Rig.pull().maxHandshakes(1));
        for (int i = 0; i < 3; i++) {
            RawPeer refused = rig.peer().sendGreeting("CURVE", false, 1);
            assertThat(refused.awaitClosed(TIMEOUT)).isTrue();
            rig.assertServesAGoodPeer();
        }
    }

    @Test
    void closesAPeerThatIsNotAcceptedBeforeAnyOctet() {
        CompletableFuture<SocketAddress> seen = new CompletableFuture<>();
        rig.receive(Rig.pull().accept(address -> !seen.complete(address)));
        assertThat(rig.peer().readAll(TIMEOUT)).isEmpty();
        assertThat(seen).isCompletedWithValueMatching(address -> address instanceof InetSocketAddress);
        rig.assertServesAGoodPeer();
    }

    @Test
    void servesAGoodPeerAmongHundredsThatNeverFinishTheirHandshake() {
        rig.receive(Rig.pull().maxHandshakes(1000).option(ChannelOption.SO_BACKLOG, 1000));
        for (RawPeer peer : unfinished(400)) {
            peer.expectGreeting();
        }
        rig.assertServesAGoodPeer();
    }

    @Test
    void servesAGoodPeerWhenTheUnfinishedHandshakesTimeOut() {
        rig.receive(Rig.pull().maxHandshakes(64).handshakeTimeout(SHORT).option(ChannelOption.SO_BACKLOG, 1000));
        unfinished(200);
        rig.assertServesAGoodPeer();
    }

    private List<RawPeer> unfinished(int count) {
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(rig.peer().write("ff"));
        }
        return peers;
    }
}
