package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.NextMessage;
import io.zmtp.reactive.connection.Shield;
import io.zmtp.reactive.monitor.PacedLog;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * What a socket receives, handed out to several receivers at a time: to each what it wants. Nothing is taken from the
 * source while nobody asks, and a message that is there for one who does not ask waits for that one, with all behind it.
 */
final class Feeds {

    private static final PacedLog LOG = new PacedLog(Feeds.class);

    private final Supplier<@Nullable Message> source;
    private final Consumer<Message> unwanted;
    private final Runnable first;
    private final CopyOnWriteArrayList<Taker> takers = new CopyOnWriteArrayList<>();
    private final AtomicInteger wip = new AtomicInteger();

    /** Taken, and not handed out yet; the draining thread's own. */
    private @Nullable Message inHand;

    /** Whether one of those that received when it was looked at wants it; the draining thread's own. */
    private boolean wanted;

    private volatile boolean done;

    /**
     * Makes one without receivers.
     *
     * @param source the next message, or null; asked by one thread at a time
     * @param unwanted told of messages that no receiver wants, while there are receivers
     * @param first run before each look, by the thread that asks the source
     */
    Feeds(Supplier<@Nullable Message> source, Consumer<Message> unwanted, Runnable first) {
        this.source = source;
        this.unwanted = unwanted;
        this.first = first;
    }

    /** The socket is closed. */
    void end() {
        done = true;
        drain();
    }

    /**
     * A receiver for each subscriber.
     *
     * @param wants which messages it gets
     * @param onStart run when one begins to receive, before anything is taken for it
     * @param onEnd run when it has cancelled
     */
    Flux<Message> feed(Predicate<Message> wants, Runnable onStart, Runnable onEnd) {
        return new Feed(this, wants, onStart, onEnd);
    }

    /** Hands out what is there; any thread. */
    void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            first.run();
            emit();
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void emit() {
        while (!done && isAsked()) {
            Message message = inHand == null ? source.get() : inHand;
            if (message == null) {
                return;
            }
            inHand = message;
            if (!prepare(message)) {
                return;
            }
            if (hand(message)) {
                inHand = null;
            }
        }
        if (done) {
            takers.forEach(Taker::complete);
            takers.clear();
        }
    }

    private boolean isAsked() {
        for (Taker taker : takers) {
            if (taker.requested != 0) {
                return true;
            }
        }
        return false;
    }

    /** Finds who wants the message at hand; false if nobody receives, or one of them does not ask for any. */
    private boolean prepare(Message message) {
        boolean anybody = false;
        wanted = false;
        for (Taker taker : takers) {
            anybody = true;
            taker.chosen = taker.wants.test(message);
            wanted |= taker.chosen;
            if (taker.chosen && taker.requested == 0 && taker.ended == 0) {
                return false;
            }
        }
        return anybody;
    }

    /** False if those who wanted it have cancelled meanwhile, so that it is for who receives next. */
    private boolean hand(Message message) {
        boolean taken = false;
        for (Taker taker : takers) { // also those that have come meanwhile, and are not chosen
            if (taker.chosen) {
                taker.chosen = false;
                taken |= taker.next(message);
            }
        }
        if (!wanted) {
            unwanted.accept(message);
        }
        return taken || !wanted;
    }

    private record Starting(Predicate<Message> wants, Runnable onStart, Runnable onEnd) {}

    /** What {@code receive} returns. */
    private static final class Feed extends Flux<Message> {

        private final Feeds feeds;
        private final Starting starting;

        Feed(Feeds feeds, Predicate<Message> wants, Runnable onStart, Runnable onEnd) {
            this.feeds = feeds;
            this.starting = new Starting(wants, onStart, onEnd);
        }

        @Override
        public void subscribe(CoreSubscriber<? super Message> actual) {
            try {
                starting.onStart.run();
            } catch (IllegalStateException refused) {
                Operators.error(actual, refused);
                return;
            }
            Taker taker = new Taker(feeds, actual, starting);
            actual.onSubscribe(taker);
            if (taker.ended == 0) {
                feeds.takers.add(taker);
                if (taker.ended != 0) {
                    feeds.takers.remove(taker);
                }
            }
            feeds.drain();
        }
    }

    /** One subscription. */
    private static final class Taker implements Subscription {

        static final AtomicLongFieldUpdater<Taker> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(Taker.class, "requested");

        static final AtomicIntegerFieldUpdater<Taker> ENDED =
                AtomicIntegerFieldUpdater.newUpdater(Taker.class, "ended");

        private final Feeds feeds;
        private final CoreSubscriber<? super Message> actual;
        private final Predicate<Message> wants;
        private final Runnable onEnd;
        /** Whether the message at hand is for this one; the draining thread's own. */
        private boolean chosen;

        volatile long requested;
        volatile int ended;

        Taker(Feeds feeds, CoreSubscriber<? super Message> actual, Starting starting) {
            this.feeds = feeds;
            this.actual = actual;
            this.wants = starting.wants;
            this.onEnd = starting.onEnd;
        }

        boolean next(Message message) {
            if (ended != 0) {
                return false;
            }
            if (requested != Long.MAX_VALUE) {
                REQUESTED.decrementAndGet(this);
            }
            try {
                return NextMessage.take(actual, message);
            } catch (RuntimeException | Error thrown) {
                // Against the rules, and nobody to tell: it must end neither the socket nor other subscribers.
                LOG.warn("subscriber", "a subscriber of receive() threw and is cancelled", thrown);
                cancel();
                return true;
            }
        }

        void complete() {
            if (ENDED.compareAndSet(this, 0, 1)) {
                Shield.run(actual::onComplete);
            }
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                Operators.addCap(REQUESTED, this, n);
                feeds.drain();
            }
        }

        @Override
        public void cancel() {
            if (ENDED.compareAndSet(this, 0, 1)) {
                feeds.takers.remove(this);
                onEnd.run();
                feeds.drain();
            }
        }
    }
}
