package io.zmtp.spring.core;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Stops an observation, once, before the caller sees the end: with the failure, or as given up by the caller if that cancels
 * before anything came. After that a cancel only says that one item is enough.
 */
final class ObservedSubscriber<T> implements CoreSubscriber<T>, Subscription {

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<ObservedSubscriber> OVER =
            AtomicIntegerFieldUpdater.newUpdater(ObservedSubscriber.class, "over");

    private final CoreSubscriber<? super T> actual;
    private final Observation observation;
    private final boolean endsWithItem;
    private @Nullable Subscription upstream;

    /** 1 if it has stopped. A cancel may race with the end. */
    @SuppressWarnings("UnusedVariable") // OVER reads it
    private volatile int over;

    private volatile boolean hasEmitted;

    /**
     * An observation that has started.
     *
     * @param endsWithItem whether there is one item at most, so that the end is there with it
     */
    ObservedSubscriber(CoreSubscriber<? super T> actual, Observation observation, boolean endsWithItem) {
        this.actual = actual;
        this.observation = observation;
        this.endsWithItem = endsWithItem;
    }

    private void stop(@Nullable Throwable failure) {
        if (OVER.compareAndSet(this, 0, 1)) {
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext().put(ObservationThreadLocalAccessor.KEY, observation);
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
        hasEmitted = true;
        if (endsWithItem) {
            stop(null);
        }
        actual.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        stop(failure);
        actual.onError(failure);
    }

    @Override
    public void onComplete() {
        stop(null);
        actual.onComplete();
    }

    @Override
    public void request(long n) {
        if (upstream != null) {
            upstream.request(n);
        }
    }

    @Override
    public void cancel() {
        stop(hasEmitted ? null : new CancellationException("given up by the caller"));
        if (upstream != null) {
            upstream.cancel();
        }
    }
}
