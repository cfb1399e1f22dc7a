package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Who meets whom within a process, and what is told of it. */
class InprocPeersTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final String name = "inproc://" + UUID.randomUUID();

    @AfterEach
    void close() {
        open.dispose();
        assertThat(InprocTable.knows(Endpoint.parse(name).name())).isFalse();
    }

    private <T extends Disposable> T open(T socket) {
        open.add(socket);
        return socket;
    }

    private static SocketOptions fast(SocketOptions options) {
        return options.reconnect(Duration.ofMillis(10));
    }

    private List<MonitorEvent> events(ZmtpSocket socket) {
        List<MonitorEvent> events = new CopyOnWriteArrayList<>();
        open(socket.monitor().subscribe(events::add));
        return events;
    }

    private static <T extends MonitorEvent> Mono<T> next(ZmtpSocket socket, Class<T> event) {
        return socket.monitor().ofType(event).next();
    }

    @Test
    void tellsBothSidesOfAMeetingAndItsEnd() {
        PullSocket pull = open(PullSocket.create());
        PushSocket push = open(PushSocket.create());
        List<MonitorEvent> atPull = events(pull);
        List<MonitorEvent> atPush = events(push);
        Endpoint at = pull.bindNow(name);
        push.connectNow(name);

        pull.unbind(at).block(TIMEOUT);

        assertThat(atPull)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Listening", "Accepted", "HandshakeSucceeded", "Disconnected", "Ended");
        assertThat(atPush)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Connected", "HandshakeSucceeded", "Disconnected");
        assertThat(atPull)
                .filteredOn(MonitorEvent.Disconnected.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(
                                ((MonitorEvent.Disconnected) event).closed().reason())
                        .isEqualTo(Closed.Reason.LOCAL));
        assertThat(atPush)
                .filteredOn(MonitorEvent.Disconnected.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(
                                ((MonitorEvent.Disconnected) event).closed().reason())
                        .isEqualTo(Closed.Reason.PEER));
    }

    @Test
    void peersJoinAndLeave() {
        PushSocket push = open(PushSocket.create());
        PullSocket pull = open(PullSocket.create());
        push.bindNow(name);
        pull.connectNow(name);

        StepVerifier.create(push.onPeer().next().flatMap(ConnectedPeer::onClose))
                .then(pull::dispose)
                .assertNext(closed -> assertThat(closed.reason()).isEqualTo(Closed.Reason.PEER))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(push.peers()).isEmpty();
    }

    @Test
    void meetsTheNextOneAtOnce() {
        PushSocket push = open(PushSocket.create(options -> options.reconnect(Duration.ofHours(1))));
        push.connectNow(name);
        PullSocket first = open(PullSocket.create());
        first.bindNow(name);
        first.close().block(TIMEOUT);

        open(PullSocket.create()).bindNow(name);

        assertThat(push.peers()).hasSize(1);
    }

    @Test
    void socketsThatMakeNoPatternDoNotMeet() {
        PullSocket pull = open(PullSocket.create());
        PullSocket other = open(PullSocket.create());
        List<MonitorEvent> atPull = events(pull);
        List<MonitorEvent> atOther = events(other);
        pull.bindNow(name);

        other.connectNow(name);

        for (List<MonitorEvent> events : List.of(atPull, atOther)) {
            assertThat(events)
                    .filteredOn(MonitorEvent.HandshakeFailed.class::isInstance)
                    .singleElement()
                    .satisfies(event -> assertThat(((MonitorEvent.HandshakeFailed) event).cause())
                            .isInstanceOf(ZmtpHandshakeException.class)
                            .hasMessageContaining("PULL accepts, [PUSH], but it is PULL"));
        }
        assertThat(pull.peers()).isEmpty();
        assertThat(other.peers()).isEmpty();
    }

    @Test
    void waitsForTheNextOneWhenTheTypeIsWrong() {
        PullSocket wrong = open(PullSocket.create());
        PullSocket pull = open(PullSocket.create());
        wrong.bindNow(name);
        pull.connectNow(name);
        wrong.close().block(TIMEOUT);

        PushSocket push = open(PushSocket.create());
        push.bindNow(name);

        assertThat(pull.peers()).hasSize(1);
    }

    @Test
    void givesUpWhenTheTypeIsWrongIfToldSo() {
        PullSocket wrong = open(PullSocket.create());
        PullSocket pull = open(PullSocket.create(SocketOptions::stopAfterFatal));
        List<MonitorEvent> events = events(pull);
        wrong.bindNow(name);

        pull.connectNow(name);

        assertThat(events).hasAtLeastOneElementOfType(MonitorEvent.GaveUp.class);
        assertThat(pull.endpoints()).isEmpty();
    }

    @Test
    void comesBackAfterAWhileWhenItWasSentAway() {
        PairSocket one = open(PairSocket.create());
        PairSocket second = open(PairSocket.create(InprocPeersTests::fast));
        PairSocket third = open(PairSocket.create(InprocPeersTests::fast));
        one.bindNow(name);
        second.connectNow(name);
        Mono<MonitorEvent.Retrying> retrying =
                next(third, MonitorEvent.Retrying.class).cache();
        retrying.subscribe();
        third.connectNow(name);
        StepVerifier.create(retrying).expectNextCount(1).expectComplete().verify(TIMEOUT);
        assertThat(one.peers()).hasSize(1);

        second.dispose();

        StepVerifier.create(third.send("mine").then(one.receive().next()).map(Message::text))
                .expectNext("mine")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void joinsAgainAfterThePeerWasDropped() {
        PullSocket pull = open(PullSocket.create());
        PushSocket push = open(PushSocket.create(InprocPeersTests::fast));
        pull.bindNow(name);
        push.connectNow(name);
        pull.peers().get(0).dispose();

        push.send("again").block(TIMEOUT);

        StepVerifier.create(pull.receive().map(Message::text).next())
                .expectNext("again")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void tooLargeAMessageEndsTheMeetingAndIsCounted() {
        PullSocket pull = open(PullSocket.create(options -> options.maxMessageSize(10)));
        PushSocket push = open(PushSocket.create(InprocPeersTests::fast));
        pull.bindNow(name);
        push.connectNow(name);
        List<MonitorEvent> atPull = events(pull);
        List<MonitorEvent> atPush = events(push);

        push.send(Flux.just("small", "much too large", "fits").map(Message::of)).block(TIMEOUT);

        StepVerifier.create(pull.receive().map(Message::text).take(2))
                .expectNext("small", "fits")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(atPull)
                .filteredOn(MonitorEvent.Disconnected.class::isInstance)
                .first()
                .satisfies(event -> assertThat(
                                ((MonitorEvent.Disconnected) event).closed().reason())
                        .isEqualTo(Closed.Reason.TOO_LARGE));
        assertThat(atPush)
                .filteredOn(MonitorEvent.Disconnected.class::isInstance)
                .first()
                .satisfies(event -> assertThat(
                                ((MonitorEvent.Disconnected) event).closed().unsentMessages())
                        .isOne());
    }

    @Test
    void tooManyPartsEndTheMeeting() {
        PullSocket pull = open(PullSocket.create(options -> options.maxParts(2)));
        PushSocket push = open(PushSocket.create(InprocPeersTests::fast));
        pull.bindNow(name);
        push.connectNow(name);

        push.send("1", "2", "3").then(push.send("1", "2")).block(TIMEOUT);

        StepVerifier.create(pull.receive().next())
                .assertNext(message -> assertThat(message.size()).isEqualTo(2))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void whoWaitsToSendToAPeerFailsWhenItGoes() {
        PushSocket push = open(PushSocket.create(options -> options.sendHwm(1)));
        PullSocket stuck = open(PullSocket.create(options -> options.recvHwm(1)));
        push.bindNow(name);
        stuck.connectNow(name);
        ConnectedPeer peer = push.peers().get(0);
        peer.send(Message.of("1")).then(peer.send(Message.of("2"))).block(TIMEOUT);

        StepVerifier.create(peer.send(Message.of("3")))
                .then(stuck::dispose)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void disconnectEndsTheMeetingAndTheNameIsForgotten() {
        PullSocket pull = open(PullSocket.create());
        PushSocket push = open(PushSocket.create(UnaryOperator.identity()));
        pull.bindNow(name);
        Endpoint at = push.connectNow(name);
        push.send("last").block(TIMEOUT);

        push.disconnect(at).block(TIMEOUT);

        assertThat(pull.peers()).isEmpty();
        StepVerifier.create(pull.receive().map(Message::text).next())
                .expectNext("last")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void routesAnswersToDealers() {
        RouterSocket router = open(RouterSocket.create());
        DealerSocket one = open(DealerSocket.create(options -> options.routingId(Bytes.utf8("one"))));
        DealerSocket two = open(DealerSocket.create(options -> options.routingId(Bytes.utf8("two"))));
        one.connectNow(name);
        router.bindNow(name);
        two.connectNow(name);
        open(router.receive()
                .concatMap(request -> router.send(Message.of(
                        request.first(), Bytes.utf8("for " + request.first().utf8()))))
                .subscribe());

        StepVerifier.create(one.send("?").then(one.receive().next()).map(Message::text))
                .expectNext("for one")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(two.send("?").then(two.receive().next()).map(Message::text))
                .expectNext("for two")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aChainOfSocketsDoesNotFillTheStack() {
        int length = 2000;
        PushSocket first = open(PushSocket.create());
        first.connectNow(name + 0);
        for (int i = 0; i < length; i++) {
            PullSocket in = open(PullSocket.create());
            PushSocket out = open(PushSocket.create());
            in.bindNow(name + i);
            out.connectNow(name + (i + 1));
            open(in.receive().subscribe(message -> out.send(message).subscribe()));
        }
        PullSocket last = open(PullSocket.create());
        last.bindNow(name + length);

        StepVerifier.create(last.receive().map(Message::text).next())
                .then(() -> first.send("through").subscribe())
                .expectNext("through")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
