package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.fill;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.ChannelPipe;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PairTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private PairSocket pair() {
        return sockets.add(PairSocket.create(Sockets::quick));
    }

    @Test
    void talksBothWays() {
        PairSocket one = pair();
        PairSocket other = pair();
        other.connectNow(one.bindNow(ANY));

        other.send("ping", "").block(TIMEOUT);
        assertThat(one.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("ping", ""));
        one.send("pong").block(TIMEOUT);
        assertThat(receive(other)).isEqualTo("pong");
    }

    @Test
    void keepsTheOrderOfManyBothWaysAtOnce() {
        PairSocket one = pair();
        PairSocket other = pair();
        other.connectNow(one.bindNow(ANY));
        Flux<Message> numbers = Flux.range(0, 20_000).map(i -> Message.of("" + i));
        String[] texts = IntStream.range(0, 20_000).mapToObj(i -> "" + i).toArray(String[]::new);
        sockets.add(Mono.when(one.send(numbers), other.send(numbers)).subscribe());

        StepVerifier.create(Mono.zip(
                        one.receive().take(20_000).map(Message::text).collectList(),
                        other.receive().take(20_000).map(Message::text).collectList()))
                .assertNext(both -> {
                    assertThat(both.getT1()).containsExactly(texts);
                    assertThat(both.getT2()).containsExactly(texts);
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void refusesASecondPeerAndTheFirstNoticesNothing() {
        PairSocket bound = pair();
        PairSocket first = pair();
        Endpoint at = bound.bindNow(ANY);
        first.connectNow(at);
        awaitPeers(bound, 1);
        Mono<MonitorEvent.Refused> refused = sockets.next(bound, MonitorEvent.Refused.class);

        try (RawPeer second = RawPeer.connect(at.toString())) {
            second.sendGreeting("NULL", false, 1).expectGreeting();
            second.sendReady("PAIR", Map.of());
            second.expect("04 17 05'ERROR' 10'300-no-place-now'"); // and no READY before
            assertThat(second.awaitClosed(TIMEOUT)).isTrue();
        }

        StepVerifier.create(refused)
                .assertNext(event -> assertThat(event.why()).contains("one peer"))
                .expectComplete()
                .verify(TIMEOUT);
        bound.send("still here").block(TIMEOUT);
        assertThat(receive(first)).isEqualTo("still here");
        assertThat(bound.peers()).hasSize(1);
    }

    @Test
    void receivesNothingOfARefusedPeer() {
        PairSocket bound = pair();
        PairSocket first = pair();
        Endpoint at = bound.bindNow(ANY);
        first.connectNow(at);
        awaitPeers(bound, 1);
        Flux<Message> received = bound.receive();

        try (RawPeer second = RawPeer.connect(at.toString())) {
            second.sendGreeting("NULL", false, 1).expectGreeting();
            second.write(
                    RawPeer.command("READY", RawPeer.property("Socket-Type", "PAIR".getBytes())),
                    RawPeer.frame(0, "intruder".getBytes()));
            assertThat(second.awaitClosed(TIMEOUT)).isTrue();
        }
        first.send("friend").block(TIMEOUT);

        StepVerifier.create(received.next().map(Message::text))
                .expectNext("friend")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void takesTheNextPeerAfterTheFirstHasGone() {
        PairSocket bound = pair();
        PairSocket first = pair();
        PairSocket second = pair();
        Endpoint at = bound.bindNow(ANY);
        first.connectNow(at);
        awaitPeers(bound, 1);
        Mono<MonitorEvent.Refused> refused = sockets.next(bound, MonitorEvent.Refused.class);
        second.connectNow(at);
        refused.block(TIMEOUT);

        first.close().block(TIMEOUT);

        second.send("my turn").block(TIMEOUT);
        assertThat(receive(bound)).isEqualTo("my turn");
        bound.send("indeed").block(TIMEOUT);
        assertThat(receive(second)).isEqualTo("indeed");
    }

    @Test
    void aPeerThatNeverShakesHandsTakesNoPlace() {
        PairSocket bound = pair();
        PairSocket good = pair();
        Endpoint at = bound.bindNow(ANY);
        try (RawPeer silent = RawPeer.connect(at.toString());
                RawPeer wrong = RawPeer.connect(at.toString())) {
            silent.sendGreeting("NULL", false, 1).expectGreeting();
            wrong.sendGreeting("NULL", false, 1).expectGreeting();
            wrong.sendReady("PUSH", Map.of());
            wrong.expect("04 1a 05'ERROR' 13'invalid-socket-type'");

            good.connectNow(at);

            good.send("good").block(TIMEOUT);
            assertThat(receive(bound)).isEqualTo("good");
        }
    }

    @Test
    void aPeerThatBreaksRulesMakesPlace() {
        PairSocket bound = pair();
        Endpoint at = bound.bindNow(ANY);
        try (RawPeer bad = RawPeer.connect(at.toString())) {
            bad.handshakeNull("PAIR");
            awaitPeers(bound, 1);
            bad.write("02 ffffffff ffffffff");
            assertThat(bad.awaitClosed(TIMEOUT)).isTrue();
        }
        awaitPeers(bound, 0);

        PairSocket good = pair();
        good.connectNow(at);

        good.send("good").block(TIMEOUT);
        assertThat(receive(bound)).isEqualTo("good");
    }

    @Test
    void waitsWithoutAPeerAndGoesOnWithTheFirst() {
        PairSocket bound = pair();
        PairSocket late = pair();
        Endpoint at = bound.bindNow(ANY);

        StepVerifier.create(bound.send("patient"))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> late.connectNow(at))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(receive(late)).isEqualTo("patient");
    }

    @Test
    void whatWaitsForAConnectedPeerOutlivesItsRestart() {
        PairSocket connected = pair();
        PairSocket first = pair();
        Endpoint at = first.bindNow(ANY);
        connected.connectNow(at);
        awaitPeers(connected, 1);
        first.close().block(TIMEOUT);
        awaitPeers(connected, 0);
        connected.send(Flux.range(0, 200).map(i -> Message.of("" + i))).block(TIMEOUT);

        PairSocket second = pair();
        second.bindNow(at.toString());

        assertThat(receive(second, 200)).startsWith("0", "1").endsWith("199");
    }

    @Test
    void whatWaitedForABoundPeerGoesToNobodyElse() {
        PairSocket bound = sockets.add(PairSocket.create(options -> options.sendHwm(5)));
        Endpoint at = bound.bindNow(ANY);
        PairSocket next = pair();
        Mono<MonitorEvent.Dropped> dropped = sockets.next(bound, MonitorEvent.Dropped.class);
        try (RawPeer stuck = RawPeer.connect(at.toString())) {
            stuck.handshakeNull("PAIR");
            awaitPeers(bound, 1);
            fill(bound::send);
        }

        StepVerifier.create(dropped)
                .assertNext(event -> {
                    assertThat(event.reason()).isEqualTo(DropReason.PEER_GONE);
                    assertThat(event.count()).isBetween(1L, 5L);
                })
                .expectComplete()
                .verify(TIMEOUT);
        awaitPeers(bound, 0);
        next.connectNow(at);
        bound.send("new").block(TIMEOUT);
        assertThat(receive(next)).isEqualTo("new");
    }

    @Test
    void whoSendsToAVeryPeerIsToldThatItHasGone() {
        PairSocket bound = sockets.add(PairSocket.create(options -> options.sendHwm(1)));
        Endpoint at = bound.bindNow(ANY);
        RawPeer stuck = RawPeer.connect(at.toString());
        stuck.handshakeNull("PAIR");
        awaitPeers(bound, 1);
        ConnectedPeer very = bound.peers().get(0);
        fill(very::send);
        Mono<Void> waiting = very.send(Message.of("waits"));

        StepVerifier.create(waiting)
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(stuck::closeWithReset)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void anEndpointThatIsConnectedToHasThePlaceUntilItIsNot() {
        PairSocket middle = pair();
        PairSocket comer = pair();
        Endpoint at = middle.bindNow(ANY);
        Endpoint nobody = middle.connectNow("tcp://127.0.0.1:1");
        Mono<MonitorEvent.Refused> refused = sockets.next(middle, MonitorEvent.Refused.class);
        comer.connectNow(at);
        refused.block(TIMEOUT);

        middle.disconnect(nobody).timeout(Duration.ofMillis(10), Mono.empty()).block(TIMEOUT);

        middle.send("welcome").block(TIMEOUT);
        assertThat(receive(comer)).isEqualTo("welcome");
    }

    @Test
    void writesWhatItIsGivenAndNothingElse() {
        PairSocket bound = pair();
        Endpoint at = bound.bindNow(ANY);
        try (RawPeer peer = RawPeer.connect(at.toString())) {
            assertThat(new String(peer.handshakeNull("PAIR"))).contains("Socket-Type", "PAIR");

            bound.send("one", "two").block(TIMEOUT);

            peer.expect("01 03 'one' 00 03 'two'");
        }
    }

    @Test
    void reportsWhatLingerLeftBehind() {
        PairSocket socket = sockets.add(PairSocket.create(options -> options.linger(QUIET)));
        socket.connectNow("tcp://127.0.0.1:1");
        socket.send(Flux.range(0, 7).map(i -> Message.of("" + i))).block(TIMEOUT);

        StepVerifier.create(socket.close())
                .assertNext(end -> assertThat(end.unsentMessages()).isEqualTo(7))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void takesOnePeerOnlyWithinTheProcessToo() {
        PairSocket bound = pair();
        PairSocket first = pair();
        PairSocket second = pair();
        bound.bindNow("inproc://pair-tests");
        first.connectNow("inproc://pair-tests");
        Mono<MonitorEvent.Refused> refused = sockets.next(bound, MonitorEvent.Refused.class);
        second.connectNow("inproc://pair-tests");
        second.send("second").block(TIMEOUT);
        refused.block(TIMEOUT);
        first.send("first").block(TIMEOUT);
        assertThat(receive(bound)).isEqualTo("first");

        first.close().block(TIMEOUT);

        assertThat(receive(bound)).isEqualTo("second");
    }

    @Test
    void countsWhatADisconnectedEndpointDidNotGet() {
        PairSocket socket = sockets.add(PairSocket.create(options -> options.linger(QUIET)));
        Endpoint nobody = socket.connectNow("tcp://127.0.0.1:1");
        socket.send("one").then(socket.send("two")).block(TIMEOUT);
        Mono<MonitorEvent.Dropped> dropped = sockets.next(socket, MonitorEvent.Dropped.class);

        socket.disconnect(nobody).block(TIMEOUT);

        StepVerifier.create(dropped)
                .assertNext(event -> {
                    assertThat(event.reason()).isEqualTo(DropReason.LINGER);
                    assertThat(event.count()).isEqualTo(2);
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** A handshake may still be under way when its endpoint is given up. */
    @Test
    void anEndpointThatWasGivenUpTakesNoPlace() {
        PairSocket pair = sockets.open(PairSocket::create);
        Endpoint nowhere = Endpoint.parse("tcp://127.0.0.1:1");
        ChannelPipe before = new ChannelPipe(pair.endpoints.owner, nowhere, pair.options.bounds(), null);
        pair.added(before);
        pair.endpoints.owner.givenUp(before);

        assertThat(pair.unwanted(before)).isNotNull();

        ChannelPipe next = new ChannelPipe(pair.endpoints.owner, nowhere, pair.options.bounds(), null);
        pair.added(next);
        assertThat(pair.unwanted(next)).isNull();
    }
}
