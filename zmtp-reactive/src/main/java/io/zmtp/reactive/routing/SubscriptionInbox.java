package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.concurrent.Queues;

/**
 * What a socket receives, handed out to several receivers at a time. Each gets the messages that begin with one of its
 * prefixes; the plain receiver, which has no prefixes, gets those that a predicate selects. Nothing is taken from the source
 * while there is no demand. A message for a receiver without demand waits until that has some, and holds up all messages
 * behind it.
 *
 * <p>What a message costs does not depend on how many receivers there are, only on how many of them get it.
 */
public class SubscriptionInbox extends Inbox<Message> {

    private static final Comparator<Feed> BY_COMING = Comparator.comparingLong(feed -> feed.came);

    private final Predicate<Message> plainly;
    private final boolean inverted;
    private final Consumer<Message> unwanted;
    /** Receivers that have begun, or cancelled, since the last look. */
    private final Queue<Feed> changed = Queues.<Feed>unboundedMultiproducer().get();

    /** A receiver that had demand when it was last checked, or has requested since; null if there is none. */
    private volatile @Nullable Feed asking;

    /** In the order of coming. This field and all below are used by the draining thread only. */
    private final Set<Feed> feeds = new LinkedHashSet<>();

    private final SubscriptionTrie<Feed> byPrefix = new SubscriptionTrie<>(Integer.MAX_VALUE, Long.MAX_VALUE);

    /** Those that take only what is there. */
    private final Set<Feed> forNow = new LinkedHashSet<>(0);

    private @Nullable Feed plain;

    /** The only receiver, if it has at most one prefix: comparing with that is faster than the trie. */
    private @Nullable Feed alone;

    private long coming;

    /** The receivers of the message at hand. */
    private final List<Feed> chosen = new ArrayList<>();

    private final Consumer<Feed> choose = chosen::add;

    /**
     * Makes one without receivers.
     *
     * @param plainly what the receiver without prefixes gets
     * @param inverted whether receivers with prefixes get what begins with none of them
     * @param unwanted gets the messages that no receiver wants, while there are receivers
     */
    public SubscriptionInbox(
            Source<Message> source, Predicate<Message> plainly, boolean inverted, Consumer<Message> unwanted) {
        super(source, "use receive(prefix), or share()");
        this.plainly = plainly;
        this.inverted = inverted;
        this.unwanted = unwanted;
    }

    /**
     * A receiver for each subscriber.
     *
     * @param prefixes what the messages it gets begin with, at least one
     * @param onStart run when one begins to receive, before anything is taken for it
     * @param onEnd run when it has cancelled
     */
    public Flux<Message> feed(List<Bytes> prefixes, Runnable onStart, Runnable onEnd) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Message> actual) {
                onStart.run();
                new Feed(SubscriptionInbox.this, actual, prefixes, onEnd).begin();
            }
        };
    }

    @Override
    Feed newTaker(CoreSubscriber<? super Message> actual) {
        return new Feed(this, actual, List.of(), () -> {});
    }

    @Override
    void began(Taker<Message> taker) {
        changed.offer((Feed) taker);
    }

    @Override
    void asked(Taker<Message> taker) {
        if (asking != taker) {
            asking = (Feed) taker;
        }
    }

    @Override
    void cancelled(Taker<Message> taker) {
        Feed feed = (Feed) taker;
        changed.offer(feed);
        feed.onEnd.run();
        drain();
    }

    @Override
    void emit() {
        while (!isDone() && isAsked()) {
            Message message = held == null ? source.next() : held;
            if (message == null) {
                List.copyOf(forNow).forEach(Taker::none); // mostly there is none
                return;
            }
            held = message;
            if (!prepare(message)) {
                return;
            }
            if (hand(message)) {
                held = null;
            }
        }
        if (isDone()) {
            takeChanges();
            for (Feed feed : List.copyOf(feeds)) {
                leave(feed);
                feed.complete();
            }
        }
    }

    /** Adds the receivers that have begun, and removes those that have cancelled. */
    private void takeChanges() {
        for (Feed feed; (feed = changed.poll()) != null; ) {
            if (feed.ended == 0) {
                enter(feed);
            } else {
                leave(feed);
            }
        }
    }

    private void enter(Feed feed) {
        feed.came = ++coming;
        feeds.add(feed);
        if (feed.isForNow()) {
            forNow.add(feed);
        }
        if (feed.prefixes.isEmpty()) {
            plain = feed;
        }
        feed.prefixes.forEach(prefix -> byPrefix.subscribe(prefix, feed));
        count();
        if (feed.asks()) {
            asking = feed;
        }
    }

    private void leave(Feed feed) {
        feeds.remove(feed);
        forNow.remove(feed);
        byPrefix.remove(feed);
        if (plain == feed) {
            plain = null;
        }
        count();
    }

    private void count() {
        Feed one = feeds.size() == 1 ? feeds.iterator().next() : null;
        alone = one != null && one.prefixes.size() <= 1 ? one : null;
    }

    private boolean isAsked() {
        takeChanges();
        Feed known = asking;
        if (known == null || known.asks()) {
            return known != null;
        }
        asking = null; // first, so that none is missed that asks from now on
        for (Feed feed : feeds) {
            if (feed.asks()) {
                asking = feed;
                return true;
            }
        }
        return false;
    }

    /** Finds the receivers of the message at hand; false if there is none at all, or one of them has no demand. */
    private boolean prepare(Message message) {
        choose(message);
        for (int i = 0; i < chosen.size(); i++) {
            Feed feed = chosen.get(i);
            if (feed.ended == 0 && !feed.asks()) {
                return false;
            }
        }
        return !feeds.isEmpty();
    }

    /** Finds the receivers of a message, with demand or without. */
    void choose(Message message) {
        chosen.clear();
        Feed only = alone;
        if (only != null) {
            if (wants(only, message)) {
                chosen.add(only);
            }
            return;
        }
        byPrefix.match(message.first(), choose);
        if (inverted) {
            chooseOthers();
        }
        Feed one = plain;
        if (one != null && plainly.test(message)) {
            chosen.add(one);
        }
        if (chosen.size() > 1) {
            chosen.sort(BY_COMING);
        }
    }

    private boolean wants(Feed only, Message message) {
        return only == plain ? plainly.test(message) : message.first().startsWith(only.prefixes.get(0)) != inverted;
    }

    private void chooseOthers() {
        chosen.forEach(feed -> feed.isOut = true);
        chosen.clear();
        for (Feed feed : feeds) {
            if (!feed.isOut && feed != plain) {
                chosen.add(feed);
            }
            feed.isOut = false;
        }
    }

    /** Hands the message at hand out; false if all its receivers have cancelled meanwhile: then it is kept for the next. */
    private boolean hand(Message message) {
        boolean taken = chosen.isEmpty();
        if (taken) {
            unwanted.accept(message);
        }
        for (int i = 0; i < chosen.size(); i++) {
            taken |= hand(chosen.get(i), message);
        }
        chosen.clear();
        return taken;
    }

    private static boolean hand(Feed feed, Message message) {
        try {
            return feed.hand(message);
        } catch (RuntimeException | Error thrown) {
            feed.threw(thrown);
            return true;
        }
    }

    /** One receiver. */
    private static final class Feed extends Taker<Message> {

        /** Empty for the plain one. */
        private final List<Bytes> prefixes;

        private final Runnable onEnd;

        /** The number in the order of coming; 0 before. This field and those below are used by the draining thread only. */
        private long came;

        /** Whether the message at hand begins with one of its prefixes, and so is for all other receivers. */
        private boolean isOut;

        Feed(SubscriptionInbox inbox, CoreSubscriber<? super Message> actual, List<Bytes> prefixes, Runnable onEnd) {
            super(inbox, actual);
            this.prefixes = prefixes;
            this.onEnd = onEnd;
        }

        /** Whether it has begun, and has demand. */
        boolean asks() {
            return came != 0 && given < requested && ended == 0;
        }
    }
}
