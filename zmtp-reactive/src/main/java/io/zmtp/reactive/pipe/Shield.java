package io.zmtp.reactive.pipe;

import io.zmtp.reactive.monitor.PacedLog;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Keeps what a subscriber throws, against the rules, from those who signal to it and to others. Internal.
 */
public final class Shield {

    private static final PacedLog LOG = new PacedLog(Shield.class);

    private Shield() {}

    /** Gives a signal; what it throws is logged. */
    public static void run(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException | Error thrown) {
            LOG.warn("subscriber", "a subscriber threw", thrown);
        }
    }

    /** For a publisher that has several subscribers at a time: one that throws is cancelled, and nobody else notices. */
    public static <T> Flux<T> each(Flux<T> source) {
        // No lift: of a source that fuses it would make one that does not, and says it does.
        return new FluxOperator<>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                source.subscribe(new Shielded<>(actual));
            }
        };
    }

    /** As {@link #each(Flux)}. */
    public static <T> Mono<T> each(Mono<T> source) {
        return new MonoOperator<>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                source.subscribe(new Shielded<>(actual));
            }
        };
    }

    private static final class Shielded<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private @Nullable Subscription upstream;
        private volatile boolean done;

        Shielded(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(upstream, subscription)) {
                upstream = subscription;
                actual.onSubscribe(this);
            }
        }

        @Override
        public void onNext(T item) {
            if (!done) {
                signal(() -> actual.onNext(item));
            }
        }

        @Override
        public void onError(Throwable error) {
            if (!done) {
                done = true;
                signal(() -> actual.onError(error));
            }
        }

        @Override
        public void onComplete() {
            if (!done) {
                done = true;
                signal(actual::onComplete);
            }
        }

        private void signal(Runnable signal) {
            try {
                signal.run();
            } catch (RuntimeException | Error thrown) {
                LOG.warn("subscriber", "a subscriber threw and is cancelled", thrown);
                cancel();
            }
        }

        @Override
        public void request(long n) {
            Subscription from = upstream;
            if (from != null) {
                from.request(n);
            }
        }

        @Override
        public void cancel() {
            done = true;
            Subscription from = upstream;
            if (from != null) {
                from.cancel();
            }
        }
    }
}
