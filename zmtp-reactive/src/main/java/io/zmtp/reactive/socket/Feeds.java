package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.NextMessage;
import io.zmtp.reactive.connection.Shield;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.routing.SubscriptionTrie;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
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
import reactor.util.concurrent.Queues;

/**
 * What a socket receives, handed out to several receivers at a time: to each what begins with one of its prefixes, and to
 * the plain one what that wants. Nothing is taken from the source while nobody asks, and a message that is there for one
 * that does not ask waits for it, with all behind it.
 *
 * <p>What a message costs does not depend on how many receivers there are, only on how many of them get it.
 */
class Feeds {

    private static final PacedLog LOG = new PacedLog(Feeds.class);

    private static final Comparator<Taker> BY_COMING = Comparator.comparingLong(taker -> taker.came);

    private final Supplier<@Nullable Message> source;
    private final Predicate<Message> plainly;
    private final boolean inverted;
    private final Consumer<Message> unwanted;
    private final Runnable first;
    private final AtomicBoolean receivesPlainly = new AtomicBoolean();
    private final AtomicInteger wip = new AtomicInteger();

    /** Receivers that have begun, or cancelled, since the last look. */
    private final Queue<Taker> changed = Queues.<Taker>unboundedMultiproducer().get();

    /** One that asked when it was looked at, or has asked since; null if none did. */
    private volatile @Nullable Taker asking;

    /** In the order of coming; this and all below is the draining thread's own. */
    private final Set<Taker> takers = new LinkedHashSet<>();

    private final SubscriptionTrie<Taker> byPrefix = new SubscriptionTrie<>(Integer.MAX_VALUE, Long.MAX_VALUE);

    private @Nullable Taker plain;

    private long coming;

    /** Taken, and not handed out yet. */
    private @Nullable Message inHand;

    /** Those that wanted it when it was looked at. */
    private final List<Taker> chosen = new ArrayList<>();

    private final Consumer<Taker> choose = chosen::add;

    private volatile boolean done;

    /**
     * Makes one without receivers.
     *
     * @param source the next message, or null; asked by one thread at a time
     * @param plainly what the receiver without prefixes gets
     * @param inverted whether receivers with prefixes get what begins with none of them
     * @param unwanted gets the messages that no receiver wants, while there are receivers
     * @param first run before each look, by the thread that asks the source
     */
    Feeds(
            Supplier<@Nullable Message> source,
            Predicate<Message> plainly,
            boolean inverted,
            Consumer<Message> unwanted,
            Runnable first) {
        this.source = source;
        this.plainly = plainly;
        this.inverted = inverted;
        this.unwanted = unwanted;
        this.first = first;
    }

    /** The socket is closed. */
    void end() {
        done = true;
        drain();
    }

    /**
     * The receiver without prefixes, one at a time.
     *
     * @param more how to have more than one, for the error of a second subscriber
     */
    Flux<Message> plain(String more) {
        return new Feed(
                this,
                List.of(),
                () -> {
                    if (!receivesPlainly.compareAndSet(false, true)) {
                        throw new IllegalStateException(
                                "expected one subscriber, but somebody receives already: " + more);
                    }
                },
                () -> receivesPlainly.set(false));
    }

    /**
     * A receiver for each subscriber.
     *
     * @param prefixes what the messages it gets begin with, at least one
     * @param onStart run when one begins to receive, before anything is taken for it
     * @param onEnd run when it has cancelled
     */
    Flux<Message> feed(List<Bytes> prefixes, Runnable onStart, Runnable onEnd) {
        return new Feed(this, prefixes, onStart, onEnd);
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
            takeChanges();
            for (Taker taker : List.copyOf(takers)) {
                leave(taker);
                taker.complete();
            }
        }
    }

    /** Lets in who has begun, and forgets who has cancelled. */
    private void takeChanges() {
        for (Taker taker; (taker = changed.poll()) != null; ) {
            if (taker.ended == 0) {
                enter(taker);
            } else {
                leave(taker);
            }
        }
    }

    private void enter(Taker taker) {
        taker.came = ++coming;
        takers.add(taker);
        if (taker.prefixes.isEmpty()) {
            plain = taker;
        }
        taker.prefixes.forEach(prefix -> byPrefix.subscribe(prefix, taker));
        if (taker.asks()) {
            asking = taker;
        }
    }

    private void leave(Taker taker) {
        takers.remove(taker);
        byPrefix.remove(taker);
        if (plain == taker) {
            plain = null;
        }
    }

    private boolean isAsked() {
        takeChanges();
        Taker known = asking;
        if (known == null || known.asks()) {
            return known != null;
        }
        asking = null; // first, so that none is missed that asks from now on
        for (Taker taker : takers) {
            if (taker.asks()) {
                asking = taker;
                return true;
            }
        }
        return false;
    }

    /** Finds who wants the message at hand; false if nobody receives, or one of them does not ask for any. */
    private boolean prepare(Message message) {
        choose(message);
        for (int i = 0; i < chosen.size(); i++) {
            Taker taker = chosen.get(i);
            if (taker.ended == 0 && !taker.asks()) {
                return false;
            }
        }
        return !takers.isEmpty();
    }

    /** Finds who wants a message, whether it asks or not. */
    void choose(Message message) {
        chosen.clear();
        byPrefix.match(message.first(), choose);
        if (inverted) {
            chooseOthers();
        }
        Taker one = plain;
        if (one != null && plainly.test(message)) {
            chosen.add(one);
        }
        if (chosen.size() > 1) {
            chosen.sort(BY_COMING);
        }
    }

    private void chooseOthers() {
        chosen.forEach(taker -> taker.isOut = true);
        chosen.clear();
        for (Taker taker : takers) {
            if (!taker.isOut && taker != plain) {
                chosen.add(taker);
            }
            taker.isOut = false;
        }
    }

    /** False if those that wanted it have cancelled meanwhile, so that it is for the one that receives next. */
    private boolean hand(Message message) {
        boolean taken = chosen.isEmpty();
        if (taken) {
            unwanted.accept(message);
        }
        for (int i = 0; i < chosen.size(); i++) {
            taken |= chosen.get(i).next(message);
        }
        chosen.clear();
        return taken;
    }

    private record Starting(List<Bytes> prefixes, Runnable onStart, Runnable onEnd) {}

    /** What {@code receive} returns. */
    private static final class Feed extends Flux<Message> {

        private final Feeds feeds;
        private final Starting starting;

        Feed(Feeds feeds, List<Bytes> prefixes, Runnable onStart, Runnable onEnd) {
            this.feeds = feeds;
            this.starting = new Starting(prefixes, onStart, onEnd);
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
            feeds.changed.offer(taker);
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
        private final List<Bytes> prefixes;
        private final Runnable onEnd;

        /** The number in the order of coming, 0 before; the draining thread's own. */
        private long came;

        /** Whether the message at hand is for all others; the draining thread's own. */
        private boolean isOut;

        /** How many it got; the draining thread's own. */
        private long given;

        /** How many it has asked for in all. */
        volatile long requested;

        volatile int ended;

        Taker(Feeds feeds, CoreSubscriber<? super Message> actual, Starting starting) {
            this.feeds = feeds;
            this.actual = actual;
            this.prefixes = starting.prefixes;
            this.onEnd = starting.onEnd;
        }

        /** Whether it has begun, and asks for more; to be called by the draining thread. */
        boolean asks() {
            return came != 0 && given < requested && ended == 0;
        }

        boolean next(Message message) {
            if (ended != 0) {
                return false;
            }
            given++;
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
                if (feeds.asking != this) {
                    feeds.asking = this;
                }
                feeds.drain();
            }
        }

        @Override
        public void cancel() {
            if (ENDED.compareAndSet(this, 0, 1)) {
                feeds.changed.offer(this);
                onEnd.run();
                feeds.drain();
            }
        }
    }
}
