package io.zmtp.reactive.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class WaitersTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Object lock = new Object();
    private final Waiters waiters = new Waiters(lock);

    private Mono<Void> upTo(long position) {
        return waiters.mono(waiter -> {
            synchronized (lock) {
                waiters.add(waiter, position);
            }
        });
    }

    private List<Waiters.Waiter> take(long position) {
        synchronized (lock) {
            return waiters.takeUpTo(position);
        }
    }

    @Test
    void tellsThoseWhoHaveWaitedLongEnough() {
        StepVerifier.create(upTo(3))
                .then(() -> assertThat(take(2)).isEmpty())
                .then(() -> take(3).forEach(Waiters.Waiter::complete))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(waiters.isEmpty()).isTrue();
    }

    @Test
    void forgetsWhoCancels() {
        upTo(3).subscribe().dispose();
        assertThat(waiters.isEmpty()).isTrue();
    }

    @Test
    void forgetsWhoCancelsWhileSubscribing() {
        upTo(3).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
            }
        });
        assertThat(waiters.isEmpty()).isTrue();
    }

    @Test
    void whoCancelsWhenTakenOutHearsNothing() {
        Consumer<Object> never = any -> {
            throw new AssertionError("told of " + any);
        };
        var waiting = upTo(3).subscribe(never, never, () -> never.accept("the end"));
        List<Waiters.Waiter> taken = take(3);
        waiting.dispose();
        taken.get(0).complete();
        taken.get(0).fail(new IllegalStateException());
    }

    @Test
    void movesThoseBehindWhatWasTakenOut() {
        upTo(10).subscribe();
        upTo(20).subscribe();
        waiters.shift(10, 5);
        assertThat(take(9)).isEmpty();
        assertThat(take(10)).hasSize(1);
        assertThat(take(15)).hasSize(1);
    }
}
