package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** The octets of subscriptions. */
class SubscriptionWireTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final RawListener listener = RawPeer.listen();
    private final List<AutoCloseable> raw = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : raw) {
            each.close();
        }
        listener.close();
    }

    private RawPeer accept(int minor) {
        RawPeer peer = listener.accept();
        raw.add(peer);
        peer.sendGreeting("NULL", false, minor);
        peer.expectGreeting();
        peer.sendReady("PUB");
        peer.expectCommand("READY");
        return peer;
    }

    private RawPeer connect(ZmtpSocket socket, String type) {
        RawPeer peer = RawPeer.connect(socket.bindNow("tcp://127.0.0.1:*").toString());
        raw.add(peer);
        peer.handshakeNull(type);
        return peer;
    }

    private <S extends ZmtpSocket> S open(Function<UnaryOperator<SocketOptions>, S> type) {
        return sockets.open(type);
    }

    @Test
    void subscribesByCommandAtPeersOf31() {
        SubSocket sub = open(SubSocket::create);
        sub.subscribe("abc");
        sub.connectNow(listener.endpoint());
        RawPeer pub = accept(1);
        pub.expect("04 0d 09 'SUBSCRIBE' 'abc'");

        sub.unsubscribe("abc");

        pub.expect("04 0a 06 'CANCEL' 'abc'");
    }

    @Test
    void subscribesByMessageAtPeersOf30() {
        SubSocket sub = open(SubSocket::create);
        sub.subscribe("abc");
        sub.connectNow(listener.endpoint());
        RawPeer pub = accept(0);
        pub.expect("00 04 01 'abc'");

        sub.unsubscribe("abc");

        pub.expect("00 04 00 'abc'");
    }

    @Test
    void subscribesToATopicOf255OctetsInTheLongForm() {
        SubSocket sub = open(SubSocket::create);
        sub.subscribe("x".repeat(255));
        sub.connectNow(listener.endpoint());

        accept(0).expect("02 00 00 00 00 00 00 01 00 01").expect("'" + "x".repeat(255) + "'");
    }

    @Test
    void subscribesAgainOnEachConnection() {
        SubSocket sub = open(SubSocket::create);
        sub.subscribe("a");
        sub.subscribe("b");
        sub.subscribe("a");
        sub.connectNow(listener.endpoint());
        for (int life = 0; life < 3; life++) {
            RawPeer pub = accept(1);
            assertThat(List.of(new String(pub.expectCommand("SUBSCRIBE")), new String(pub.expectCommand("SUBSCRIBE"))))
                    .containsExactlyInAnyOrder("a", "b");
            pub.close();
        }
    }

    @Test
    void subscribesToVeryManyTopicsWhateverTheHighWaterMark() {
        SubSocket sub = sockets.open(SubSocket::create, options -> options.sendHwm(10));
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            sub.subscribe("topic " + i);
        }
        sub.connectNow(listener.endpoint());
        RawPeer pub = accept(1);

        for (int i = 0; i < count; i++) {
            pub.expectCommand("SUBSCRIBE");
        }
        sub.subscribe("last");
        assertThat(new String(pub.expectCommand("SUBSCRIBE"))).isEqualTo("last");
    }

    @Test
    void takesBothFormsFromOnePeer() {
        PubSocket pub = open(PubSocket::create);
        RawPeer sub = connect(pub, "SUB");
        sub.sendCommand("SUBSCRIBE", "a".getBytes()).write("00 02 01 'b'");
        pub.awaitSubscribers("a", 1).and(pub.awaitSubscribers("b", 1)).block(TIMEOUT);
        pub.send("a").then(pub.send("b")).block(TIMEOUT);
        sub.expect("00 01 'a' 00 01 'b'");

        sub.write("00 02 00 'a'").sendCommand("CANCEL", "b".getBytes()).write("00 02 01 'c'");
        pub.awaitSubscribers("c", 1).block(TIMEOUT);
        pub.send("a").then(pub.send("b")).then(pub.send("c")).block(TIMEOUT);

        sub.expect("00 01 'c'");
    }

    /** As libzmq and JeroMQ do it: a SUBSCRIBE for each call, and one CANCEL with the last. */
    @Test
    void stopsAtTheFirstCancelHoweverOftenAPeerSubscribed() {
        PubSocket pub = open(PubSocket::create);
        RawPeer sub = connect(pub, "SUB");
        sub.write("00 02 01 'a'").write("00 02 01 'a'").write("00 02 00 'a'").write("00 02 01 'z'");
        pub.awaitSubscribers("z", 1).block(TIMEOUT);

        pub.send("a").then(pub.send("z")).block(TIMEOUT);

        sub.expect("00 01 'z'");
    }

    @Test
    void radioStopsAtTheFirstLeave() {
        RadioSocket radio = open(RadioSocket::create);
        RawPeer dish = connect(radio, "DISH");
        dish.sendCommand("JOIN", "a".getBytes()).sendCommand("JOIN", "a".getBytes());
        dish.sendCommand("LEAVE", "a".getBytes()).sendCommand("JOIN", "z".getBytes());
        radio.awaitSubscribers("z", 1).block(TIMEOUT);

        radio.send("a", "1").then(radio.send("z", "2")).block(TIMEOUT);

        dish.expect("01 01 'z' 00 01 '2'");
    }

    @Test
    void severalReceiversOfOnePrefixSubscribeOnceAndCancelOnce() {
        SubSocket sub = open(SubSocket::create);
        sub.connectNow(listener.endpoint());
        RawPeer pub = accept(1);
        sub.onPeer().blockFirst(TIMEOUT);
        Disposable one = sockets.add(sub.receive("a").subscribe());
        Disposable two = sockets.add(sub.receive("a").subscribe());
        sub.subscribe("a");
        one.dispose();
        sub.unsubscribe("a");
        sub.subscribe("b");
        pub.expect("04 0b 09 'SUBSCRIBE' 'a' 04 0b 09 'SUBSCRIBE' 'b'");

        two.dispose();

        pub.expect("04 08 06 'CANCEL' 'a'");
    }

    @Test
    void sendsNothingBeforeASubscription() {
        PubSocket pub = open(PubSocket::create);
        RawPeer sub = connect(pub, "SUB");
        pub.onPeer().blockFirst(TIMEOUT);
        pub.send("early").block(TIMEOUT);
        sub.write("00 01 01");
        pub.awaitSubscribers("", 1).block(TIMEOUT);

        pub.send("late").block(TIMEOUT);

        sub.expect("00 04 'late'");
    }

    @Test
    void sendsAllPartsOfAMatchingMessage() {
        PubSocket pub = open(PubSocket::create);
        RawPeer sub = connect(pub, "XSUB");
        sub.write("00 02 01 'a'");
        pub.awaitSubscribers("a", 1).block(TIMEOUT);

        pub.send(Message.of(Bytes.utf8("a"), Bytes.EMPTY, Bytes.utf8("b"))).block(TIMEOUT);

        sub.expect("01 01 'a' 01 00 00 01 'b'");
    }

    @Test
    void xsubSendsSubscriptionsAsTheOthersDoAndMessagesAsTheyAre() {
        XSubSocket xsub = open(XSubSocket::create);
        xsub.connectNow(listener.endpoint());
        RawPeer pub = accept(1);
        xsub.onPeer().blockFirst(TIMEOUT);

        xsub.send(Message.of(Bytes.hex("01 61"))).block(TIMEOUT);
        pub.expect("04 0b 09 'SUBSCRIBE' 'a'");
        xsub.send("up").block(TIMEOUT);
        pub.expect("00 02 'up'");
        xsub.send(Message.of(Bytes.hex("01 61"))).block(TIMEOUT);
        xsub.send(Message.of(Bytes.hex("00 61"))).block(TIMEOUT);
        xsub.send(Message.of(Bytes.hex("00 61"))).block(TIMEOUT);

        pub.expect("04 08 06 'CANCEL' 'a'");
        pub.writeMessage("a").writeMessage("b");
        StepVerifier.create(xsub.receive())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(TIMEOUT);
    }
}
