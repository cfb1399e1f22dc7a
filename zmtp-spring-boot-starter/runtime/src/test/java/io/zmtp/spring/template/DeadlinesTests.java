package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class DeadlinesTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofHours(1);

    private final Deadlines deadlines = new Deadlines();

    private <T> Mono<T> within(Mono<T> source, Duration timeout) {
        return deadlines.within(source, timeout, () -> new TimeoutException("late"));
    }

    @Test
    void failsAndCancelsWhatTakesTooLong() {
        TestPublisher<String> source = TestPublisher.create();
        StepVerifier.create(within(source.mono(), SHORT))
                .expectErrorMessage("late")
                .verify(LIMIT);
        source.assertCancelled();
    }

    @Test
    void failsInTheThreadsOfTheParallelScheduler() throws Exception {
        CompletableFuture<Boolean> thread = new CompletableFuture<>();
        within(Mono.never(), Duration.ZERO)
                .subscribe(null, late -> thread.complete(Schedulers.isInNonBlockingThread()));
        assertThat(thread.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void passesOnWhatComesInTime() {
        StepVerifier.create(within(Mono.just("a"), LONG))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(within(Mono.empty(), LONG)).expectComplete().verify(LIMIT);
        StepVerifier.create(within(Mono.error(new IllegalStateException("b")), LONG))
                .expectErrorMessage("b")
                .verify(LIMIT);
        Sinks.One<String> later = Sinks.one();
        StepVerifier.create(within(later.asMono(), LONG))
                .then(() -> later.tryEmitValue("c"))
                .expectNext("c")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(within(Mono.deferContextual(context -> Mono.just((String) context.get("key"))), LONG)
                        .contextWrite(Context.of("key", "d")))
                .expectNext("d")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void eachHasItsOwnTime() {
        Deadlines here = new Deadlines(Runnable::run); // another thread would not know the virtual time in time
        List<Integer> late = new ArrayList<>();
        StepVerifier.withVirtualTime(() -> Flux.range(0, 5)
                        .concatMap(i -> Mono.just(i).delayElement(Duration.ofSeconds(1)))
                        .flatMap(i -> here.within(
                                        i == 2 ? Mono.just(i).delayElement(Duration.ofSeconds(9)) : never(i),
                                        Duration.ofSeconds(10),
                                        () -> new TimeoutException("late"))
                                .onErrorResume(TimeoutException.class, over -> Mono.fromRunnable(() -> late.add(i)))))
                .expectSubscription()
                .thenAwait(Duration.ofSeconds(5))
                .thenAwait(Duration.ofMillis(5_900))
                .then(() -> assertThat(late).isEmpty())
                .thenAwait(Duration.ofMillis(200))
                .then(() -> assertThat(late).containsExactly(0))
                .thenAwait(Duration.ofSeconds(5))
                .expectNext(2)
                .expectComplete()
                .verify(LIMIT);
        assertThat(late).containsExactly(0, 1, 3, 4);
    }

    private static Mono<Integer> never(int value) {
        return Mono.<Integer>never().defaultIfEmpty(value);
    }

    @Test
    void oneWhoThrowsLeavesTheOthers() {
        within(Mono.never(), SHORT).subscribe(null, late -> {
            throw new IllegalStateException("thrown by a subscriber");
        });
        StepVerifier.create(within(Mono.never(), SHORT))
                .expectErrorMessage("late")
                .verify(LIMIT);
    }

    @Test
    void whoCancelsHearsNothing() {
        AtomicBoolean heard = new AtomicBoolean();
        TestPublisher<String> source = TestPublisher.create();
        within(source.mono(), SHORT)
                .doOnTerminate(() -> heard.set(true))
                .subscribe()
                .dispose();
        source.assertCancelled();
        StepVerifier.create(within(Mono.never(), SHORT))
                .expectErrorMessage("late")
                .verify(LIMIT);
        assertThat(heard).isFalse();
    }

    @Test
    void linesThatAreOverLeaveNothing() {
        for (int i = 0; i < 1000; i++) {
            within(Mono.never(), LONG.plusSeconds(i)).subscribe().dispose();
        }
        assertThat(deadlines.lines()).isLessThan(20);
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(within(Mono.never(), SHORT))
                    .expectErrorMessage("late")
                    .verify(LIMIT);
        }
    }
}
