package io.zmtp.reactive.connection;

import io.zmtp.reactive.pipe.Shield;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A condition that can be watched: its current value, then each change. Costs nothing while nobody watches. */
final class Readiness {

    private final BooleanSupplier condition;
    private final Runnable onWatched;
    private final Consumer<Runnable> loop;
    private volatile Sinks.@Nullable Many<Boolean> changes;

    // On the event loop only.
    private @Nullable Boolean last;
    private boolean ended;

    /**
     * Nobody watches yet.
     *
     * @param condition asked on the event loop
     * @param onWatched called when the first watcher comes
     * @param loop runs something on the event loop
     */
    Readiness(BooleanSupplier condition, Runnable onWatched, Consumer<Runnable> loop) {
        this.condition = condition;
        this.onWatched = onWatched;
        this.loop = loop;
    }

    /** The condition may have changed; on the event loop. */
    void update() {
        Sinks.Many<Boolean> watched = changes;
        if (watched == null || ended) {
            return;
        }
        boolean now = condition.getAsBoolean();
        if (last == null || last != now) {
            last = now;
            watched.tryEmitNext(now);
        }
    }

    /** Nothing changes any more; on the event loop. */
    void end() {
        update();
        ended = true;
        Sinks.Many<Boolean> watched = changes;
        if (watched != null) {
            watched.tryEmitComplete();
        }
    }

    Flux<Boolean> flux() {
        return Flux.defer(() -> {
            Sinks.Many<Boolean> watched = watched();
            loop.accept(() -> {
                update();
                if (ended) {
                    watched.tryEmitComplete();
                }
            });
            return Shield.each(watched.asFlux().onBackpressureLatest());
        });
    }

    private synchronized Sinks.Many<Boolean> watched() {
        Sinks.Many<Boolean> watched = changes;
        if (watched == null) {
            onWatched.run();
            watched = Sinks.many().replay().latest();
            changes = watched;
        }
        return watched;
    }
}
