package io.zmtp.reactive.pipe;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Subscribers that wait until everything up to a position has been written, in the order of their positions. One that
 * cancels is taken out at once. All is guarded by one lock, that of the queue which is waited for; no subscriber is
 * signalled under it. Internal: for the queues of connections and of sockets.
 */
public final class Waiters {

    private final Object lock;
    private final Set<Waiter> waiting = new LinkedHashSet<>(0);

    /** Nobody waits yet. */
    public Waiters(Object lock) {
        this.lock = lock;
    }

    /**
     * A cold {@code Mono} whose subscriber waits until it is completed here.
     *
     * @param begin has the subscriber wait, or completes it at once; called without the lock
     */
    public Mono<Void> mono(Consumer<? super Waiter> begin) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                Waiter waiter = new Waiter(Waiters.this, actual);
                actual.onSubscribe(waiter);
                begin.accept(waiter);
            }
        };
    }

    // ---- under the lock

    /** Has one wait for a position, unless it has cancelled already. */
    public void add(Waiter waiter, long position) {
        waiter.position = position;
        if (!waiter.cancelled) {
            waiting.add(waiter);
        }
    }

    /** Whether nobody waits. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes out those that have waited long enough, to be completed without the lock. */
    public List<Waiter> takeUpTo(long position) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Waiter> done = new ArrayList<>();
        for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
            Waiter next = each.next();
            if (next.position > position) {
                break;
            }
            each.remove();
            done.add(next);
        }
        return done;
    }

    /** Takes out all of them, to be completed without the lock. */
    public List<Waiter> takeAll() {
        return takeUpTo(Long.MAX_VALUE);
    }

    /** What was behind a position has moved forward: that much was taken out and will never be written. */
    public void shift(long behind, long by) {
        for (Waiter each : waiting) {
            if (each.position > behind) {
                each.position -= by;
            }
        }
    }

    /** One that waits, or did. */
    public static final class Waiter implements Subscription {

        private final Waiters all;
        private final CoreSubscriber<? super Void> actual;
        private long position;
        private volatile boolean cancelled;

        private Waiter(Waiters all, CoreSubscriber<? super Void> actual) {
            this.all = all;
            this.actual = actual;
        }

        /** Tells it that the wait is over. */
        public void complete() {
            if (!cancelled) {
                Shield.run(actual::onComplete);
            }
        }

        /** Tells it that it waited in vain. */
        public void fail(Throwable reason) {
            if (!cancelled) {
                Shield.run(() -> actual.onError(reason));
            }
        }

        @Override
        public void request(long n) {
            Operators.validate(n);
        }

        @Override
        public void cancel() {
            synchronized (all.lock) {
                cancelled = true;
                all.waiting.remove(this);
            }
        }
    }
}
