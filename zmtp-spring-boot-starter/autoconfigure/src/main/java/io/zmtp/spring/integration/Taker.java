package io.zmtp.spring.integration;

import io.zmtp.reactive.monitor.PacedLog;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Takes items, and has them handled on threads that may block, a number of them at a time. An item is taken only when
 * there is a place for it, so all others stay in the socket. While it is paused, and when it is stopped, it takes none;
 * what it has taken is handled to the end.
 *
 * @param <T> messages, or requests with their way back
 */
final class Taker<T> {

    /** As long as there is. */
    static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static final PacedLog LOG = new PacedLog(Taker.class);

    /** Where items come from, one for each call. */
    interface Source<T> {

        /**
         * Asks for the next item.
         *
         * @param took gets it
         * @param ended gets the end, with a failure or null, in its place
         * @return disposing it, no item is taken any more
         */
        Disposable next(Consumer<T> took, Consumer<@Nullable Throwable> ended);
    }

    private final Object what;
    private final Source<T> source;
    private final Function<T, Mono<Void>> handler;
    private final int concurrency;
    private final Sinks.Empty<Void> finished = Sinks.empty();

    /** Asks for an item; null if nothing does. */
    private @Nullable Disposable asking;

    private int handling;
    private boolean paused;
    private boolean stopped;

    /**
     * Takes nothing yet.
     *
     * @param what the adapter or gateway, for the log
     * @param concurrency how many items are handled at a time
     */
    Taker(Object what, Source<T> source, Function<T, Mono<Void>> handler, int concurrency) {
        this.what = what;
        this.source = source;
        this.handler = handler;
        this.concurrency = concurrency;
    }

    /** Takes the next item, if there is a place for it. */
    void next() {
        Disposable.Swap mine = Disposables.swap();
        synchronized (this) {
            if (stopped || paused || asking != null || handling >= concurrency) {
                return;
            }
            asking = mine;
        }
        mine.update(source.next(item -> took(mine, item), this::ended));
    }

    /** An item is there: it is handled, whatever happens meanwhile. */
    @SuppressWarnings("ReferenceEquality")
    private void took(Disposable from, T item) {
        synchronized (this) {
            asking = asking == from ? null : asking;
            handling++;
        }
        Schedulers.boundedElastic().schedule(() -> {
            next();
            Mono.defer(() -> handler.apply(item))
                    .doFinally(end -> done())
                    .subscribe(
                            nothing -> {}, failed -> LOG.warn("message", what + ": a message was not handled", failed));
        });
    }

    private void ended(@Nullable Throwable why) {
        if (why != null) {
            LOG.warn("end", what + ": no more messages are taken", why);
        }
        stop();
    }

    private void done() {
        synchronized (this) {
            handling--;
        }
        next();
        finish();
    }

    void pause() {
        synchronized (this) {
            paused = true;
        }
        rest();
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        next();
    }

    synchronized boolean isPaused() {
        return paused;
    }

    /** Completes when all that was taken is handled. */
    Mono<Void> stop() {
        synchronized (this) {
            stopped = true;
        }
        rest();
        finish();
        return finished.asMono();
    }

    private void rest() {
        Disposable asked;
        synchronized (this) {
            asked = asking;
            asking = null;
        }
        if (asked != null) {
            asked.dispose();
        }
    }

    private synchronized void finish() {
        if (stopped && handling == 0) {
            finished.tryEmitEmpty();
        }
    }
}
