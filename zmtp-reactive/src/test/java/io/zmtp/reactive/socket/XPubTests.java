package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.drops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.StepVerifier.FirstStep;

class XPubTests {

    private static final Duration SILENCE = Duration.ofMillis(50);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private XPubSocket xpub;
    private RawPeer one;
    private RawPeer two;

    private void open(UnaryOperator<SocketOptions> options) {
        xpub = sockets.open(XPubSocket::create, options);
        Endpoint at = xpub.bindNow("tcp://127.0.0.1:*");
        one = connect(at);
        two = connect(at);
        xpub.onPeer().take(2).blockLast(TIMEOUT);
    }

    private static RawPeer connect(Endpoint at) {
        RawPeer peer = RawPeer.connect(at.toString());
        peer.handshakeNull("XSUB");
        return peer;
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private FirstStep<String> notices() {
        return StepVerifier.create(
                xpub.receive().map(message -> message.first().hex() + (message.size() > 1 ? "+" : "")));
    }

    @Test
    void tellsTheFirstSubscriptionAndTheLastEnd() {
        open(options -> options);
        notices()
                .then(() -> one.sendCommand("SUBSCRIBE", "a".getBytes()))
                .expectNext("0161")
                .then(() -> two.write("00 02 01 'a'"))
                .then(() -> xpub.awaitSubscribers("a", 2).block(TIMEOUT))
                .then(() -> one.write("00 02 00 'a'"))
                .expectNoEvent(SILENCE)
                .then(() -> two.sendCommand("CANCEL", "a".getBytes()))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void tellsWhatEndedWithAPeer() {
        open(options -> options);
        one.write("00 02 01 'a' 00 02 01 'b'");
        xpub.awaitSubscribers("b", 1).block(TIMEOUT);
        two.write("00 02 01 'b'");
        xpub.awaitSubscribers("b", 2).block(TIMEOUT);

        StepVerifier.create(xpub.receive().map(message -> message.first().hex()).take(4))
                .expectNext("0161", "0162")
                .then(one::close)
                .expectNext("0061")
                .then(two::close)
                .expectNext("0062")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void verboseTellsEverySubscriptionButOnlyLastEnds() {
        open(SocketOptions::verbose);
        notices()
                .then(() -> one.write("00 02 01 'a'"))
                .expectNext("0161")
                .then(() -> two.write("00 02 01 'a'"))
                .expectNext("0161")
                .then(() -> one.write("00 02 00 'a'"))
                .expectNoEvent(SILENCE)
                .then(() -> two.write("00 02 00 'a'"))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void verboserTellsEveryEndToo() {
        open(SocketOptions::verboser);
        notices()
                .then(() -> one.write("00 02 01 'a'"))
                .expectNext("0161")
                .then(() -> two.write("00 02 01 'a'"))
                .expectNext("0161")
                .then(() -> one.write("00 02 00 'a'"))
                .expectNext("0061")
                .then(() -> two.write("00 02 00 'a'"))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void receivesWhatPeersSendUpstream() {
        open(options -> options);
        notices()
                .then(() -> one.writeMessage("up").writeMessage("x", "y").write("00 00"))
                .expectNext("7570", "78+", "")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void manualLeavesSubscribingToTheApplication() {
        open(SocketOptions::manual);
        Flux<Message> asked = xpub.receive().doOnNext(message -> {
            if (message.first().equals(Bytes.hex("01 61"))) {
                assertThat(xpub.subscribe(message, Bytes.utf8("other"))).isTrue();
            }
        });
        StepVerifier.create(asked.map(message -> message.first().hex()))
                .then(() -> one.write("00 02 01 'a'"))
                .expectNext("0161")
                .then(() -> two.write("00 02 01 'b'"))
                .expectNext("0162")
                .thenCancel()
                .verify(TIMEOUT);
        xpub.send("a").then(xpub.send("b")).then(xpub.send("other")).block(TIMEOUT);
        one.expect("00 05 'other'");

        StepVerifier.create(xpub.awaitSubscribers("other", 2))
                .expectSubscription()
                .expectNoEvent(SILENCE)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void onlyAManualOneSubscribesPeers() {
        open(options -> options);
        one.write("00 02 01 'a'");
        Message notice = xpub.receive().blockFirst(TIMEOUT);
        assertThatThrownBy(() -> xpub.subscribe(notice, Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> xpub.unsubscribe(notice, Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void subscribesThePeerOfTheNoticeHoweverLate() {
        open(SocketOptions::manual);
        one.write("00 02 01 'a'");
        Sinks.Empty<Void> later = Sinks.empty();
        StepVerifier.create(xpub.receive()
                        .flatMap(notice -> later.asMono()
                                .then(Mono.fromCallable(() ->
                                        xpub.subscribe(notice, notice.first().slice(1, 2))))))
                .then(() -> two.write("00 02 01 'b' 00 02 01 'c'"))
                .then(() -> two.sendCommand("PING", new byte[2]))
                .then(() -> two.expectCommand("PONG"))
                .then(later::tryEmitEmpty)
                .expectNext(true, true, true)
                .thenCancel()
                .verify(TIMEOUT);
        xpub.send("a", "1").then(xpub.send("b", "2")).then(xpub.send("c", "3")).block(TIMEOUT);
        one.expect("01 01 'a' 00 01 '1'");
        two.expect("01 01 'b' 00 01 '2' 01 01 'c' 00 01 '3'");
    }

    @Test
    void unsubscribesThePeerOfTheNotice() {
        open(SocketOptions::manual);
        one.write("00 02 01 'a'");
        Message first = xpub.receive().blockFirst(TIMEOUT);
        two.write("00 02 01 'a'");
        Message second = xpub.receive().blockFirst(TIMEOUT);
        for (Message notice : List.of(first, second)) {
            xpub.subscribe(notice, Bytes.utf8("a"));
            xpub.subscribe(notice, Bytes.utf8("b"));
        }
        xpub.unsubscribe(first, Bytes.utf8("a"));

        xpub.send("a").then(xpub.send("b")).block(TIMEOUT);

        one.expect("00 01 'b'");
        two.expect("00 01 'a' 00 01 'b'");
    }

    /** Each subscription was received, so each end is: also that of a peer that has gone while others want the same. */
    @Test
    void aManualOneReceivesAllEndsOfAPeerThatGoes() {
        open(SocketOptions::manual);
        notices()
                .then(() -> one.write("00 02 01 'a'"))
                .expectNext("0161")
                .then(() -> two.write("00 02 01 'a' 00 02 01 'b'"))
                .expectNext("0161", "0162")
                .then(() -> two.close())
                .recordWith(ArrayList::new)
                .expectNextCount(2)
                .consumeRecordedWith(ends -> assertThat(ends).containsExactlyInAnyOrder("0061", "0062"))
                .then(() -> one.write("00 02 00 'a'"))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void subscribesNobodyForAPeerThatHasGone() {
        open(SocketOptions::manual);
        one.write("00 02 01 'a'");
        Message notice = xpub.receive().blockFirst(TIMEOUT);
        one.close();
        Sockets.awaitPeers(xpub, 1);
        assertThat(xpub.subscribe(notice, Bytes.utf8("a"))).isFalse();
        xpub.unsubscribe(notice, Bytes.utf8("a"));
        assertThatThrownBy(() -> xpub.subscribe(Message.of("a"), Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("notice");
    }

    /** Where it connects the queue stays the same, and the next one is not the one that asked. */
    @Test
    void subscribesNobodyForAPeerThatCameBack() {
        open(SocketOptions::manual);
        try (RawListener listener = RawPeer.listen()) {
            xpub.connectNow(listener.endpoint());
            RawPeer first = listener.accept();
            first.handshakeNull("SUB");
            first.write("00 02 01 'x'");
            Message notice = xpub.receive().blockFirst(TIMEOUT);
            first.close();
            try (RawPeer next = listener.accept()) {
                next.handshakeNull("SUB");
                Sockets.awaitPeers(xpub, 3);
                assertThat(xpub.subscribe(notice, Bytes.utf8("x"))).isFalse();
            }
        }
    }

    @Test
    void oneSubscriptionThatWasMadeTwiceEndsOnce() {
        open(options -> options);
        notices()
                .then(() -> one.write("00 02 01 'a' 00 02 01 'a' 00 02 01 'b'"))
                .expectNext("0161", "0162")
                .then(() -> one.write("00 02 00 'a' 00 02 00 'b'"))
                .expectNext("0061", "0062")
                .thenCancel()
                .verify(TIMEOUT);
    }

    /** A proxy that counts would otherwise end what others want, or never end it. */
    @Test
    void verboserTellsAsManyEndsAsSubscriptionsOfEachPeer() {
        open(SocketOptions::verboser);
        notices()
                .then(() -> one.write("00 02 01 'a' 00 02 01 'a' 00 02 01 'b'"))
                .expectNext("0161", "0162")
                .then(() -> two.write("00 02 00 'a' 00 02 01 'b'"))
                .expectNext("0162")
                .then(two::close)
                .expectNext("0062")
                .then(() -> one.write("00 02 00 'a'"))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void verboseTellsWhatAPeerSubscribedToAgain() {
        open(SocketOptions::verbose);
        notices()
                .then(() -> one.write("00 02 01 'a' 00 02 01 'a'"))
                .expectNext("0161", "0161")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void welcomesEachPeer() {
        open(options -> options.welcome(Message.of("hi", "there")));
        one.expect("01 02 'hi' 00 05 'there'");
        two.expect("01 02 'hi' 00 05 'there'");
    }

    // ---- nobody receives

    /** Waits until all was heard that it said before: the answer to one PING may come first, that to the next does not. */
    private static void ping(RawPeer peer) {
        for (int i = 0; i < 2; i++) {
            peer.sendCommand("PING", new byte[2]);
            peer.expectCommand("PONG");
        }
    }

    @Test
    void withoutAReceiverSubscriptionsCountAndPingsAreAnswered() {
        open(options -> options.recvHwm(10));
        int count = 5_000;
        for (int i = 0; i < count; i++) {
            one.sendCommand("SUBSCRIBE", Integer.toString(i).getBytes());
        }
        ping(one);
        xpub.awaitSubscribers("" + (count - 1), 1).block(TIMEOUT);
        xpub.send("4999", "1").block(TIMEOUT);
        one.expect("01 04 '4999' 00 01 '1'");

        List<String> told = xpub.receive()
                .take(count)
                .map(message -> message.text().substring(1))
                .collectList()
                .block(TIMEOUT);

        assertThat(told).startsWith("0", "1", "2").endsWith("" + (count - 1)).doesNotHaveDuplicates();
        assertThat(xpub.drops()).isEmpty();
    }

    @Test
    void whatEndedBeforeItWasReceivedIsNotTold() {
        open(options -> options);
        one.write("00 02 01 'a' 00 02 01 'b' 00 02 00 'a' 00 02 01 'c'");
        ping(one);
        two.write("00 02 01 'd'");
        two.close();
        Sockets.awaitPeers(xpub, 1);
        one.write("00 02 01 'e'");

        notices()
                .expectNext("0162", "0163", "0165")
                .then(() -> one.write("00 02 00 'b' 00 02 01 'b'"))
                .expectNext("0062", "0162")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatPeersSendUpstreamBeyondTheMarkIsDroppedAndCounted() {
        open(options -> options.recvHwm(10));
        StepVerifier.create(drops(xpub, DropReason.QUEUE_FULL).next())
                .then(() -> {
                    for (int i = 0; i < 30; i++) {
                        one.writeMessage("" + i);
                    }
                    ping(one);
                    two.writeMessage("other");
                    ping(two);
                })
                .assertNext(dropped -> assertThat(dropped.message().text()).isEqualTo("10"))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(xpub.drops()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 20L));
        assertThat(Sockets.receive(xpub, 11))
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "other");
        one.writeMessage("again");
        assertThat(Sockets.receive(xpub)).isEqualTo("again");
    }

    @Test
    void whatPeersSendUpstreamHasALimitInOctetsToo() {
        open(options -> options);
        for (int i = 0; i < 10; i++) {
            one.writeMessage("m".repeat(100_000));
        }
        ping(one);
        assertThat(xpub.drops()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 7L));
    }

    @Test
    void verboseNoticesBeyondTheLimitAreDroppedAndCountedAndTheSubscriptionsCount() {
        open(options -> options.verbose().maxSubscriptions(10));
        for (int i = 0; i < 30; i++) {
            one.write("00 02 01 'a'");
        }
        ping(one);
        assertThat(xpub.drops()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 20L));
        xpub.send("a").block(TIMEOUT);
        one.expect("00 01 'a'");
        notices().expectNextCount(10).expectNoEvent(SILENCE).thenCancel().verify(TIMEOUT);
    }

    @Test
    void noticesHaveALimitInOctets() {
        open(SocketOptions::verboser);
        byte[] large = new byte[1 << 20];
        large[0] = 1;
        for (int i = 0; i < 20; i++) {
            large[0] = (byte) (i % 2 == 0 ? 1 : 0);
            one.writeFrame(0, large);
        }
        ping(one);
        assertThat(xpub.drops()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 3L));
    }

    @Test
    void whatPeersThatHaveGoneLeftHasALimitInOctetsToo() {
        open(SocketOptions::verboser);
        byte[] large = new byte[1 << 20];
        for (RawPeer peer : List.of(one, two)) {
            for (int i = 0; i < 12; i++) {
                large[0] = (byte) (i % 2 == 0 ? 1 : 0);
                peer.writeFrame(0, large);
            }
            ping(peer);
            int left = peer == one ? 1 : 0;
            peer.close();
            Sockets.awaitPeers(xpub, left);
        }
        // A peer is not among the peers any more before what it left is looked at.
        assertThat(Sockets.awaitStill(() -> xpub.drops().getOrDefault(DropReason.QUEUE_FULL, 0L)))
                .isEqualTo(12);
        assertThat(xpub.receive().take(12).count().block(TIMEOUT)).isEqualTo(12);
    }
}
