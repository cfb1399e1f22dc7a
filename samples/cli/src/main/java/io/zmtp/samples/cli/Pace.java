package io.zmtp.samples.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Keeps messages apart: their times are even, and one that is late is not made up for by the next ones. One at a time. */
final class Pace {

    private final long nanos;
    private long next;
    private boolean begun;

    /** A pace; null for as fast as it goes. */
    Pace(@Nullable Duration interval) {
        this.nanos = interval == null ? 0 : interval.toNanos();
    }

    /** Completes when it is time for the next one; at once for the first. */
    Mono<Void> turn() {
        if (nanos == 0 || !begun) {
            return Mono.empty();
        }
        long wait = next - System.nanoTime();
        return wait <= 0 ? Mono.empty() : Mono.delay(Duration.ofNanos(wait)).then();
    }

    /** One has been sent. */
    void sent() {
        long now = System.nanoTime();
        next = begun && now - next < nanos ? next + nanos : now + nanos;
        begun = true;
    }
}
