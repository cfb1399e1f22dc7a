package io.zmtp.reactive.connection;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.connection.Backlog.Removed;
import io.zmtp.reactive.connection.Segment.Staged;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.ExpiryTimer;
import io.zmtp.reactive.pipe.SendQueue;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What was accepted and waits to be written, in order: any thread puts in, under one short lock; the event loop takes
 * out, a segment at a time.
 *
 * <p>Everything in here is plain: the cipher works behind {@link #take()}.
 */
final class Outbox extends SendQueue {

    /** Senders wait above this many octets. */
    static final int HIGH = 256 * 1024;

    /**
     * While the transport takes more, this many octets may be held, even if that is more messages than allowed: half of
     * what one write carries.
     */
    private static final int BATCH = Staged.CAPACITY / 2;

    /** How many messages a stream asks for then. */
    private static final int BATCH_DEMAND = 256;

    /** {@code write} gives up above this many. */
    static final int WRITE_LIMIT = 16 * 1024 * 1024;

    final Backlog backlog = new Backlog();
    private final Progress progress = new Progress(lock);
    private final long maxBytes;
    private final long maxMessages;
    private final long maxAge;
    private final ExpiryTimer expiry = new ExpiryTimer(this::expire);
    private final @Nullable Owner owner;

    private @Nullable Runnable wake;
    /** Whether the transport takes more now: the event loop's word, kept here because senders ask at each message. */
    private volatile boolean flowing;

    private boolean scheduled;
    private boolean watched;
    private boolean wasFull;

    /** Whether an offer found no room, and there is none since; changed under the lock, looked at without. */
    private volatile boolean full;

    private @Nullable ZmtpClosedException closed;

    /** The socket's side, if this is one of a socket's outboxes; called without the lock. */
    interface Owner {

        /** It was full and is not any more. */
        void room();

        /** So much went to the transport. */
        void written(long messages, long bytes);

        /**
         * So many messages had waited too long and were dropped.
         *
         * @param messages the first of them at least, and all that were not encoded already
         */
        void expired(List<Message> messages, long count);
    }

    /** That of a bare connection, bounded in octets. */
    Outbox() {
        this(new Bounds(Long.MAX_VALUE, HIGH, Duration.ZERO, 1), null);
    }

    /**
     * Makes an empty one that nobody drains yet.
     *
     * @param bounds full when so many octets, or whole messages, are held
     */
    Outbox(Bounds bounds, @Nullable Owner owner) {
        this.maxBytes = bounds.sendBytes();
        this.maxMessages = bounds.sendMessages();
        this.maxAge = bounds.maxAge().toNanos();
        this.owner = owner;
    }

    /**
     * Has a connection drain it from now on.
     *
     * @param wake has the event loop drain soon; called outside the lock, at most once until the drain has found the
     *     outbox empty
     * @param flows whether the transport takes more now
     */
    void attach(Runnable wake, boolean flows) {
        synchronized (lock) {
            this.wake = wake;
            flowing = flows;
            full = false;
            scheduled = !backlog.isEmpty();
        }
    }

    // ---- accepting

    @Override
    protected boolean tryAccept(Object item) {
        if (!hasRoomNow()) {
            return false;
        }
        Runnable then = accept(item);
        if (then != null) {
            afterwards(then);
        }
        return true;
    }

    /** Whether a message would be accepted now; if not, {@link Owner#room} is called when one would. */
    private boolean hasRoomNow() {
        if (backlog.bytes() < maxBytes && (progress.held() < maxMessages || fillsBatch())) {
            return true;
        }
        wasFull = true;
        full = true;
        return false;
    }

    /** Whether {@link #offerNow} would find no room: does not say so for longer than that is true. */
    boolean isFull() {
        return full;
    }

    /**
     * Whether more small messages than the mark allows make one write larger, which the transport would take at once.
     * A sender and the event loop that stop and wake each other for a few octets are no faster than the wakings.
     */
    private boolean fillsBatch() {
        return backlog.bytes() < BATCH && flowing;
    }

    /** Accepts an item in any case; returns what is to run when the lock is released. */
    private @Nullable Runnable accept(Object item) {
        boolean full = stage(item);
        return schedule() || full ? wake : null;
    }

    @Override
    protected long room() {
        long free = maxMessages - progress.held();
        return backlog.bytes() >= maxBytes ? 0 : free <= BATCH_DEMAND && fillsBatch() ? BATCH_DEMAND : free;
    }

    @Override
    protected void accepted(MonoSink<Void> stream) {
        stream.onCancel(flush().subscribe(nothing -> {}, stream::error, stream::success));
    }

    /** Accepts an item if there is room, also while others wait; for a socket, whose own senders wait elsewhere. */
    boolean offerNow(Object item) {
        Runnable then;
        synchronized (lock) {
            if (closed != null || !hasRoomNow()) {
                return false;
            }
            then = accept(item);
        }
        if (then != null) {
            then.run();
        }
        return true;
    }

    /** As {@link #offerNow(Object)}, the first of several messages, as many as there is room for; returns how many. */
    int offerNow(Message[] messages, int count) {
        Runnable then = null;
        int accepted = 0;
        synchronized (lock) {
            while (accepted < count && closed == null && hasRoomNow()) {
                Runnable wakes = accept(messages[accepted++]);
                then = wakes == null ? then : wakes;
            }
        }
        if (then != null) {
            then.run();
        }
        return accepted;
    }

    /** Accepts without flushing; true while below the mark. */
    boolean write(Iterable<?> items) {
        Runnable then = null;
        boolean room;
        synchronized (lock) {
            requireOpen();
            if (backlog.bytes() >= WRITE_LIMIT) {
                throw new ZmtpSendException("expected write(…) to wait for flush() or writable(), but "
                        + backlog.bytes() + " octets are held already; the limit is " + WRITE_LIMIT);
            }
            for (Object item : items) {
                if (stage(item)) {
                    then = wake;
                }
            }
            room = backlog.bytes() < maxBytes;
            if (backlog.bytes() >= Staged.CAPACITY && schedule()) {
                then = wake;
            }
        }
        if (then != null) {
            then.run();
        }
        return room;
    }

    private boolean schedule() {
        if (scheduled || wake == null) {
            return false;
        }
        scheduled = true;
        return true;
    }

    /** Encodes or keeps an item; true if {@code writable()} must emit that the outbox is full now. */
    private boolean stage(Object item) {
        boolean hadRoom = backlog.bytes() < maxBytes;
        if (item instanceof Message message) {
            if (maxAge != 0 || message.ages()) {
                stage(message, Deadline.of(message, maxAge));
            } else {
                backlog.add(message);
            }
            progress.accepted(FrameEncoder.size(message), 1);
        } else if (item instanceof Frame command) {
            backlog.add(command);
            int size = command.body().size();
            progress.accepted(FrameEncoder.headerSize(size) + (long) size, 0);
        } else if (item instanceof Encoded encoded) {
            if (maxAge != 0) {
                stage(encoded, Deadline.in(maxAge));
            } else {
                backlog.add(encoded);
            }
            progress.accepted(encoded.size(), encoded.messages());
        } else if (item instanceof FileSource source && source.take()) {
            backlog.add(source);
            progress.accepted(source.wireSize(), 1);
        }
        return watched && hadRoom && backlog.bytes() >= maxBytes;
    }

    private void stage(Object item, long deadline) {
        backlog.add(item, deadline);
        expiry.await(deadline);
    }

    // ---- the event loop's side

    /** Takes the first segment; null when there is none, after which the next item wakes the loop again. */
    @Nullable
    Segment take() {
        synchronized (lock) {
            if (!expiry.isRunning() || !backlog.isExpired(Deadline.now())) {
                return takeFirst();
            }
        }
        expire();
        synchronized (lock) {
            return takeFirst();
        }
    }

    private @Nullable Segment takeFirst() {
        Segment first = backlog.take();
        if (first == null) {
            scheduled = false;
            return null;
        }
        progress.taken(first.wireSize(), first.messages());
        full = false;
        return first;
    }

    /** Lets waiting senders go on when there is room; called after {@link #take()}. */
    void released() {
        boolean tell;
        synchronized (lock) {
            if (!hasHalf()) {
                return;
            }
            tell = wasFull;
            wasFull = false;
            full = false; // the next offer that finds no room is to be noted again
            if (!tell && !hasWaiting()) {
                return;
            }
        }
        release();
        if (tell && owner != null) {
            owner.room();
        }
    }

    private boolean hasHalf() {
        return backlog.bytes() <= maxBytes / 2 && (progress.held() <= maxMessages / 2 || backlog.bytes() < BATCH / 2);
    }

    /**
     * Whether half of it is free, and stays so also if the transport takes nothing more from now on: what may be held
     * beyond the mark to fill a batch does not count. If not, {@link Owner#room} is called when it is.
     */
    boolean isHalfEmpty() {
        synchronized (lock) {
            boolean half = backlog.bytes() <= maxBytes / 2 && progress.held() <= maxMessages / 2;
            wasFull |= !half;
            return half;
        }
    }

    /** Notes what went to the transport. */
    void written(long bytes, int messages) {
        if (owner != null) {
            owner.written(messages, bytes); // before flush() completes: its subscriber may look at the count
        }
        settled(bytes, messages);
    }

    private void settled(long bytes, long messages) {
        List<Waiter> done;
        synchronized (lock) {
            done = progress.written(bytes, messages);
        }
        if (!done.isEmpty()) { // mostly it is, and this is for each write
            done.forEach(Waiter::complete);
        }
    }

    /** Completes when everything accepted so far was written, and has what waits with it flushed. */
    Mono<Void> flush() {
        return progress.flushes.mono(this::flush);
    }

    private void flush(Waiter waiter) {
        Runnable then = null;
        boolean waits;
        ZmtpClosedException failure;
        synchronized (lock) {
            failure = closed;
            waits = failure == null && !progress.isComplete();
            if (waits) {
                progress.await(waiter);
                then = schedule() ? wake : null;
            }
        }
        if (then != null) {
            then.run();
        }
        if (failure != null) {
            waiter.fail(failure);
        } else if (!waits) {
            waiter.complete();
        }
    }

    /** From now on a full outbox wakes the loop, for {@code writable()}. */
    void watch() {
        synchronized (lock) {
            watched = true;
        }
    }

    /** Whether senders would be accepted at once. */
    boolean hasRoom() {
        synchronized (lock) {
            return backlog.bytes() < maxBytes && progress.held() < maxMessages && !hasParked() && !isEnding();
        }
    }

    /** Notes whether the transport takes more now; the event loop. */
    void flowing(boolean flows) {
        synchronized (lock) {
            flowing = flows;
            full = false; // the mark is another one now
        }
    }

    /** Whether what is accepted goes on its way at once. */
    boolean isFlowing() {
        return flowing;
    }

    /** How many messages would be accepted now; if none, {@link Owner#room} is called when there is room again. */
    long roomNow() {
        synchronized (lock) {
            long room = isEnding() ? 0 : room();
            wasFull |= room <= 0;
            return room;
        }
    }

    /** How many whole messages are held. */
    long messages() {
        synchronized (lock) {
            return progress.held();
        }
    }

    /** Whether all that was accepted, or waits to be, went to the transport. */
    boolean isDrained() {
        synchronized (lock) {
            return !hasWaiting() && progress.isComplete();
        }
    }

    /** Counts what was accepted and never written. */
    Closed count(Closed.Reason reason, @Nullable Throwable cause) {
        synchronized (lock) {
            return progress.unwritten(reason, cause);
        }
    }

    /**
     * Fails all senders that wait or come later, and drops what is held.
     *
     * @return how much that was; what is on its way already is not in it
     */
    Closed close(ZmtpClosedException reason) {
        List<Waiter> flushing;
        Closed dropped;
        fail(reason); // first: nothing may be accepted behind what is counted here
        synchronized (lock) {
            Closed why = reason.closed();
            dropped = progress.dropHeld(why.reason(), why.cause());
            closed = reason;
            flushing = progress.flushes.takeAll();
            backlog.clear();
            expiry.stop();
        }
        flushing.forEach(waiter -> waiter.fail(reason));
        return dropped;
    }

    // ---- outliving a connection

    /**
     * The connection has gone. What it had taken and not written is lost; what is held stays for the next one, except the
     * rest of a message whose beginning was taken.
     *
     * @return how much was lost
     */
    Closed detach(Closed.Reason reason, @Nullable Throwable cause) {
        Closed lost;
        synchronized (lock) {
            wake = null;
            flowing = false;
            scheduled = false;
            full = false;
            Removed rest = backlog.removeRest();
            if (rest != null) {
                progress.taken(rest.size(), 1);
            }
            lost = progress.underWay(reason, cause);
        }
        settled(lost.unsentBytes(), lost.unsentMessages());
        released();
        return lost;
    }

    // ---- taking out again

    /** Drops what has waited too long. */
    private void expire() {
        List<Message> expired = new ArrayList<>(1);
        long before;
        long count;
        List<Waiter> done;
        synchronized (lock) {
            expiry.stop();
            before = progress.held();
            long next = backlog.removeExpired(Deadline.now(), (aging, skipped) -> {
                if (expired.isEmpty() || aging.item instanceof Message) {
                    expired.add(aging.message());
                }
                progress.removed(skipped, aging.wireSize(), 1);
            });
            count = before - progress.held();
            done = progress.flushed();
            if (next != 0) {
                expiry.await(next);
            }
        }
        if (count > 0 && owner != null) {
            owner.expired(expired, count); // before flush() completes: its subscriber may look at the count
        }
        done.forEach(Waiter::complete);
        released();
    }

    /**
     * Accepts an item in any case: drops the oldest messages until there is room, or all.
     *
     * @return what was dropped; null if nothing is accepted any more
     */
    @Nullable
    List<Message> displace(Object item, boolean all) {
        List<Message> dropped = new ArrayList<>(1);
        List<Waiter> done;
        Runnable then;
        synchronized (lock) {
            if (closed != null) {
                return null;
            }
            boolean removed = true;
            while (removed && (all || !hasRoomNow())) {
                removed = removeInto(dropped);
            }
            then = accept(item);
            done = progress.flushed();
        }
        done.forEach(Waiter::complete);
        if (then != null) {
            then.run();
        }
        return dropped;
    }

    /** Takes out all whole messages that are held, for another peer. */
    List<Message> takeBack() {
        List<Message> messages = new ArrayList<>();
        List<Waiter> done;
        synchronized (lock) {
            boolean removed = true;
            while (removed) {
                removed = removeInto(messages);
            }
            done = progress.flushed();
        }
        done.forEach(Waiter::complete);
        return messages;
    }

    /** Takes out the oldest message as if it had never come; under the lock. */
    private boolean removeInto(List<Message> messages) {
        Removed removed = backlog.removeFirst();
        if (removed == null) {
            return false;
        }
        full = false;
        messages.addAll(removed.messages());
        progress.removed(removed.skipped(), removed.size(), removed.messages().size());
        return true;
    }
}
