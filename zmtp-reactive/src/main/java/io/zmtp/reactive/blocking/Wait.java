package io.zmtp.reactive.blocking;

import io.zmtp.reactive.ZmtpInterruptedException;
import io.zmtp.reactive.pipe.Revocable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * The thread that makes one waits for the first item, or the end. An interrupt, the end of the time and the outcome are
 * decided by one switch. No lock is held while it waits, so that a virtual thread lets its carrier go.
 */
final class Wait<T> implements CoreSubscriber<T> {

    private static final Object COMPLETED = new Object();
    private static final Object GIVEN_UP = new Object();

    private record Failed(Throwable why) {}

    private final Supplier<String> what;
    private final Thread thread = Thread.currentThread();

    /** The item, {@code Failed}, {@code COMPLETED} or {@code GIVEN_UP}; null before. */
    private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

    private volatile @Nullable Subscription source;

    /**
     * Nothing is waited for yet.
     *
     * @param what where, and what is waited for, for errors
     * @throws IllegalStateException if the thread must not wait
     * @throws ZmtpInterruptedException if it is interrupted
     */
    Wait(Supplier<String> what) {
        this.what = what;
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException(
                    what.get() + ": expected a thread that may wait, but " + thread.getName()
                            + " is an event loop, or of another scheduler for what does not block: call the socket itself there");
        }
        if (Thread.interrupted()) {
            throw interrupted("before");
        }
    }

    /** Subscribes and waits, for so many nanoseconds at most; empty when they are over, and if it completes empty. */
    static <T> Optional<T> on(Mono<T> publisher, long nanos, Supplier<String> what) {
        Wait<T> wait = new Wait<>(what);
        publisher.subscribe(wait);
        wait.await(nanos);
        return wait.get();
    }

    /** As {@link #on}, for what has no item: true if it has completed, false if the time is over. */
    static boolean isOver(Mono<Void> publisher, long nanos, Supplier<String> what) {
        Wait<Void> wait = new Wait<>(what);
        publisher.subscribe(wait);
        boolean inTime = wait.await(nanos);
        wait.get();
        return inTime;
    }

    // ---- the thread that waits

    /** Waits for the outcome; false if there is none, for the time is over. */
    boolean await(long nanos) {
        long begin = System.nanoTime();
        boolean wasInterrupted = false;
        boolean givesUp = false;
        while (outcome.get() == null) {
            long left = givesUp ? Long.MAX_VALUE : nanos - (System.nanoTime() - begin);
            boolean isInterrupted = Thread.interrupted();
            wasInterrupted |= isInterrupted;
            if (!givesUp && (isInterrupted || left <= 0)) {
                if (isGivenUp()) {
                    if (isInterrupted) {
                        throw interrupted("while it waited");
                    }
                    return false;
                }
                givesUp = true; // too late: the outcome is there, or comes at once
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
        if (wasInterrupted) {
            thread.interrupt();
        }
        return true;
    }

    private boolean isGivenUp() {
        Subscription from = source;
        if (from instanceof Revocable revocable) {
            return revocable.revoke() && outcome.compareAndSet(null, GIVEN_UP);
        }
        boolean first = outcome.compareAndSet(null, GIVEN_UP);
        from = source; // it may have come meanwhile
        if (first && from != null) {
            from.cancel();
        }
        return first;
    }

    private ZmtpInterruptedException interrupted(String when) {
        thread.interrupt();
        return new ZmtpInterruptedException(
                what.get() + ": the thread " + thread.getName() + " was interrupted " + when);
    }

    /** The outcome; empty for none, and if it is that nothing came. */
    @SuppressWarnings("unchecked")
    Optional<T> get() {
        Object is = outcome.get();
        if (is instanceof Failed failed) {
            throw failed.why() instanceof IOException io
                    ? new UncheckedIOException(what.get() + ": " + io.getMessage(), io)
                    : Exceptions.propagate(failed.why());
        }
        return is == null || is == COMPLETED || is == GIVEN_UP ? Optional.empty() : Optional.of((T) is);
    }

    // ---- who has the outcome

    /** The outcome, if there is none yet; false if nobody waits for it any more. */
    boolean offer(Object is) {
        boolean first = outcome.compareAndSet(null, is);
        if (first && Thread.currentThread() != thread) { // else it does not wait yet
            LockSupport.unpark(thread);
        }
        return first;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        if (outcome.get() == GIVEN_UP) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(T item) {
        if (!offer(item)) {
            Operators.onNextDropped(item, currentContext());
        }
    }

    @Override
    public void onError(Throwable error) {
        if (!offer(new Failed(error))) {
            Operators.onErrorDropped(error, currentContext());
        }
    }

    @Override
    public void onComplete() {
        offer(COMPLETED);
    }
}
