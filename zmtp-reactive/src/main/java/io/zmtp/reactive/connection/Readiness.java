package io.zmtp.reactive.connection;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A condition that can be watched: its current value, then each change. Set on the event loop only. */
final class Readiness {

    private final Sinks.Many<Boolean> changes = Sinks.many().replay().latest();
    private @Nullable Boolean last;

    void set(boolean value) {
        if (last == null || last != value) {
            last = value;
            changes.tryEmitNext(value);
        }
    }

    void end() {
        changes.tryEmitComplete();
    }

    Flux<Boolean> flux() {
        return changes.asFlux().onBackpressureLatest();
    }
}
