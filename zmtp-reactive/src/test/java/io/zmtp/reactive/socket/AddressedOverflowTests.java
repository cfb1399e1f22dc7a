package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** SERVER, PEER and ROUTER with another rule for full queues; three messages wait for a peer that takes two ahead. */
class AddressedOverflowTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final Drops drops = new Drops();

    private record Two(AddressedSocket one, Receiver other, Bytes id) {

        Flux<Message> numbers() {
            return Flux.range(0, 10).map(i -> Message.of(id, Bytes.utf8("" + i)));
        }
    }

    private Two open(String type, Overflow rule) {
        AddressedSocket one = sockets.add(
                switch (type) {
                    case "SERVER" -> ServerSocket.create(options -> with(options, rule));
                    case "PEER" -> PeerSocket.create(options -> with(options, rule));
                    default -> RouterSocket.create(options -> with(options, rule));
                });
        ZmtpSocket other = sockets.add(
                switch (type) {
                    case "SERVER" -> ClientSocket.create(options -> options.recvHwm(2));
                    case "PEER" -> PeerSocket.create(options -> options.recvHwm(2));
                    default -> DealerSocket.create(options -> options.recvHwm(2));
                });
        String name = "inproc://" + UUID.randomUUID();
        one.bindNow(name);
        other.connectNow(name);
        Sockets.awaitPeers(one, 1);
        return new Two(one, (Receiver) other, one.peers().get(0).routingId());
    }

    private SocketOptions with(SocketOptions options, Overflow rule) {
        return options.sendHwm(3).onFull(rule).recorder(drops);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "PEER", "ROUTER"})
    void dropsTheOldest(String type) {
        Two two = open(type, Overflow.DROP_OLDEST);

        two.one.send(two.numbers()).block(TIMEOUT);

        assertThat(receive(two.other, 5)).containsExactly("5", "6", "7", "8", "9");
        assertThat(drops.of(DropReason.QUEUE_FULL)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "PEER", "ROUTER"})
    void dropsTheNewest(String type) {
        Two two = open(type, Overflow.DROP_NEWEST);

        two.one.send(two.numbers()).block(TIMEOUT);

        assertThat(receive(two.other, 5)).containsExactly("0", "1", "2", "3", "4");
        assertThat(((ZmtpSocket) two.one).drops()).containsEntry(DropReason.QUEUE_FULL, 5L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "PEER", "ROUTER"})
    void keepsTheLatest(String type) {
        Two two = open(type, Overflow.LATEST);

        two.one.send(two.numbers()).block(TIMEOUT);

        assertThat(receive(two.other)).isEqualTo("9");
        assertThat(drops.of(DropReason.REPLACED)).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "PEER", "ROUTER"})
    void fails(String type) {
        Two two = open(type, Overflow.FAIL);

        StepVerifier.create(two.one.send(two.numbers()))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);

        assertThat(receive(two.other, 5)).containsExactly("0", "1", "2", "3", "4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "PEER", "ROUTER"})
    void waits(String type) {
        Two two = open(type, Overflow.WAIT);

        StepVerifier.create(two.one.send(two.numbers()))
                .expectSubscription()
                .expectNoEvent(Sockets.QUIET)
                .then(() -> assertThat(receive(two.other, 10)).endsWith("9"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "PEER", "ROUTER"})
    void disconnects(String type) {
        Two two = open(type, Overflow.DISCONNECT);

        two.one.send(two.numbers().take(6)).block(TIMEOUT);

        Sockets.awaitPeers(two.one, 0);
        assertThat(drops.of(DropReason.QUEUE_FULL)).isEqualTo(1);
    }
}
