package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.monitor.DropReason;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What becomes of the message for which there is no room in the one queue between two sockets of a process. */
class InprocOverflowTests {

    private static final Duration TIMEOUT = Sockets.TIMEOUT;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final Drops drops = new Drops();
    private final String name = "inproc://" + UUID.randomUUID();

    private PushSocket push(Overflow rule) {
        PushSocket push = sockets.add(
                PushSocket.create(options -> options.sendHwm(3).onFull(rule).recorder(drops)));
        push.connectNow(name);
        return push;
    }

    private PullSocket pull() {
        PullSocket pull = sockets.add(PullSocket.create(options -> options.recvHwm(2)));
        pull.bindNow(name);
        return pull;
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    @Test
    void dropsTheOldestBeforeThePeerIsThere() {
        PushSocket push = push(Overflow.DROP_OLDEST);

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(Sockets.receive(pull(), 3)).containsExactly("7", "8", "9");
        assertThat(drops.of(DropReason.QUEUE_FULL)).isEqualTo(7);
    }

    @Test
    void dropsTheOldestOfBothQueues() {
        PullSocket pull = pull();
        PushSocket push = push(Overflow.DROP_OLDEST);

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(Sockets.receive(pull, 5)).containsExactly("5", "6", "7", "8", "9");
        assertThat(drops.of(DropReason.QUEUE_FULL)).isEqualTo(5);
    }

    @Test
    void keepsTheLatestOnly() {
        PullSocket pull = pull();
        PushSocket push = push(Overflow.LATEST);

        push.send(numbers(10)).block(TIMEOUT);
        push.send(numbers(10)).block(TIMEOUT);

        assertThat(drops.of(DropReason.REPLACED)).isBetween(17L, 19L);
        assertThat(Sockets.receive(pull, (int) (20 - drops.of(DropReason.REPLACED))))
                .endsWith("9");
    }

    @Test
    void publisherDropsTheOldestForASubscriber() {
        PubSocket pub = sockets.add(PubSocket.create(
                options -> options.sendHwm(3).onFull(Overflow.DROP_OLDEST).recorder(drops)));
        pub.bindNow(name);
        SubSocket sub = sockets.add(SubSocket.create(options -> options.recvHwm(2)));
        sub.subscribe("");
        sub.connectNow(name);
        pub.awaitSubscribers("", 1).block(TIMEOUT);

        pub.send(numbers(10)).block(TIMEOUT);

        assertThat(Sockets.receive(sub, 5)).containsExactly("5", "6", "7", "8", "9");
        assertThat(drops.of(DropReason.QUEUE_FULL)).isEqualTo(5);
    }

    @Test
    void flushCompletesWhenWhatItWaitsForWasDropped() {
        PullSocket pull = pull();
        PushSocket push = push(Overflow.DROP_OLDEST);
        push.send(numbers(5)).block(TIMEOUT);

        StepVerifier.create(push.flush())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .then(() -> push.send(numbers(3)).subscribe())
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(Sockets.receive(pull, 5)).containsExactly("3", "4", "0", "1", "2");
    }

    @Test
    void dropsTheNewest() {
        PullSocket pull = pull();
        PushSocket push = push(Overflow.DROP_NEWEST);

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(Sockets.receive(pull, 5)).containsExactly("0", "1", "2", "3", "4");
        assertThat(drops.of(DropReason.QUEUE_FULL)).isEqualTo(5);
    }
}
