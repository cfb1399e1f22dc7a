package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Jero;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import zmq.Msg;

/** JeroMQ announces 3.0, and takes subscriptions as messages only. */
class PubSubJeroInteropTests {

    private static final String WAYS = "io.zmtp.reactive.socket.Way#tcp";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final Jero jero = new Jero();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        jero.close();
    }

    private ZMQ.Socket meet(Way way, ZmtpSocket ours, SocketType type) {
        sockets.add(ours);
        ZMQ.Socket theirs = jero.open(type);
        way.meet(ours, folder, at -> Jero.bind(theirs, at), theirs::connect);
        return theirs;
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void publishesToSub(Way way) {
        PubSocket pub = PubSocket.create(Sockets::quick);
        ZMQ.Socket sub = meet(way, pub, SocketType.SUB);
        sub.subscribe("a");
        Way.awaitSubscriber(pub, "a", sub::getEvents);

        pub.send("b").then(pub.send("a", "1")).block(TIMEOUT);

        assertThat(Jero.receiveStrings(sub)).containsExactly("a", "1");
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void subscribesToXPub(Way way) {
        SubSocket sub = SubSocket.create(Sockets::quick);
        ZMQ.Socket xpub = meet(way, sub, SocketType.XPUB);
        sub.subscribe("a");
        assertThat(Bytes.wrap(Jero.receive(xpub).get(0)).hex()).isEqualTo("0161");

        StepVerifier.create(sub.receive().next())
                .then(() -> Jero.send(xpub, "b", "1"))
                .then(() -> Jero.send(xpub, "a", "2"))
                .expectNext(Message.of("a", "2"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void seesTheSubscriptionsOfXSub(Way way) {
        XPubSocket xpub = XPubSocket.create(Sockets::quick);
        ZMQ.Socket xsub = meet(way, xpub, SocketType.XSUB);

        StepVerifier.create(xpub.receive().map(message -> message.first().hex()))
                .then(() -> xsub.send(new byte[] {1, 'a'}))
                .then(() -> Way.awaitSubscriber(xpub, "a", xsub::getEvents))
                .expectNext("0161")
                .then(() -> xpub.send("a", "down").block(TIMEOUT))
                .then(() -> assertThat(Jero.receiveStrings(xsub)).containsExactly("a", "down"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    /** It sends a subscription for each call and one end with the last, which RFC 37 would not end both with. */
    @ParameterizedTest
    @MethodSource(WAYS)
    void stopsWhenSubThatSubscribedTwiceHasUnsubscribedTwice(Way way) {
        XPubSocket xpub = XPubSocket.create(Sockets::quick);
        ZMQ.Socket sub = meet(way, xpub, SocketType.SUB);

        StepVerifier.create(xpub.receive().map(message -> message.first().hex()))
                .then(() -> assertThat(sub.subscribe("a") && sub.subscribe("a")).isTrue())
                .then(() -> Way.awaitSubscriber(xpub, "a", sub::getEvents))
                .expectNext("0161")
                .then(() ->
                        assertThat(sub.unsubscribe("a") && sub.subscribe("b")).isTrue())
                .then(() -> Way.awaitSubscriber(xpub, "b", sub::getEvents))
                .expectNext("0162")
                .then(() -> xpub.send("a", "1").block(TIMEOUT))
                .then(() -> assertThat(Jero.receiveStrings(sub)).containsExactly("a", "1"))
                .then(() -> assertThat(sub.unsubscribe("a")).isTrue())
                .then(sub::getEvents)
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void radioSendsToDish(Way way) {
        RadioSocket radio = RadioSocket.create(Sockets::quick);
        ZMQ.Socket dish = meet(way, radio, SocketType.DISH);
        assertThat(dish.join("group")).isTrue();
        Way.awaitSubscriber(radio, "group", dish::getEvents);

        radio.send("other", "1").then(radio.send("group", "2")).block(TIMEOUT);

        Msg message = dish.base().recv(0);
        assertThat(message.getGroup()).isEqualTo("group");
        assertThat(new String(message.data())).isEqualTo("2");
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void dishReceivesFromRadio(Way way) {
        DishSocket dish = DishSocket.create(Sockets::quick);
        dish.join("group");
        ZMQ.Socket radio = meet(way, dish, SocketType.RADIO);

        CompletableFuture<Message> received = dish.receive().next().toFuture();

        Mono<Message> heard = Mono.fromFuture(received, true).timeout(Duration.ofMillis(20), Mono.empty());
        Way.until(
                () -> { // nothing tells when it has taken the JOIN
                    Msg message = new Msg("body".getBytes());
                    message.setGroup("group");
                    radio.base().send(message, ZMQ.DONTWAIT);
                    return heard.block() != null;
                });

        assertThat(received).isCompletedWithValue(Message.of("group", "body"));
    }
}
