package io.zmtp.spring.listener;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Turns what the application's operators throw into an error signal. Reactor lets errors of the JVM, such as a stack
 * overflow, fly through all operators to the source or the scheduler and signals nothing, so that a subscriber would wait
 * for ever.
 */
final class Guard<T> implements CoreSubscriber<T>, Subscription {

    private static final Log LOG = LogFactory.getLog(Guard.class);

    private final CoreSubscriber<? super T> actual;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean cancelled;
    private volatile @Nullable Subscription upstream;

    private Guard(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    /** {@return the same publisher, which also fails with what is thrown by subscribing and requesting} */
    static <T> Publisher<T> of(Publisher<T> source) {
        return subscriber -> new Guard<T>(Operators.toCoreSubscriber(subscriber)).subscribeTo(source);
    }

    /** {@return what the application makes of the messages, which also fails with what is thrown when one is emitted} */
    static <E> Mono<Void> between(Flux<E> messages, Function<Flux<E>, Mono<Void>> taking) {
        return Mono.fromDirect(subscriber -> {
            Guard<Void> guard = new Guard<>(Operators.toCoreSubscriber(subscriber));
            guard.subscribeTo(Mono.defer(() -> taking.apply(
                    messages.transform(Operators.<E, E>lift((source, actual) -> new Inner<>(actual, guard::fail))))));
        });
    }

    private void subscribeTo(Publisher<T> source) {
        try {
            source.subscribe(this);
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    private void fail(Throwable thrown) {
        Subscription from = upstream;
        if (!over.compareAndSet(false, true)) {
            drop(thrown);
        } else if (from == null) {
            Operators.error(actual, thrown);
        } else {
            from.cancel();
            actual.onError(thrown);
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(upstream, subscription)) { // Reactor makes up a second one, if subscribing throws later
            upstream = subscription;
            actual.onSubscribe(this);
        }
    }

    @Override
    public void request(long n) {
        Subscription from = upstream;
        if (from != null) {
            try {
                from.request(n);
            } catch (Throwable thrown) {
                fail(thrown);
            }
        }
    }

    @Override
    public void cancel() {
        if (over.compareAndSet(false, true)) {
            cancelled = true;
        }
        Subscription from = upstream;
        if (from != null) {
            from.cancel();
        }
    }

    @Override
    public void onNext(T element) {
        actual.onNext(element);
    }

    @Override
    public void onError(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            actual.onError(failure);
        } else {
            drop(failure);
        }
    }

    /** What was cancelled may fail by that: it was interrupted. */
    private void drop(Throwable late) {
        if (cancelled) {
            LOG.debug("what was cancelled has failed", late);
        } else {
            Operators.onErrorDropped(late, actual.currentContext());
        }
    }

    @Override
    public void onComplete() {
        if (over.compareAndSet(false, true)) {
            actual.onComplete();
        }
    }

    /** Between the socket and the first of the operators. */
    private record Inner<E>(CoreSubscriber<? super E> actual, Consumer<Throwable> thrown) implements CoreSubscriber<E> {

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            actual.onSubscribe(subscription);
        }

        @Override
        public void onNext(E message) {
            try {
                actual.onNext(message);
            } catch (Throwable failure) {
                thrown.accept(failure);
            }
        }

        @Override
        public void onError(Throwable failure) {
            actual.onError(failure);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }
    }
}
