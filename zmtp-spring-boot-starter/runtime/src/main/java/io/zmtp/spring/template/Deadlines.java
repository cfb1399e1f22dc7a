package io.zmtp.spring.template;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Ends what takes too long, as {@code Mono.timeout} does, for many short calls: that has a task of the scheduler for each, and
 * wakes a thread up for it. Here all that may take equally long wait in one line, and only the first one's end is a task.
 */
final class Deadlines {

    /** So many lines wait for their next call; others end when they are empty. */
    private static final int IDLE_LINES = 16;

    private final Map<Duration, Line> lines = new ConcurrentHashMap<>();
    private final Executor clean;

    Deadlines() {
        this(new CompletableFuture<>().defaultExecutor());
    }

    /**
     * With other threads.
     *
     * @param clean threads without a context: a scheduler may take along, for all that wait in a line, what is current where a
     *     task is made
     */
    Deadlines(Executor clean) {
        this.clean = clean;
    }

    /**
     * The same, which fails if it has not ended within a time.
     *
     * @param timeout counted from the subscription
     * @param late the failure, which is emitted on {@code Schedulers.parallel()}
     */
    <T> Mono<T> within(Mono<T> source, Duration timeout, Supplier<? extends Throwable> late) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                source.subscribe(new Timed<>(actual, timeout, late));
            }
        };
    }

    /** {@return how many different times are waited for, or were of late} */
    int lines() {
        return lines.size();
    }

    private static long now() {
        return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
    }

    // ---- those that wait equally long

    private final class Line {

        private final Duration timeout;
        private final long nanos;
        private final Set<Timed<?>> waiting = new LinkedHashSet<>();
        private final Disposable.Swap task = Disposables.swap();
        private boolean over;

        Line(Duration timeout) {
            this.timeout = timeout;
            this.nanos = TimeUnit.NANOSECONDS.convert(timeout);
        }

        /** False if it is over: then another one is in its place. */
        synchronized boolean add(Timed<?> timed) {
            if (over) {
                return false;
            }
            timed.deadline = now() + nanos;
            waiting.add(timed);
            return true;
        }

        synchronized void remove(Timed<?> timed) {
            waiting.remove(timed);
            if (waiting.isEmpty() && lines.size() > IDLE_LINES) {
                end();
            }
        }

        void start() {
            clean.execute(this::waitForFirst);
        }

        private synchronized void waitForFirst() {
            if (over) {
                return;
            }
            if (waiting.isEmpty()) {
                end();
                return;
            }
            long left = waiting.iterator().next().deadline - now();
            task.update(Schedulers.parallel().schedule(this::check, Math.max(0, left), TimeUnit.NANOSECONDS));
        }

        /** Fails those whose time is over. */
        private void check() {
            List<Timed<?>> late = takeLate();
            waitForFirst();
            late.forEach(each -> Calls.signal(each::late));
        }

        private synchronized List<Timed<?>> takeLate() {
            List<Timed<?>> late = new ArrayList<>();
            long now = now();
            for (Iterator<Timed<?>> each = waiting.iterator(); each.hasNext(); ) {
                Timed<?> first = each.next();
                if (first.deadline - now > 0) {
                    break;
                }
                each.remove();
                late.add(first);
            }
            return late;
        }

        private void end() {
            over = true;
            task.dispose();
            lines.remove(timeout, this);
        }
    }

    private Line join(Timed<?> timed, Duration timeout) {
        while (true) {
            Line known = lines.get(timeout);
            if (known != null && known.add(timed)) {
                return known;
            }
            Line line = new Line(timeout);
            line.add(timed);
            if (known == null && lines.putIfAbsent(timeout, line) == null) {
                line.start();
                return line;
            }
        }
    }

    // ---- one of them

    /** What comes first counts. */
    private final class Timed<T> implements CoreSubscriber<T>, Subscription {

        private static final int WAITING = 0;
        private static final int EMITTED = 1;
        private static final int ENDED = 2;

        private final AtomicInteger state = new AtomicInteger(WAITING);
        private final CoreSubscriber<? super T> actual;
        private final Duration timeout;
        private final Supplier<? extends Throwable> failure;
        private @Nullable Subscription upstream;
        private volatile @Nullable Line line;

        /** Guarded by the line. */
        private long deadline;

        Timed(CoreSubscriber<? super T> actual, Duration timeout, Supplier<? extends Throwable> failure) {
            this.actual = actual;
            this.timeout = timeout;
            this.failure = failure;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (!Operators.validate(upstream, subscription)) {
                return;
            }
            upstream = subscription;
            actual.onSubscribe(this);
            if (state.get() == WAITING) {
                line = join(this, timeout);
                if (state.get() != WAITING) {
                    leave();
                }
            }
        }

        private void leave() {
            Line joined = line;
            if (joined != null) {
                joined.remove(this);
            }
        }

        void late() {
            if (state.compareAndSet(WAITING, ENDED)) {
                cancelUpstream();
                actual.onError(failure.get());
            }
        }

        @Override
        public void onNext(T item) {
            if (state.compareAndSet(WAITING, EMITTED)) {
                leave();
                actual.onNext(item);
            } else {
                Operators.onNextDropped(item, currentContext());
            }
        }

        @Override
        public void onError(Throwable error) {
            if (state.compareAndSet(WAITING, ENDED)) {
                leave();
                actual.onError(error);
            } else {
                Operators.onErrorDropped(error, currentContext());
            }
        }

        @Override
        public void onComplete() {
            if (state.compareAndSet(WAITING, ENDED)) {
                leave();
                actual.onComplete();
            } else if (state.compareAndSet(EMITTED, ENDED)) {
                actual.onComplete();
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
            if (state.getAndSet(ENDED) != ENDED) {
                leave();
                cancelUpstream();
            }
        }

        private void cancelUpstream() {
            Subscription from = upstream;
            if (from != null) {
                from.cancel();
            }
        }
    }
}
