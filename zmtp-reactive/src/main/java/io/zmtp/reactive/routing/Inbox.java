package io.zmtp.reactive.routing;

import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.NextMessage;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Shield;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * What a socket receives, handed out to one subscriber at a time, by whichever thread asks or brings something. Nothing
 * is taken from the source that was not asked for.
 *
 * @param <T> what is handed out: messages, or requests
 */
public class Inbox<T> {

    /** Where it comes from; one thread at a time. */
    public interface Source<T> {

        /** The next one; null if there is none now. */
        @Nullable
        T next();

        /** Called before each search for the next one, also while there is no demand. */
        default void tidy() {}
    }

    private static final PacedLog LOG = new PacedLog(Inbox.class);

    final Source<T> source;
    private final String forMore;
    private final AtomicInteger wip = new AtomicInteger();

    /** The one subscriber of {@link #receive()}. */
    private final AtomicReference<@Nullable Taker<T>> taker = new AtomicReference<>();

    /** Taken from the source, and not handed out yet. Used by the draining thread only. */
    @Nullable
    T held;

    private volatile boolean done;

    public Inbox(Source<T> source) {
        this(source, "use publish() or share() to have more");
    }

    /**
     * Makes one without a subscriber.
     *
     * @param forMore how to have more subscribers than one, for the error of the second
     */
    public Inbox(Source<T> source, String forMore) {
        this.source = source;
        this.forMore = forMore;
    }

    /** The pipes it comes from; null if it comes from somewhere else. */
    @Nullable
    public FairQueue<T> queue() {
        return source instanceof FairQueue<T> queue ? queue : null;
    }

    /** Something came in one of the pipes, or its end. */
    public final void readable(Pipe pipe) {
        FairQueue<T> queue = queue();
        if (queue != null) {
            queue.arrived(pipe);
            drain();
        }
    }

    /** The socket is closed. */
    public final void end() {
        done = true;
        drain();
    }

    final boolean isDone() {
        return done;
    }

    /** The one subscriber; null for none. */
    final @Nullable Taker<T> taker() {
        return taker.get();
    }

    /** What comes, for one subscriber at a time. */
    public final Flux<T> receive() {
        return new Received<>(this);
    }

    /** Hands out what is there; any thread. */
    public final void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            source.tidy();
            emit();
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    // ---- handing out

    /** Hands out what is there and asked for, and completes the subscribers at the end; one thread at a time. */
    void emit() {
        Taker<T> to = taker.get();
        if (to == null) {
            return;
        }
        long most = to.requested;
        long given = to.given; // a field would be read and written again for each message
        try {
            while (to.ended == 0 && !done && given < most) {
                T item = held;
                if (item == null) {
                    item = source.next();
                    if (item == null) {
                        to.none();
                        break;
                    }
                } else {
                    held = null;
                }
                given++;
                if (!to.offer(item)) {
                    held = item; // for the next subscriber
                }
            }
        } catch (RuntimeException | Error thrown) {
            to.threw(thrown);
        }
        to.given = given;
        if (done) {
            to.complete();
        }
    }

    /** A subscriber that is to be the only one. */
    Taker<T> newTaker(CoreSubscriber<? super T> actual) {
        return new Taker<>(this, actual);
    }

    /** A subscriber has its subscription. Called on any thread, as are the methods below. */
    void began(Taker<T> taker) {}

    /** A subscriber asked for more. */
    void asked(Taker<T> taker) {}

    /** A subscriber has cancelled. */
    void cancelled(Taker<T> taker) {}

    private static final class Received<T> extends Flux<T> {

        private final Inbox<T> inbox;

        Received(Inbox<T> inbox) {
            this.inbox = inbox;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            Taker<T> taker = inbox.newTaker(actual);
            if (inbox.taker.compareAndSet(null, taker)) {
                taker.begin();
            } else {
                Operators.error(
                        actual,
                        new IllegalStateException(
                                "expected one subscriber, but there is one already: " + inbox.forMore));
            }
        }
    }

    /** One subscription. */
    protected static class Taker<T> implements Subscription {

        @SuppressWarnings("rawtypes")
        private static final AtomicLongFieldUpdater<Taker> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(Taker.class, "requested");

        @SuppressWarnings("rawtypes")
        private static final AtomicIntegerFieldUpdater<Taker> ENDED =
                AtomicIntegerFieldUpdater.newUpdater(Taker.class, "ended");

        private final Inbox<T> inbox;
        private final CoreSubscriber<? super T> actual;

        /** How many it has asked for in all. */
        volatile long requested;

        /** Whether it was completed, or has cancelled. */
        volatile int ended;

        /** How many it got. Used by the draining thread only. */
        long given;

        Taker(Inbox<T> inbox, CoreSubscriber<? super T> actual) {
            this.inbox = inbox;
            this.actual = actual;
        }

        final void begin() {
            actual.onSubscribe(this);
            inbox.began(this);
            inbox.drain();
        }

        /** Hands an item out and counts it; false if the subscriber wants no more, and did not get it. */
        final boolean hand(T item) {
            given++;
            return offer(item);
        }

        /** As {@link #hand}, for a caller that counts. */
        final boolean offer(T item) {
            return ended == 0 && NextMessage.take(actual, item);
        }

        /** Whether it takes only what is there, and is to hear by {@link #none} that there is nothing. */
        final boolean isForNow() {
            return NextMessage.isForNow(actual);
        }

        /** There is nothing for it now. */
        final void none() {
            NextMessage.none(actual);
        }

        /**
         * Its {@code onNext} threw, against the rules. That is logged, and this subscriber cancelled: neither the socket nor
         * other subscribers may end by it.
         */
        final void threw(Throwable thrown) {
            LOG.warn("subscriber", "a subscriber of receive() threw and is cancelled", thrown);
            cancel();
        }

        final void complete() {
            if (end()) {
                Shield.run(actual::onComplete);
            }
        }

        private boolean end() {
            inbox.taker.compareAndSet(this, null);
            return ENDED.compareAndSet(this, 0, 1);
        }

        @Override
        public final void request(long n) {
            if (Operators.validate(n)) {
                Operators.addCap(REQUESTED, this, n);
                inbox.asked(this);
                inbox.drain();
            }
        }

        @Override
        public final void cancel() {
            if (end()) {
                inbox.cancelled(this);
            }
        }
    }
}
