package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What a socket that only receives keeps of peers that are faster than whoever receives. */
class ReceiveOverflowTests {

    private static final Duration TIMEOUT = Sockets.TIMEOUT;
    private static final int SENT = 5000;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final Drops drops = new Drops();

    private PullSocket pull(UnaryOperator<SocketOptions> change) {
        return sockets.add(PullSocket.create(
                options -> change.apply(options.recorder(drops).recvHwm(3))));
    }

    private PushSocket pushTo(ZmtpSocket receiver, String endpoint) {
        PushSocket push = sockets.add(PushSocket.create());
        push.connectNow(receiver.bindNow(endpoint));
        return push;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    private static String unused() {
        return "inproc://" + UUID.randomUUID();
    }

    @Test
    void pullKeepsTheLatestOnly() {
        PullSocket pull = pull(SocketOptions::conflate);

        pushTo(pull, "tcp://127.0.0.1:*").send(numbers(SENT)).block(TIMEOUT);
        drops.await(DropReason.REPLACED, SENT - 1);

        assertThat(Sockets.receive(pull)).isEqualTo("" + (SENT - 1));
        assertThat(drops.all()).containsExactly(Map.entry(DropReason.REPLACED, SENT - 1L));
    }

    @Test
    void pullKeepsTheLatestOfEachPeer() {
        PullSocket pull = pull(SocketOptions::conflate);
        PushSocket one = pushTo(pull, "tcp://127.0.0.1:*");
        PushSocket other = pushTo(pull, "tcp://127.0.0.1:*");

        one.send(Flux.just(Message.of("1 old"), Message.of("1 new"))).block(TIMEOUT);
        other.send(Flux.just(Message.of("2 old"), Message.of("2 new"))).block(TIMEOUT);
        drops.await(DropReason.REPLACED, 2);

        assertThat(Sockets.receive(pull, 2)).containsExactlyInAnyOrder("1 new", "2 new");
    }

    @Test
    void pullDropsTheOldest() {
        PullSocket pull = pull(options -> options.onFull(Overflow.DROP_OLDEST));

        pushTo(pull, "tcp://127.0.0.1:*").send(numbers(SENT)).block(TIMEOUT);
        drops.await(DropReason.QUEUE_FULL, SENT - 3);

        assertThat(Sockets.receive(pull, 3)).containsExactly("4997", "4998", "4999");
    }

    @Test
    void pullDropsTheNewest() {
        PullSocket pull = pull(options -> options.onFull(Overflow.DROP_NEWEST));

        pushTo(pull, "tcp://127.0.0.1:*").send(numbers(SENT)).block(TIMEOUT);
        drops.await(DropReason.QUEUE_FULL, SENT - 3);

        assertThat(Sockets.receive(pull, 3)).containsExactly("0", "1", "2");
    }

    /** Who is asked at once has no need for a rule. */
    @Test
    void goesOnWithWhatComesAfterwards() {
        PullSocket pull = pull(SocketOptions::conflate);
        PushSocket push = pushTo(pull, "tcp://127.0.0.1:*");
        push.send(numbers(3)).block(TIMEOUT);
        drops.await(DropReason.REPLACED, 2);

        StepVerifier.create(pull.receive().map(Message::text))
                .expectNext("2")
                .then(() -> push.send("next").block(TIMEOUT))
                .expectNext("next")
                .then(() -> push.send("last").block(TIMEOUT))
                .expectNext("last")
                .thenCancel()
                .verify(TIMEOUT);
    }

    /** Large ones count by their size. */
    @Test
    void dropsTheOldestAboveSoManyOctets() {
        PullSocket pull = pull(options -> options.recvHwm(1000).onFull(Overflow.DROP_OLDEST));

        pushTo(pull, "tcp://127.0.0.1:*")
                .send(Flux.range(0, 20).map(i -> Message.of(new byte[100_000])))
                .block(TIMEOUT);

        drops.await(DropReason.QUEUE_FULL, 17);
        assertThat(pull.peers().get(0).unread()).isEqualTo(3);
    }

    @Test
    void subKeepsTheLatestOfWhatCame() {
        PubSocket pub = sockets.add(PubSocket.create());
        SubSocket sub =
                sockets.add(SubSocket.create(options -> options.recorder(drops).conflate()));
        sub.subscribe("");
        sub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));
        pub.awaitSubscribers("", 1).block(TIMEOUT);

        pub.send(numbers(100)).then(pub.flush()).block(TIMEOUT);
        drops.await(DropReason.REPLACED, 99);

        assertThat(Sockets.receive(sub)).isEqualTo("99");
    }

    @Test
    void gatherKeepsTheLatestOnly() {
        ScatterSocket scatter = sockets.add(ScatterSocket.create());
        GatherSocket gather = sockets.add(
                GatherSocket.create(options -> options.recorder(drops).conflate()));
        scatter.connectNow(gather.bindNow("tcp://127.0.0.1:*"));

        scatter.send(numbers(100)).block(TIMEOUT);
        drops.await(DropReason.REPLACED, 99);

        assertThat(Sockets.receive(gather)).isEqualTo("99");
    }

    @Test
    void dishKeepsTheLatestOnly() {
        RadioSocket radio = sockets.add(RadioSocket.create());
        DishSocket dish =
                sockets.add(DishSocket.create(options -> options.recorder(drops).conflate()));
        dish.join("g");
        dish.connectNow(radio.bindNow("tcp://127.0.0.1:*"));
        radio.awaitSubscribers("g", 1).block(TIMEOUT);

        radio.send(Flux.range(0, 100).map(i -> Message.of("g", "" + i)))
                .then(radio.flush())
                .block(TIMEOUT);
        drops.await(DropReason.REPLACED, 99);

        assertThat(Sockets.receive(dish)).isEqualTo("99");
    }

    @Test
    void keepsTheLatestWithinAProcess() {
        PullSocket pull = pull(SocketOptions::conflate);

        pushTo(pull, unused()).send(numbers(SENT)).block(TIMEOUT);

        assertThat(Sockets.receive(pull)).isEqualTo("" + (SENT - 1));
        assertThat(drops.of(DropReason.REPLACED)).isEqualTo(SENT - 1);
    }

    /** What waits when a peer goes is what was kept of it. */
    @Test
    void keepsTheLatestOfAPeerThatHasGone() {
        PullSocket pull = pull(SocketOptions::conflate);
        PushSocket push = pushTo(pull, "tcp://127.0.0.1:*");
        push.send(numbers(10)).then(push.close()).block(TIMEOUT);
        drops.await(DropReason.REPLACED, 9);
        Sockets.awaitPeers(pull, 0);

        assertThat(Sockets.receive(pull)).isEqualTo("9");
    }

    @Test
    void tellsTheMonitor() {
        PullSocket pull = pull(SocketOptions::conflate);
        PushSocket push = pushTo(pull, "tcp://127.0.0.1:*");

        StepVerifier.create(pull.monitor().ofType(MonitorEvent.Dropped.class))
                .then(() -> push.send(numbers(2)).block(TIMEOUT))
                .assertNext(dropped -> {
                    assertThat(dropped.reason()).isEqualTo(DropReason.REPLACED);
                    assertThat(dropped.message().text()).isEqualTo("0");
                })
                .thenCancel()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"FAIL", "DISCONNECT"})
    void knowsNoRuleForSenders(Overflow rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PullSocket.create(options -> options.onFull(rule)))
                .withMessageContaining("onFull(" + rule + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://"})
    void holdsThePeerBackByDefault(String where) {
        PullSocket pull = pull(UnaryOperator.identity());
        PushSocket push = sockets.add(PushSocket.create(options -> options.sendHwm(10)));
        Endpoint endpoint = pull.bindNow(where.equals("inproc://") ? unused() : where);
        push.connectNow(endpoint);
        Sockets.awaitPeers(pull, 1);

        StepVerifier.create(push.send(Flux.range(0, SENT).map(i -> Message.of(new byte[10_000]))))
                .expectSubscription()
                .expectNoEvent(Sockets.QUIET)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(drops.all()).isEmpty();
        assertThat(pull.peers()).hasSize(1);
    }
}
