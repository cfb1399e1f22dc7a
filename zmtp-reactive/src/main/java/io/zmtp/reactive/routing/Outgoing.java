package io.zmtp.reactive.routing;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Encoding;
import io.zmtp.reactive.pipe.MissCount;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.SendQueue;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A socket's rule for which peer, or peers, get the next message. */
public abstract class Outgoing extends SendQueue {

    /** Goes to no peer; accepted when everything that waits ahead of it was. */
    private static final Object BARRIER = new Object();

    /** The pipes that may be sent to. Changed under the lock. */
    public final List<Pipe> pipes = new CopyOnWriteArrayList<>();

    /** What happens where there is no room. */
    final Overflow overflow;

    final SocketType type;
    final int parts;
    /** Called without the lock: see {@link #drop}. */
    final DropListener drops;

    /** What cancelled streams had left when the socket closed. Used by the thread that closes it. */
    private long unsentMessages;

    private long unsentBytes;

    /** Makes one that never drops: senders wait. */
    Outgoing(SocketType type, int parts) {
        this(type, parts, Overflow.WAIT, DropListener.NONE);
    }

    /**
     * Makes one.
     *
     * @param parts how many parts each message must have; 0 for any number
     */
    Outgoing(SocketType type, int parts, Overflow overflow, DropListener drops) {
        this.type = type;
        this.parts = parts;
        this.overflow = overflow;
        this.drops = drops;
    }

    // ---- one message

    /** One straight way for each: some pipe takes it, or else the overflow rule says what becomes of it. */
    @Override
    protected final boolean tryAccept(Object item) {
        if (item instanceof Message message) {
            requireWhole(message);
            return tryGive(message) || overflow(message);
        }
        if (item instanceof PendingDelivery delivery) {
            requireWhole(delivery.message);
            return tryGive(delivery) || overflow(delivery.message);
        }
        return true; // the barrier
    }

    /** As {@link #tryGive(Message)}, for a message of which somebody wants to know what becomes of it. */
    boolean tryGive(PendingDelivery delivery) {
        throw new IllegalStateException(type + " socket: nothing is acknowledged");
    }

    /**
     * Gives a message to the pipe that takes it, or to all that are to have it; under the lock.
     *
     * @return false if there is no room for it: then nothing has happened
     * @throws ZmtpSendException if no peer ever may have it
     */
    protected abstract boolean tryGive(Message message);

    /** There is no room for a message: it waits if this is false. */
    private boolean overflow(Message message) {
        switch (overflow) {
            case WAIT -> {
                return false;
            }
            case FAIL ->
                throw new ZmtpSendException(type + " socket: expected room for a message in the queue of a peer, but "
                        + (pipes.isEmpty() ? "there is no peer" : "it is full"));
            default -> {
                dropFor(message);
                return true;
            }
        }
    }

    /** Drops a message that there is no room for, or others in its place; under the lock. */
    void dropFor(Message message) {
        drop(null, DropReason.QUEUE_FULL, List.of(message));
    }

    @Override
    protected final void requireValid(Object item) {
        if (item instanceof Message message) {
            requireWhole(message);
        } else if (item instanceof PendingDelivery delivery) {
            requireWhole(delivery.message);
        }
    }

    private void requireWhole(Message message) {
        if (!isWhole(message)) {
            throw wrong(message);
        }
    }

    /** Whether a message has as many parts as it must have. */
    final boolean isWhole(Message message) {
        return parts == 0 || message.size() == parts;
    }

    final ZmtpSendException wrong(Message message) {
        return new ZmtpSendException(type + " socket: expected a message of " + parts
                + (parts == 1 ? " part" : " parts") + ", but it has " + message.size());
    }

    /**
     * Gives a message to a pipe; if there is no room, the overflow rule decides what is dropped. Under the lock.
     *
     * @param encoding that of the message, if it goes to several pipes
     * @return false if there is no room, and the rule needs some: then nothing has happened
     */
    final boolean give(Pipe pipe, Message message, @Nullable Encoding encoding) {
        switch (overflow) {
            case WAIT, FAIL -> {
                return offer(pipe, message, encoding);
            }
            case DROP_NEWEST, DISCONNECT -> {
                if (offer(pipe, message, encoding)) {
                    return true;
                }
                miss(pipe, message);
                if (overflow == Overflow.DISCONNECT) {
                    pipe.drop();
                }
                return true;
            }
            case DROP_OLDEST, LATEST -> {
                boolean latest = overflow == Overflow.LATEST;
                List<Message> displaced = pipe.displace(message, encoding, latest);
                drop(pipe, latest ? DropReason.REPLACED : DropReason.QUEUE_FULL, displaced);
                return true;
            }
        }
        throw new AssertionError(overflow);
    }

    private static boolean offer(Pipe pipe, Message message, @Nullable Encoding encoding) {
        return encoding == null ? pipe.offer(message) : pipe.offer(message, encoding);
    }

    /** Drops a message for a full pipe, which may be the next of a great many; under the lock. */
    private void miss(Pipe pipe, Message message) {
        MissCount missed = pipe.missed;
        if (missed == null) {
            missed = new MissCount(pipe, lock);
            pipe.missed = missed;
        }
        if (!missed.add(message)) {
            drop(pipe, DropReason.QUEUE_FULL, List.of(message));
        }
    }

    /** Has what is dropped counted and reported, when the lock is released. */
    final void drop(@Nullable Pipe pipe, DropReason reason, List<Message> messages) {
        if (!messages.isEmpty()) {
            unlocked(() -> drops.dropped(pipe, reason, messages));
        }
    }

    /** From now on a pipe may be sent to. */
    public void add(Pipe pipe) {
        synchronized (lock) {
            pipes.add(pipe);
        }
        release();
    }

    /** From now on a pipe must not be sent to. */
    public void remove(Pipe pipe) {
        synchronized (lock) {
            pipes.remove(pipe);
        }
    }

    /** There is room again, somewhere. */
    public void writable() {
        release();
    }

    /** Completes when everything accepted so far was written or lost, and what waits was accepted before. */
    public Mono<Void> flush() {
        return Mono.defer(() -> Mono.whenDelayError(pipes.stream()
                .map(pipe -> pipe.flush().onErrorComplete(ZmtpClosedException.class))
                .toList()));
    }

    /** As {@link #flush()}, also for the messages that wait to be accepted now. */
    public Mono<Void> drained() {
        return send(BARRIER).then(flush());
    }

    public Mono<Void> send(Message message) {
        return send((Object) message);
    }

    public Mono<Void> send(Publisher<? extends Message> messages) {
        return sendMany(messages);
    }

    /**
     * Fails all senders that wait.
     *
     * @return what it held itself: between two pipes, or of streams that were cancelled
     */
    public Closed close(ZmtpClosedException reason) {
        fail(reason);
        return new Closed(Closed.Reason.LOCAL, null, unsentMessages, unsentBytes);
    }

    @Override
    protected void refused(Object item, Throwable why) {
        Message message = (Message) item;
        if (why instanceof ZmtpClosedException) {
            unsentMessages++;
            unsentBytes += FrameEncoder.size(message);
        } else {
            drop(null, isWhole(message) ? DropReason.QUEUE_FULL : DropReason.MALFORMED, List.of(message));
        }
    }

    @Override
    protected void accepted(MonoSink<Void> stream) {
        stream.success();
    }
}
