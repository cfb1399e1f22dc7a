package io.zmtp.reactive.pipe;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * The next message, or request, if it comes in time. One switch decides between the message, a cancel and the end of the
 * time: the first counts, and a message that comes too late stays with its source. Internal: made for sockets, not for
 * their users.
 *
 * @param <T> what is handed out: messages, or requests
 */
public final class NextMessage<T> extends Mono<T> {

    /** How long somebody waits who does not want to, while the thread that hands out is busy with another message. */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Flux<T> source;
    private final long nanos;

    private NextMessage(Flux<T> source, long nanos) {
        this.source = source;
        this.nanos = nanos;
    }

    /**
     * The next message of a source.
     *
     * @param source one that hands out by {@link #take}, and says by {@link #none} that there is nothing; another one loses
     *     what comes too late
     * @param timeout for how long it waits after it was subscribed to; from 292 years on, for ever; zero for what is there
     */
    public static <T> Mono<T> of(Flux<T> source, Duration timeout) {
        Durations.check("timeout", timeout);
        return new NextMessage<>(source, TimeUnit.NANOSECONDS.convert(timeout));
    }

    /**
     * Hands a message out.
     *
     * @return false if the subscriber is one of this class that wants none any more: then it has not got it
     */
    @SuppressWarnings("unchecked") // the sources are those of this class
    public static <T> boolean take(CoreSubscriber<? super T> subscriber, T message) {
        if (subscriber instanceof Taking<?> taking) {
            return ((Taking<T>) taking).take(message);
        }
        subscriber.onNext(message);
        return true;
    }

    /** Whether a subscriber takes only what is there, and is to hear by {@link #none} that there is nothing. */
    public static boolean isForNow(CoreSubscriber<?> subscriber) {
        return subscriber instanceof Taking<?> taking && taking.nanos == 0;
    }

    /** There is nothing for a subscriber now: one that takes only what is there is completed. */
    public static void none(CoreSubscriber<?> subscriber) {
        if (isForNow(subscriber)) {
            ((Taking<?>) subscriber).onComplete();
        }
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new Taking<>(actual, source, nanos));
    }

    private static final class Taking<T> implements CoreSubscriber<T>, Revocable {

        private final CoreSubscriber<? super T> actual;
        private final Flux<T> source;
        private final long nanos;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();

        private final Disposable.Swap timer = Disposables.swap();
        private volatile @Nullable Subscription upstream;

        Taking(CoreSubscriber<? super T> actual, Flux<T> source, long nanos) {
            this.actual = actual;
            this.source = source;
            this.nanos = nanos;
        }

        // ---- downstream

        @Override
        public void request(long n) {
            if (Operators.validate(n) && begun.compareAndSet(false, true) && !over.get()) {
                source.subscribe(this);
                if (nanos != Long.MAX_VALUE && !over.get()) {
                    // Without waiting it is the source that says that there is nothing: a timer could be faster than
                    // the look.
                    long wait = nanos == 0 ? BUSY_NANOS : nanos;
                    timer.update(Schedulers.parallel().schedule(this::onComplete, wait, TimeUnit.NANOSECONDS));
                }
            }
        }

        @Override
        public void cancel() {
            end();
        }

        @Override
        public boolean revoke() {
            return end();
        }

        // ---- the source

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            if (over.get()) {
                subscription.cancel();
            } else {
                subscription.request(1);
            }
        }

        /** The source is let go of before the message is handed on: who gets it may ask for the next one. */
        boolean take(T message) {
            boolean inTime = end();
            if (inTime) {
                actual.onNext(message);
                actual.onComplete();
            }
            return inTime;
        }

        @Override
        public void onNext(T message) {
            if (!take(message)) {
                Operators.onNextDropped(message, currentContext());
            }
        }

        @Override
        public void onError(Throwable error) {
            if (end()) {
                actual.onError(error);
            } else {
                Operators.onErrorDropped(error, currentContext());
            }
        }

        @Override
        public void onComplete() {
            if (end()) {
                actual.onComplete();
            }
        }

        /**
         * Ends it; false if it had ended. The source is free for the next subscriber when this returns, also if another thread
         * is just ending it too.
         */
        private boolean end() {
            boolean first = over.compareAndSet(false, true);
            Subscription source = upstream;
            if (source != null) {
                source.cancel();
            }
            timer.dispose();
            return first;
        }
    }
}
