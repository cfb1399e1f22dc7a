package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Shield;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.routing.SubscriptionTrie;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import io.zmtp.reactive.wire.Subscription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** What is published goes to those who subscribed to its topic; or, to its group. */
class Publication extends FanOut {

    private final ZmtpSocket socket;
    private final boolean inverted;
    private final SubscriptionTrie<Pipe> subscriptions;
    private final @Nullable LastValues values;
    private final List<Awaited> awaited = new ArrayList<>(0);

    private record Awaited(Bytes topic, int count, MonoSink<Void> sink) {}

    Publication(ZmtpSocket socket, int parts) {
        super(socket, parts);
        this.socket = socket;
        this.inverted = socket.options.invertMatching;
        this.subscriptions = newTrie(socket.options);
        this.values = socket.options.newLastValues();
    }

    static SubscriptionTrie<Pipe> newTrie(SocketOptions options) {
        return new SubscriptionTrie<>(options.maxSubscriptions, SubscriptionTrie.DEFAULT_MAX_OCTETS);
    }

    // ---- sending

    @Override
    void accept(Message accepted) {
        if (values != null) {
            values.put(accepted);
        }
        super.accept(accepted);
    }

    @Override
    void visit(Message sent, Consumer<Pipe> visitor) {
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
    int match(SubscriptionTrie<Pipe> all, Bytes topic, Consumer<Pipe> visitor) {
        return all.match(topic, visitor);
    }

    private int audience(Bytes topic) {
        int matched = match(subscriptions, topic, pipe -> {});
        return inverted ? members.size() - matched : matched;
    }

    // ---- subscribing

    /** A peer subscribes; null if it has gone. */
    @Nullable
    Outcome subscribe(Bytes prefix, Pipe pipe) {
        Outcome outcome;
        List<Message> missed = new ArrayList<>(0);
        synchronized (lock) {
            if (!members.contains(pipe)) {
                return null;
            }
            boolean known = values == null || subscriptions.contains(pipe, prefix);
            outcome = subscriptions.subscribe(prefix, pipe);
            if (values != null && !known && !outcome.isRefused()) {
                Consumer<Message> visitor = value -> {
                    if (!pipe.offer(value)) {
                        missed.add(value);
                    }
                };
                if (inverted) {
                    values.others(prefix, visitor);
                } else {
                    values.matching(prefix, visitor);
                }
            }
        }
        release(); // for what values there were
        if (outcome.isRefused()) {
            Message refused = Message.of(Subscription.body(prefix, false));
            socket.dropped(pipe, null, DropReason.TOO_MANY_SUBSCRIPTIONS, refused, 1);
        }
        if (!missed.isEmpty()) {
            socket.dropped(pipe, null, DropReason.QUEUE_FULL, missed.get(0), missed.size());
        }
        check();
        return outcome;
    }

    /** A peer ends a subscription; true if it was the last to that prefix. */
    boolean unsubscribe(Bytes prefix, Pipe pipe) {
        boolean last;
        synchronized (lock) {
            last = subscriptions.unsubscribe(prefix, pipe);
        }
        if (inverted) {
            check();
        }
        return last;
    }

    @Override
    void add(Pipe pipe) {
        super.add(pipe);
        if (inverted) {
            check();
        }
    }

    /** A peer has gone; what nobody else wanted. */
    List<Bytes> leave(Pipe pipe) {
        List<Bytes> unwanted;
        synchronized (lock) {
            unwanted = subscriptions.remove(pipe);
        }
        remove(pipe);
        return unwanted;
    }

    // ---- waiting for subscribers

    Mono<Void> awaitSubscribers(Bytes topic, int count) {
        return Mono.create(sink -> {
            Awaited one = new Awaited(topic, count, sink);
            synchronized (lock) {
                requireOpen();
                awaited.add(one);
            }
            sink.onDispose(() -> {
                synchronized (lock) {
                    awaited.remove(one);
                }
            });
            check();
        });
    }

    private void check() {
        List<Awaited> come = List.of();
        synchronized (lock) {
            for (Iterator<Awaited> each = awaited.iterator(); each.hasNext(); ) {
                Awaited one = each.next();
                if (audience(one.topic()) >= one.count()) {
                    each.remove();
                    come = come.isEmpty() ? new ArrayList<>() : come;
                    come.add(one);
                }
            }
        }
        come.forEach(one -> Shield.run(one.sink()::success));
    }

    @Override
    Closed close(ZmtpClosedException reason) {
        List<Awaited> waiting;
        synchronized (lock) {
            waiting = List.copyOf(awaited);
            awaited.clear();
        }
        waiting.forEach(one -> Shield.run(() -> one.sink().error(reason)));
        return super.close(reason);
    }
}
