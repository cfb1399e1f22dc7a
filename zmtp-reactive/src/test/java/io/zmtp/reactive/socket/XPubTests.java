package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.drops;
import static io.zmtp.reactive.socket.Sockets.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
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
                xpub.subscribe(Bytes.utf8("other"));
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
        assertThatThrownBy(() -> xpub.subscribe(Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void welcomesEachPeer() {
        open(options -> options.welcome(Message.of("hi", "there")));
        one.expect("01 02 'hi' 00 05 'there'");
        two.expect("01 02 'hi' 00 05 'there'");
    }

    @Test
    void oneWhoseNoticesNobodyTakesIsNotHeardAnyFurther() {
        open(options -> options.recvHwm(10));
        for (int i = 0; i < 30; i++) {
            one.sendCommand("SUBSCRIBE", String.format("%02d", i).getBytes());
        }
        xpub.awaitSubscribers("09", 1).block(TIMEOUT);
        two.write("00 02 01 'z'");
        xpub.awaitSubscribers("z", 1).block(TIMEOUT);
        StepVerifier.create(xpub.awaitSubscribers("10", 1))
                .expectSubscription()
                .expectNoEvent(SILENCE)
                .thenCancel()
                .verify(TIMEOUT);

        StepVerifier.create(xpub.receive().take(31).map(Message::text))
                .expectNextCount(30)
                .expectNext("\u000129")
                .expectComplete()
                .verify(TIMEOUT);
        xpub.awaitSubscribers("29", 1).block(TIMEOUT);
    }

    @Test
    void tellsWhatAPeerSaidThatWentUnheard() {
        open(options -> options.recvHwm(2));
        StepVerifier.create(drops(xpub, DropReason.PEER_GONE).next())
                .then(() -> one.writeMessage("1").writeMessage("2").writeMessage("3"))
                .then(() -> one.close())
                .assertNext(dropped -> assertThat(dropped.message().text()).isEqualTo("3"))
                .expectComplete()
                .verify(TIMEOUT);

        StepVerifier.create(texts(xpub).take(2))
                .expectNext("1", "2")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
