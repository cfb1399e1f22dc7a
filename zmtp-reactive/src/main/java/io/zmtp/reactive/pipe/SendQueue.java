package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The queue in which senders wait for room, first come, first served. Internal: the outbox of a connection is one, and so is
 * each rule by which a socket picks a peer.
 */
public abstract class SendQueue {

    /**
     * Guards everything below, what subclasses keep, and each sender that waits: whatever becomes of that is decided under
     * it. Never held while a subscriber's code runs.
     */
    protected final Object lock = new Object();

    /** In the order of asking. What takes a sender out of here decides its fate: room, a cancel or a failure. */
    private final Set<SendOne.Parked> parked = new LinkedHashSet<>(0);

    /** Streams that hold messages, or would ask for more. */
    private final Set<SendMany> hungry = new LinkedHashSet<>(0);

    private final Set<SendMany> streams = new LinkedHashSet<>(0);
    /** What is to run when the lock is released. */
    private final List<Runnable> due = new ArrayList<>(0);

    /** Of a thread that found room; only that thread uses it, and what another one overwrites it just does itself. */
    private @Nullable AcceptedSenders accepting;

    private boolean ending;
    private @Nullable ZmtpException closed;

    /** An empty one. */
    protected SendQueue() {}

    // ---- what a subclass decides; all under the lock

    /**
     * Accepts an item, if there is room.
     *
     * @return false if there is no room now: then {@link #release} is to be called when there is
     * @throws ZmtpException if it never will be accepted
     */
    protected abstract boolean tryAccept(Object item);

    /**
     * Accepts the first of several messages, as many as there is room for.
     *
     * @param accepted how many of them have been accepted already
     * @return how many are accepted now
     * @throws ZmtpException if the next one never will be accepted
     */
    protected int tryAccept(Message[] messages, int accepted, int count) {
        int next = accepted;
        while (next < count && tryAccept(messages[next])) {
            next++;
        }
        return next;
    }

    /**
     * Looks at an item that is to wait behind others, so that a sender need not wait to hear that it is wrong.
     *
     * @throws ZmtpException if it never will be accepted
     */
    protected void requireValid(Object item) {}

    /** How many messages a stream may ask for now; at least 1, so that the one that has no room waits here. */
    protected abstract long room();

    /** The last message of a stream was accepted; called without the lock. */
    protected abstract void accepted(MonoSink<Void> stream);

    /** A message will never be accepted, and its sender has gone; called without the lock. */
    protected void refused(Object item, Throwable why) {}

    // ---- sending

    /** A cold send: completes when the item is accepted. */
    public final Mono<Void> send(Object item) {
        return new SendOne(this, item);
    }

    /** Sends a stream; completes as {@link #accepted} says. */
    public final Mono<Void> sendMany(Publisher<? extends Message> messages) {
        return SendMany.of(this, messages);
    }

    /** Accepts an item if nobody waits and there is room. */
    public final boolean offer(Object item) {
        Runnable after = null;
        try {
            synchronized (lock) {
                requireOpen();
                try {
                    return parked.isEmpty() && tryAccept(item);
                } finally {
                    after = takeDue();
                }
            }
        } finally {
            run(after);
        }
    }

    /** Runs what must not run under the lock: when it is released, or at once if this thread has not got it. */
    public final void unlocked(Runnable action) {
        if (Thread.holdsLock(lock)) {
            afterwards(action);
        } else {
            action.run();
        }
    }

    /** As {@link #unlocked}, for a thread that has the lock. */
    protected final void afterwards(Runnable action) {
        due.add(action);
    }

    /** Taken under the lock, and run without it at once; also when an item is refused. */
    private @Nullable Runnable takeDue() {
        if (due.size() <= 1) {
            return due.isEmpty() ? null : due.remove(0);
        }
        List<Runnable> all = List.copyOf(due);
        due.clear();
        return () -> all.forEach(Runnable::run);
    }

    private static void run(@Nullable Runnable due) {
        if (due != null) {
            due.run();
        }
    }

    /** Puts a sender to the end of the queue; true if its item was accepted instead, as room has come meanwhile. */
    final boolean acceptOrPark(SendOne.Parked sender) {
        Runnable after = null;
        try {
            synchronized (lock) {
                requireOpen();
                Object item = sender.item;
                if (item == null) {
                    return false; // cancelled
                }
                try {
                    if (!parked.isEmpty()) {
                        requireValid(item);
                    } else if (tryAccept(item)) {
                        return true;
                    }
                    parked.add(sender);
                    return false;
                } finally {
                    after = takeDue();
                }
            }
        } finally {
            run(after);
        }
    }

    /** A sender cancels: takes its item back, unless that was decided about already. */
    final void cancel(SendOne.Parked sender) {
        boolean others;
        synchronized (lock) {
            sender.item = null;
            others = parked.remove(sender) && hasWaiting();
        }
        if (others) {
            unlocked(this::release); // there may be room for them
        }
    }

    /** As {@link #cancel}; false if it was decided about already: then the sender hears what became of it. */
    final boolean revoke(SendOne.Parked sender) {
        boolean others;
        synchronized (lock) {
            if (!parked.remove(sender)) {
                return false;
            }
            sender.item = null;
            others = hasWaiting();
        }
        if (others) {
            unlocked(this::release); // there may be room for them
        }
        return true;
    }

    /** Accepts the next message of a stream, or has the stream hold it until there is room. */
    final void push(SendMany stream, Message message) {
        Runnable after = null;
        try {
            synchronized (lock) {
                requireOpen();
                try {
                    if (!isNext(stream) || !tryAccept(message)) {
                        stream.held.add(message);
                        holds(stream);
                    }
                } finally {
                    after = takeDue();
                }
            }
        } finally {
            run(after);
        }
    }

    /** As {@link #push(SendMany, Message)}, the first of several messages at once. */
    final void push(SendMany stream, Message[] messages, int count) {
        Runnable after = null;
        try {
            synchronized (lock) {
                requireOpen();
                try {
                    int accepted = isNext(stream) ? tryAccept(messages, 0, count) : 0;
                    if (accepted < count) {
                        stream.held.addAll(Arrays.asList(messages).subList(accepted, count));
                        holds(stream);
                    }
                } finally {
                    after = takeDue();
                }
            }
        } finally {
            run(after);
        }
    }

    /** Whether nothing waits that comes before what a stream brings; under the lock. */
    private boolean isNext(SendMany stream) {
        return stream.held.isEmpty() && parked.isEmpty();
    }

    /** A stream holds messages; under the lock. */
    private void holds(SendMany stream) {
        if (stream.isLeft()) {
            parkHeld(stream);
        } else {
            hungry.add(stream);
        }
    }

    /** Has what a stream holds wait as single messages do: in turn, before all that is sent from now on. Under the lock. */
    private void parkHeld(SendMany stream) {
        for (Message held; (held = stream.held.poll()) != null; ) {
            parked.add(SendOne.Parked.withoutSender(this, held));
        }
    }

    /** How much a stream may ask for; nothing if there is no room: it is called back then. */
    final long room(SendMany stream) {
        synchronized (lock) {
            long room = isNext(stream) ? room() : 0;
            if (room <= 0) {
                stream.asks = true;
                hungry.add(stream);
            }
            return room;
        }
    }

    /** A stream has ended: completes it when its last message is accepted. */
    final void complete(SendMany stream) {
        synchronized (lock) {
            if (!stream.held.isEmpty()) {
                return;
            }
        }
        stream.accepted();
    }

    /** Remembers a stream, so that it ends with the send queue. */
    final void open(SendMany stream) {
        synchronized (lock) {
            requireOpen();
            streams.add(stream);
        }
    }

    /** A stream asks for nothing more. */
    final void forget(SendMany stream) {
        synchronized (lock) {
            stream.asks = false;
            if (stream.held.isEmpty()) {
                streams.remove(stream);
                hungry.remove(stream);
            }
        }
    }

    /** Nobody waits for a stream any more. */
    final void leave(SendMany stream) {
        boolean held;
        synchronized (lock) {
            streams.remove(stream);
            hungry.remove(stream);
            held = !stream.held.isEmpty() && closed == null;
            if (held) {
                parkHeld(stream);
            }
        }
        if (held) {
            unlocked(this::release); // there may be room for what it held, if this is while another message is accepted
        }
    }

    /** Throws if nothing is accepted any more; under the lock. */
    protected final void requireOpen() {
        if (closed != null) {
            throw closed instanceof ZmtpClosedException ended
                    ? new ZmtpClosedException(String.valueOf(ended.getMessage()), ended.closed())
                    : closed;
        }
        if (ending) {
            throw new ZmtpClosedException(
                    "it is closing: nothing more is accepted", new Closed(Closed.Reason.LOCAL, null, 0, 0));
        }
    }

    // ---- waiting

    /** Whether somebody waits for room; under the lock. */
    protected final boolean hasWaiting() {
        return !parked.isEmpty() || !hungry.isEmpty();
    }

    /** Whether single senders wait for room; under the lock. */
    protected final boolean hasParked() {
        return !parked.isEmpty();
    }

    /** Whether nothing is accepted any more; under the lock. */
    protected final boolean isEnding() {
        return ending || closed != null;
    }

    /** How many messages senders wait with. */
    public final int waiting() {
        synchronized (lock) {
            int count = parked.size();
            for (SendMany stream : streams) {
                count += stream.held.size();
            }
            return count;
        }
    }

    /** Lets those who wait go on as far as there is room; any thread, without the lock. */
    public final void release() {
        Runnable only = null;
        boolean waits;
        synchronized (lock) {
            waits = hasWaiting();
            if (!waits) { // mostly, and this is for each message
                only = takeDue();
            }
        }
        if (waits) {
            releaseWaiting();
        } else {
            run(only);
        }
    }

    private void releaseWaiting() {
        List<SendOne.Parked> left = List.of();
        List<Runnable> after = List.of();
        Runnable first;
        synchronized (lock) {
            while (!parked.isEmpty()) {
                SendOne.Parked next = parked.iterator().next();
                try {
                    if (!tryAccept(Objects.requireNonNull(next.item))) {
                        break;
                    }
                    left = add(left, next);
                } catch (ZmtpException never) {
                    after = add(after, () -> next.failed(never));
                }
                parked.remove(next);
            }
            // A copy: accepting a message may cancel any of them.
            for (SendMany stream : hungry.isEmpty() ? List.<SendMany>of() : List.copyOf(hungry)) {
                if (!parked.isEmpty()) {
                    break;
                }
                if (!hungry.contains(stream)) {
                    continue;
                }
                try {
                    takeHeld(stream);
                } catch (ZmtpException never) {
                    stream.held.clear();
                    after = add(after, () -> stream.failed(never));
                }
                long room = stream.held.isEmpty() ? room() : 0;
                if (!stream.held.isEmpty() || (stream.asks && room <= 0)) {
                    continue;
                }
                hungry.remove(stream);
                if (stream.isDisposed()) {
                    streams.remove(stream);
                    after = add(after, stream::drained);
                } else if (stream.asks) {
                    stream.asks = false;
                    after = add(after, () -> stream.refill(room));
                }
            }
            first = takeDue();
        }
        run(first);
        report(left);
        after.forEach(Shield::run);
    }

    private void report(List<SendOne.Parked> senders) {
        if (senders.size() <= 1) {
            senders.forEach(sender -> Shield.run(sender::accepted));
            return;
        }
        AcceptedSenders accepted = new AcceptedSenders(senders);
        accepting = accepted;
        accepted.report();
        accepting = null;
    }

    /** An item of this thread was accepted, behind others whose senders have not heard of it yet. */
    final void reportEarlier() {
        AcceptedSenders earlier = accepting;
        if (earlier != null) {
            earlier.reportWithin();
        }
    }

    private void takeHeld(SendMany stream) {
        for (Message held; (held = stream.held.poll()) != null; ) {
            if (!tryAccept(held)) {
                stream.held.addFirst(held);
                return;
            }
        }
    }

    private static <T> List<T> add(List<T> list, T item) {
        List<T> longer = list.isEmpty() ? new ArrayList<>() : list;
        longer.add(item);
        return longer;
    }

    // ---- the end

    /** Refuses what comes from now on; what waits already is still accepted when there is room. */
    public final void end() {
        synchronized (lock) {
            ending = true;
        }
    }

    /** Fails the single senders who wait now, but nobody who comes later. */
    public final void turnAway(ZmtpException reason) {
        List<SendOne.Parked> senders;
        synchronized (lock) {
            senders = List.copyOf(parked);
            parked.clear();
        }
        senders.forEach(sender -> sender.failed(reason));
    }

    /** Fails everyone who waits, and everyone who comes; false if that has happened before. */
    protected final boolean fail(ZmtpException reason) {
        List<SendOne.Parked> senders;
        List<SendMany> sending;
        synchronized (lock) {
            if (closed != null) {
                return false;
            }
            closed = reason;
            senders = new ArrayList<>(parked);
            parked.clear();
            sending = new ArrayList<>(streams);
            streams.clear();
            hungry.clear();
        }
        senders.forEach(sender -> Shield.run(() -> sender.failed(reason)));
        sending.forEach(stream -> Shield.run(() -> stream.failed(reason)));
        return true;
    }
}
