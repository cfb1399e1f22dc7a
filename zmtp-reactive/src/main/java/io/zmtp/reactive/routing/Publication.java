package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Encoding;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.routing.SubscriptionTrie.End;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import io.zmtp.reactive.wire.Subscription;
import io.zmtp.reactive.wire.SubscriptionRun;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** What is published goes to those who subscribed to its topic; or, to its group. */
public class Publication extends FanOut {

    /** So many subscriptions are changed before publishers have their turn. */
    private static final int TOGETHER = 256;

    private final boolean inverted;
    private final SubscriptionTrie<Pipe> subscriptions;
    private final @Nullable LastValues values;
    private final @Nullable Journal journal;
    private final List<AwaitedSubscription> awaited = new ArrayList<>(0);

    /** Says what is published of each message, in the order in which they are accepted. Called under the lock. */
    public interface Journal {

        /**
         * Looks at a message before it is accepted.
         *
         * @throws ZmtpSendException if it never will be
         */
        void check(Message next);

        /**
         * A message is accepted.
         *
         * @param encoding has the octets of what is published, encoded once for the journal and for all peers
         * @return what is published, on the same topic
         */
        Message publish(Message accepted, Encoding encoding);
    }

    private record AwaitedSubscription(Bytes topic, int count, MonoSink<Void> sink) {}

    /**
     * What is published, and to whom.
     *
     * @param parts how many parts each message must have; 0 for any number
     * @param inverted whether a message goes to those that did not subscribe to its topic
     * @param maxSubscriptions how many prefixes a peer may subscribe to
     * @param values the last values, for peers that subscribe later; null if there is no such cache
     * @param journal null if messages are published as they are
     */
    public record Rules(
            SocketType type,
            int parts,
            Overflow overflow,
            boolean inverted,
            int maxSubscriptions,
            @Nullable LastValues values,
            @Nullable Journal journal,
            DropListener drops) {}

    public Publication(Rules rules) {
        super(rules.type(), rules.parts(), rules.overflow(), rules.drops());
        this.inverted = rules.inverted();
        this.subscriptions = newTrie(rules.maxSubscriptions());
        this.values = rules.values();
        this.journal = rules.journal();
    }

    public static SubscriptionTrie<Pipe> newTrie(int maxSubscriptions) {
        return new SubscriptionTrie<>(maxSubscriptions, SubscriptionTrie.DEFAULT_MAX_OCTETS);
    }

    // ---- sending

    @Override
    protected void check(Message next) {
        if (journal != null) {
            journal.check(next);
        }
    }

    @Override
    void accept(Message accepted) {
        Message published = journal == null ? accepted : journal.publish(accepted, encoding);
        if (values != null) {
            values.put(published);
        }
        super.accept(published);
    }

    @Override
    protected void visit(Message sent, Consumer<Pipe> visitor) {
        visit(sent.first(), visitor);
    }

    private void visit(Bytes topic, Consumer<Pipe> visitor) {
        if (!inverted) {
            match(subscriptions, topic, visitor);
            return;
        }
        Set<Pipe> left = new HashSet<>(members);
        match(subscriptions, topic, left::remove);
        left.forEach(visitor);
    }

    /** Visits those who want a topic. */
    protected int match(SubscriptionTrie<Pipe> all, Bytes topic, Consumer<Pipe> visitor) {
        return all.match(topic, visitor);
    }

    private int audience(Bytes topic) {
        int matched = match(subscriptions, topic, pipe -> {});
        return inverted ? members.size() - matched : matched;
    }

    // ---- subscribing

    /** A peer subscribes; null if it has gone. */
    @Nullable
    public Outcome subscribe(Bytes prefix, Pipe pipe) {
        return subscribe(prefix, pipe, () -> true);
    }

    /** As {@link #subscribe(Bytes, Pipe)}, if that peer of the pipe's is still there that is meant. */
    @Nullable
    public Outcome subscribe(Bytes prefix, Pipe pipe, BooleanSupplier isThere) {
        Outcome outcome;
        synchronized (lock) {
            if (!members.contains(pipe) || !isThere.getAsBoolean()) {
                return null;
            }
            boolean known = values == null || (subscriptions.contains(pipe, prefix) && !values.owes(pipe));
            outcome = subscriptions.subscribe(prefix, pipe);
            subscribed(prefix, pipe, outcome);
            if (values != null && !known && outcome != Outcome.AGAIN && !outcome.isRefused()) {
                values.owe(pipe, prefix, inverted);
            }
        }
        giveValues(pipe);
        release(); // for what there were
        if (outcome.isRefused()) {
            Message refused = Message.of(Subscription.body(prefix, false));
            drops.dropped(pipe, DropReason.TOO_MANY_SUBSCRIPTIONS, refused);
        }
        completeAwaited();
        return outcome;
    }

    /** A peer changes many subscriptions; none if it has gone. */
    public void take(SubscriptionRun run, Pipe pipe) {
        if (values == null) {
            while (takeSome(run, pipe)) {
                // publishers have their turn in between
            }
            completeAwaited();
            return;
        }
        while (run.next()) {
            if (run.isCancel()) {
                unsubscribe(run.prefix(), pipe);
            } else {
                subscribe(run.prefix(), pipe);
            }
        }
    }

    /** Whether there may be more. */
    private boolean takeSome(SubscriptionRun run, Pipe pipe) {
        List<Message> refused = List.of();
        boolean isMore = true;
        synchronized (lock) {
            isMore = members.contains(pipe);
            for (int i = 0; i < TOGETHER && isMore; i++) {
                isMore = run.next();
                if (isMore && !change(run.prefix(), run.isCancel(), pipe)) {
                    refused = refused.isEmpty() ? new ArrayList<>() : refused;
                    refused.add(Message.of(Subscription.body(run.prefix(), false)));
                }
            }
        }
        release(); // reports what was dropped
        refused.forEach(each -> drops.dropped(pipe, DropReason.TOO_MANY_SUBSCRIPTIONS, each));
        return isMore;
    }

    /** Changes a subscription, under the lock; false if it is refused. */
    private boolean change(Bytes prefix, boolean isCancel, Pipe pipe) {
        if (isCancel) {
            unsubscribed(prefix, pipe, subscriptions.unsubscribe(prefix, pipe));
            return true;
        }
        Outcome outcome = subscriptions.subscribe(prefix, pipe);
        subscribed(prefix, pipe, outcome);
        return !outcome.isRefused();
    }

    /** Gives a peer the last values that it subscribed to, as far as it has room; others may send meanwhile. */
    public void giveValues(Pipe pipe) {
        boolean hasRoom = true;
        while (values != null && hasRoom) {
            synchronized (lock) {
                hasRoom = values.give(pipe);
            }
        }
    }

    /** A peer ends a subscription. */
    public void unsubscribe(Bytes prefix, Pipe pipe) {
        synchronized (lock) {
            unsubscribed(prefix, pipe, subscriptions.unsubscribe(prefix, pipe));
            if (values != null) {
                values.cancel(pipe, prefix);
            }
        }
        release(); // reports what was dropped
        if (inverted) {
            completeAwaited();
        }
    }

    /** A peer has subscribed, or not; under the lock. */
    protected void subscribed(Bytes prefix, Pipe pipe, Outcome outcome) {}

    /** A peer has ended a subscription, or had none; under the lock. */
    protected void unsubscribed(Bytes prefix, Pipe pipe, End end) {}

    @Override
    public void add(Pipe pipe) {
        super.add(pipe);
        if (inverted) {
            completeAwaited();
        }
    }

    /** A peer has gone. */
    public void leave(Pipe pipe) {
        synchronized (lock) {
            end(pipe);
            if (values != null) {
                values.cancel(pipe);
            }
        }
        remove(pipe);
    }

    /** Ends all subscriptions of a peer; under the lock. What nobody else wants. */
    public List<Bytes> end(Pipe pipe) {
        return subscriptions.remove(pipe);
    }

    /** What a peer has subscribed to, in no order; under the lock. */
    protected final List<Bytes> subscriptions(Pipe pipe) {
        return subscriptions.prefixes(pipe);
    }

    // ---- waiting for subscribers

    public Mono<Void> awaitSubscribers(Bytes topic, int count) {
        return Shield.each(Mono.create(sink -> {
            AwaitedSubscription one = new AwaitedSubscription(topic, count, sink);
            synchronized (lock) {
                requireOpen();
                awaited.add(one);
            }
            sink.onDispose(() -> {
                synchronized (lock) {
                    awaited.remove(one);
                }
            });
            completeAwaited();
        }));
    }

    /** Completes those that waited for as many subscribers as there are now. */
    private void completeAwaited() {
        List<AwaitedSubscription> come = List.of();
        synchronized (lock) {
            for (Iterator<AwaitedSubscription> each = awaited.iterator(); each.hasNext(); ) {
                AwaitedSubscription one = each.next();
                if (audience(one.topic()) >= one.count()) {
                    each.remove();
                    come = come.isEmpty() ? new ArrayList<>() : come;
                    come.add(one);
                }
            }
        }
        come.forEach(one -> one.sink().success());
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        List<AwaitedSubscription> waiting;
        synchronized (lock) {
            waiting = List.copyOf(awaited);
            awaited.clear();
        }
        waiting.forEach(one -> one.sink().error(reason));
        return super.close(reason);
    }
}
