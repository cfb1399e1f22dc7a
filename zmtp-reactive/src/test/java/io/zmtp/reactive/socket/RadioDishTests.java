package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.drops;
import static io.zmtp.reactive.socket.Sockets.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class RadioDishTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private RawPeer connect(ZmtpSocket socket, String type) {
        RawPeer peer = RawPeer.connect(socket.bindNow("tcp://127.0.0.1:*").toString());
        peer.handshakeNull(type);
        return peer;
    }

    @Test
    void deliversToMembersOfTheVeryGroup() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        DishSocket dish = sockets.open(DishSocket::create);
        dish.connectNow(radio.bindNow("tcp://127.0.0.1:*"));
        dish.join("news");
        radio.awaitSubscribers("news", 1).block(TIMEOUT);

        radio.send(Flux.just(Message.of("new", "1"), Message.of("newsy", "2"), Message.of("news", "3")))
                .block(TIMEOUT);

        StepVerifier.create(dish.receive().next())
                .expectNext(Message.of("news", "3"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void joinsByCommandAndOnceAndLeaves() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        try (RawListener listener = RawPeer.listen()) {
            DishSocket dish = sockets.open(DishSocket::create);
            dish.join("g");
            dish.join("g");
            dish.connectNow(listener.endpoint());
            try (RawPeer peer = listener.accept()) {
                peer.handshakeNull("RADIO");
                peer.expect("04 06 04 'JOIN' 'g'");
                dish.leave("g");
                dish.leave("g");
                peer.expect("04 07 05 'LEAVE' 'g'");
                dish.join("h");
                peer.expect("04 06 04 'JOIN' 'h'");
            }
            try (RawPeer again = listener.accept()) {
                again.handshakeNull("RADIO");
                again.expect("04 06 04 'JOIN' 'h'");
            }
        }
        assertThat(radio.isDisposed()).isFalse();
    }

    @Test
    void sendsTheGroupAsAPartBeforeTheBody() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        try (RawPeer dish = connect(radio, "DISH")) {
            dish.sendCommand("JOIN", "g".getBytes());
            radio.awaitSubscribers("g", 1).block(TIMEOUT);

            radio.send("g", "body").block(TIMEOUT);

            dish.expect("01 01 'g' 00 04 'body'");
        }
    }

    @Test
    void stopsSendingToOneWhoLeft() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        try (RawPeer dish = connect(radio, "DISH")) {
            dish.sendCommand("JOIN", "g".getBytes())
                    .sendCommand("LEAVE", "g".getBytes())
                    .sendCommand("LEAVE", "never".getBytes())
                    .sendCommand("JOIN", "h".getBytes());
            radio.awaitSubscribers("h", 1).block(TIMEOUT);

            radio.send("g", "1").then(radio.send("h", "2")).block(TIMEOUT);

            dish.expect("01 01 'h' 00 01 '2'");
        }
    }

    @Test
    void refusesMessagesThatAreNotAGroupAndABody() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        for (Message wrong : new Message[] {
            Message.of("group"),
            Message.of("group", "body", "more"),
            Message.of("g".repeat(256), "body"),
            Message.of("a\0b", "body")
        }) {
            StepVerifier.create(radio.send(wrong))
                    .expectError(ZmtpSendException.class)
                    .verify(TIMEOUT);
            StepVerifier.create(radio.send(Flux.just(wrong)))
                    .expectError(ZmtpSendException.class)
                    .verify(TIMEOUT);
        }
        StepVerifier.create(radio.send("g".repeat(255), "body"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void refusesGroupsThatCannotBe() {
        DishSocket dish = sockets.open(DishSocket::create);
        assertThatThrownBy(() -> dish.join("g".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> dish.join(Bytes.of((byte) 0))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void disconnectsADishThatJoinsALongerGroupThanThereCanBe() {
        RadioSocket radio = sockets.open(RadioSocket::create);
        try (RawPeer dish = connect(radio, "DISH")) {
            dish.sendCommand("JOIN", new byte[256]);
            assertThat(dish.awaitClosed(TIMEOUT)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 01 'g'", "01 01 'g' 01 01 'b' 00 01 'c'", "00 00"})
    void disconnectsARadioThatSendsSomethingElse(String wrong) {
        DishSocket dish = sockets.open(DishSocket::create);
        dish.join("g");
        try (RawPeer radio = connect(dish, "RADIO")) {
            radio.expectCommand("JOIN");
            StepVerifier.create(drops(dish, DropReason.MALFORMED).next())
                    .then(() -> dish.receive().subscribe())
                    .then(() -> radio.write(wrong))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(radio.awaitClosed(TIMEOUT)).isTrue();
        }
    }

    @Test
    void filtersGroupsThatWereNotJoined() {
        DishSocket dish = sockets.open(DishSocket::create);
        dish.join("g");
        try (RawPeer radio = connect(dish, "RADIO")) {
            radio.writeMessage("other", "1").writeMessage("g", "2");
            StepVerifier.create(texts(dish).next())
                    .expectNext("2")
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void joinsAgainWhenTheRadioCameBack() {
        RadioSocket first = sockets.open(RadioSocket::create);
        DishSocket dish = sockets.open(DishSocket::create);
        dish.join("g");
        Endpoint at = first.bindNow("tcp://127.0.0.1:*");
        dish.connectNow(at);
        first.awaitSubscribers("g", 1).block(TIMEOUT);
        first.close().block(TIMEOUT);

        RadioSocket second = sockets.open(RadioSocket::create);
        second.bindNow(at.toString());
        second.awaitSubscribers("g", 1).block(TIMEOUT);
        second.send("g", "again").block(TIMEOUT);

        StepVerifier.create(texts(dish).next())
                .expectNext("again")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
