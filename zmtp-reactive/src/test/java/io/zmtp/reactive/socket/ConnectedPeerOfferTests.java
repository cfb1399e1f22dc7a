package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** What is built on sockets: it sends without waiting, and tells what it drops. */
class ConnectedPeerOfferTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://offers"})
    void acceptsWhatThereIsRoomFor(String endpoint) {
        RouterSocket router = sockets.add(RouterSocket.create(options -> options.sendHwm(2)));
        DealerSocket dealer =
                sockets.add(DealerSocket.create(options -> options.recvHwm(1).linger(Duration.ZERO)));
        dealer.connectNow(router.bindNow(endpoint));
        ConnectedPeer peer = router.onPeer().blockFirst(TIMEOUT);
        int accepted = 0;
        while (peer.offer(Message.of(String.valueOf(accepted), "x".repeat(1 << 20)))) {
            accepted++;
        }
        assertThat(accepted).isPositive();
        assertThat(router.drops()).isEmpty();
        StepVerifier.create(
                        dealer.receive().map(message -> message.part(0).utf8()).take(accepted))
                .expectNextSequence(java.util.stream.IntStream.range(0, accepted)
                        .mapToObj(String::valueOf)
                        .toList())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void acceptsNothingForAPeerThatHasLeft() {
        RouterSocket router = sockets.add(RouterSocket.create());
        DealerSocket dealer = sockets.add(DealerSocket.create(options -> options.linger(Duration.ZERO)));
        dealer.connectNow(router.bindNow("tcp://127.0.0.1:*"));
        ConnectedPeer peer = router.onPeer().blockFirst(TIMEOUT);
        dealer.dispose();
        peer.onClose().block(TIMEOUT);
        assertThat(peer.offer(Message.of("late"))).isFalse();
    }

    @Test
    void countsAndTellsWhatIsDroppedOutsideOfIt() {
        PullSocket pull = sockets.add(PullSocket.create());
        Message message = Message.of("topic", "text");
        StepVerifier.create(pull.monitor())
                .then(() -> pull.drop(message, DropReason.NO_RECEIVER))
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                MonitorEvent.Dropped.class,
                                dropped -> assertThat(dropped.message()).isSameAs(message)))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(pull.drops()).isEqualTo(Map.of(DropReason.NO_RECEIVER, 1L));
    }
}
