package io.zmtp.reactive.model;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits for what is promised. */
final class Expect {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Expect() {}

    /** A promise that was not kept in time. */
    static final class Unkept extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unkept(String promise) {
            super(promise);
        }
    }

    /** Waits until a promise is kept. */
    static void that(String promise, BooleanSupplier kept) {
        that(promise, kept, () -> "");
    }

    /**
     * Waits until a promise is kept.
     *
     * @param but describes what is so instead
     */
    static void that(String promise, BooleanSupplier kept, Supplier<String> but) {
        Boolean done = Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .onBackpressureDrop()
                .map(tick -> kept.getAsBoolean())
                .filter(yes -> yes)
                .next()
                .timeout(TIMEOUT, Mono.empty())
                .block();
        if (done == null) {
            throw new Unkept("not kept: " + promise + but.get());
        }
    }

    /** Whether a step completes in time. */
    static boolean completes(Mono<Void> step) {
        return step.thenReturn(true).timeout(TIMEOUT, Mono.empty()).block() != null;
    }

    static void pause(int micros) {
        Mono.delay(Duration.ofNanos(micros * 1000L)).block();
    }
}
