package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.SubscriptionChanges;
import io.zmtp.reactive.wire.SubscriptionChanges.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One way between two sockets of this process: the sender's queue, from which the receiver takes. While they are joined
 * it is both queues in one: the first messages, up to the receiver's HWM, count as written, those behind them wait.
 */
final class InprocQueue extends SendQueue {

    private final InprocPipe owner;
    private final long sendHwm;
    private final long sendBytes;
    private final long maxAge;
    private final ExpiryTimer expiry = new ExpiryTimer(this::expire);

    /** In the order of coming: messages, and {@link Aging} ones. */
    private final ArrayDeque<Object> messages = new ArrayDeque<>();

    private final SubscriptionChanges changes = new SubscriptionChanges();
    private final Waiters flushes = new Waiters(lock);
    private @Nullable InprocPipe reader;
    private long bytes;
    private long accepted;
    private boolean wasFull;

    /** What is in here and how much may be; changed under the lock, looked at without. */
    private volatile int size;

    private volatile int changeCount;
    private volatile int readAhead;

    InprocQueue(InprocPipe owner, Bounds bounds) {
        this.owner = owner;
        this.sendHwm = bounds.sendMessages();
        this.sendBytes = bounds.sendBytes();
        this.maxAge = bounds.maxAge().toNanos();
    }

    /** A message that is dropped if it waits too long. */
    private record Aging(Message message, long deadline) {}

    private static Message message(Object item) {
        return item instanceof Aging aging ? aging.message : (Message) item;
    }

    // ---- accepting

    private boolean isFull() {
        return messages.size() >= sendHwm + readAhead || bytes >= sendBytes;
    }

    @Override
    protected boolean tryAccept(Object item) {
        boolean accepted = putIfRoom((Message) item);
        if (accepted) {
            afterwards(owner.wake);
        }
        return accepted;
    }

    private boolean putIfRoom(Message message) {
        if (isFull()) {
            wasFull = true;
            return false;
        }
        put(message);
        return true;
    }

    @Override
    protected long room() {
        return bytes >= sendBytes ? 0 : sendHwm + readAhead - messages.size();
    }

    @Override
    protected void accepted(MonoSink<Void> stream) {
        stream.success();
    }

    /** Accepts a message if there is room, also when senders wait; the reader is still to be woken. */
    boolean offerNow(Message message) {
        synchronized (lock) {
            return !isEnding() && putIfRoom(message);
        }
    }

    /**
     * Accepts a message in any case, and drops the oldest until there is room, or all; the reader is still to be woken.
     *
     * @param flushed gets the waiters for what was dropped, to be completed without any lock
     * @return what was dropped; the message itself if nothing is accepted any more
     */
    List<Message> displace(Message message, boolean all, List<Waiter> flushed) {
        List<Message> dropped = new ArrayList<>(0);
        synchronized (lock) {
            if (isEnding()) {
                return List.of(message);
            }
            while (!messages.isEmpty() && (all || isFull())) {
                Message oldest = message(messages.remove());
                bytes -= oldest.bytes();
                dropped.add(oldest);
            }
            put(message);
            flushed.addAll(flushed());
        }
        return dropped;
    }

    private void put(Message message) {
        if (maxAge != 0 || message.ages()) {
            long deadline = Deadline.of(message, maxAge);
            messages.add(new Aging(message, deadline));
            expiry.await(deadline);
        } else {
            messages.add(message);
        }
        bytes += message.bytes();
        accepted++;
        size = messages.size();
    }

    /** Takes a change of subscriptions, to be delivered before all messages; false if the peer leaves too many unread. */
    boolean change(Bytes name, boolean isEnd) {
        synchronized (lock) {
            boolean fits = reader == null || changes.add(name, isEnd);
            changeCount = changes.size();
            return fits;
        }
    }

    /** How many messages would be accepted now; if none, the socket's {@code writable} is called when there is room again. */
    long roomNow() {
        synchronized (lock) {
            long room = isEnding() ? 0 : room();
            wasFull |= room <= 0;
            return room;
        }
    }

    /** Whether what is accepted now counts as written at once. */
    boolean isFlowing() {
        return size < readAhead;
    }

    // ---- taking

    /** How much waits to be taken. */
    int size() {
        return size + changeCount;
    }

    /** The next change of subscriptions, or message, if the one who asks is the reader. */
    @Nullable
    Object poll(InprocPipe by) {
        if (size() == 0) {
            return null;
        }
        Object item;
        boolean tell;
        List<Waiter> flushed;
        synchronized (lock) {
            if (reader != by) {
                return null;
            }
            Change change = changes.poll();
            if (change != null) {
                changeCount = changes.size();
                return change;
            }
            Object first = messages.poll();
            if (first == null) {
                return null;
            }
            Message message = message(first);
            item = message;
            bytes -= message.bytes();
            size = messages.size();
            tell = hasRoomToTell();
            flushed = flushed();
        }
        flushed.forEach(Waiter::complete);
        if (tell) {
            owner.hasRoom();
        }
        return item;
    }

    private boolean hasRoomToTell() {
        if ((wasFull || hasWaiting()) && hasHalf()) {
            wasFull = false;
            return true;
        }
        return false;
    }

    private boolean hasHalf() {
        return messages.size() <= (sendHwm + readAhead) / 2 && bytes <= sendBytes / 2;
    }

    /** Whether half of what may be in here would be accepted now; if not, the socket's {@code writable} is called when it is. */
    boolean isHalfEmpty() {
        synchronized (lock) {
            boolean half = hasHalf();
            wasFull |= !half;
            return half;
        }
    }

    /** Lets those go on who wait to send to this very peer. */
    void goOn() {
        release();
    }

    // ---- what counts as written

    private long unwritten() {
        return Math.max(0, messages.size() - readAhead);
    }

    private List<Waiter> flushed() {
        return flushes.takeUpTo(accepted - unwritten());
    }

    /** How many messages are not written. */
    long held() {
        synchronized (lock) {
            return unwritten();
        }
    }

    /** Completes when everything accepted so far is written. */
    Mono<Void> flush() {
        return flushes.mono(waiter -> {
            synchronized (lock) {
                if (unwritten() != 0) {
                    flushes.add(waiter, accepted);
                    return;
                }
            }
            waiter.complete();
        });
    }

    // ---- peers come and go

    /**
     * From now on somebody takes.
     *
     * @return completes those that waited for it; to be run when the two are joined, as they may end it at once
     */
    Runnable attach(InprocPipe taker, int ahead) {
        boolean tell;
        List<Waiter> flushed;
        synchronized (lock) {
            reader = taker;
            readAhead = ahead;
            tell = (wasFull || hasWaiting()) && !isFull();
            wasFull &= !tell;
            flushed = flushed();
        }
        return () -> {
            flushed.forEach(Waiter::complete);
            if (tell) {
                owner.hasRoom();
            }
        };
    }

    /**
     * From now on nobody takes.
     *
     * @param handsOver whether the reader gets what counts as written; else everything stays
     * @return what the reader gets
     */
    List<Message> detach(boolean handsOver) {
        List<Message> written = new ArrayList<>();
        boolean tell;
        synchronized (lock) {
            for (int i = 0; handsOver && i < readAhead && !messages.isEmpty(); i++) {
                Message message = message(messages.remove());
                bytes -= message.bytes();
                written.add(message);
            }
            changes.clear();
            changeCount = 0;
            reader = null;
            readAhead = 0;
            messages.stream().filter(Aging.class::isInstance).forEach(item -> expiry.await(((Aging) item).deadline));
            size = messages.size();
            tell = hasRoomToTell();
        }
        if (tell) {
            owner.hasRoom();
        }
        return written;
    }

    /** Drops what has waited too long and is not written. */
    private void expire() {
        List<Message> expired = new ArrayList<>(1);
        List<Waiter> flushed;
        boolean tell;
        synchronized (lock) {
            expiry.stop();
            long now = Deadline.now();
            long next = 0;
            int place = 0;
            for (Iterator<Object> each = messages.iterator(); each.hasNext(); place++) {
                if (!(each.next() instanceof Aging aging) || place - expired.size() < readAhead) {
                    continue;
                }
                if (Deadline.isOver(aging.deadline, now)) {
                    each.remove();
                    bytes -= aging.message.bytes();
                    expired.add(aging.message);
                } else if (next == 0 || aging.deadline - next < 0) {
                    next = aging.deadline;
                }
            }
            size = messages.size();
            tell = hasRoomToTell();
            flushed = flushed();
            if (next != 0) {
                expiry.await(next);
            }
        }
        if (!expired.isEmpty()) {
            owner.expired(expired); // before flush() completes: its subscriber may look at the count
        }
        flushed.forEach(Waiter::complete);
        if (tell) {
            owner.hasRoom();
        }
    }

    /** Takes back all messages that are not written. */
    List<Message> takeBack() {
        List<Message> waiting;
        List<Waiter> flushed;
        synchronized (lock) {
            waiting = messages.stream()
                    .skip(readAhead)
                    .map(item ->
                            item instanceof Aging aging ? Deadline.rest(aging.message, aging.deadline) : message(item))
                    .toList();
            for (Message message : waiting) {
                messages.removeLast();
                bytes -= message.bytes();
            }
            size = messages.size();
            flushed = flushed();
        }
        flushed.forEach(Waiter::complete);
        return waiting;
    }

    /**
     * Fails everyone who waits, and drops everything.
     *
     * @return how much that was
     */
    Closed close(ZmtpClosedException reason) {
        fail(reason);
        Closed dropped;
        List<Waiter> flushing;
        synchronized (lock) {
            dropped = new Closed(reason.closed().reason(), reason.closed().cause(), messages.size(), bytes);
            messages.clear();
            expiry.stop();
            bytes = 0;
            size = 0;
            flushing = flushes.takeAll();
        }
        flushing.forEach(waiter -> waiter.fail(reason));
        return dropped;
    }
}
