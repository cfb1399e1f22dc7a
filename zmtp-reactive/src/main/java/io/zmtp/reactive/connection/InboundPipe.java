package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.connection.Receive.Reader;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.NextMessage;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.Digest;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.MessageCursor;
import io.zmtp.reactive.wire.SubscriptionRun;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.concurrent.Queues;

/**
 * What came and was not asked for yet: the event loop puts runs of encoded messages in, and the consumer cuts messages
 * out of them, on the asking thread.
 *
 * <p>Bounded in octets held: at {@link #HIGH} the channel stops reading, below {@link #LOW} it goes on. One subscriber
 * at a time; after it cancelled, the next one continues with what it left.
 */
final class InboundPipe {

    /** Reading stops when this many octets are held. */
    static final long HIGH = 256 * 1024;

    /** Reading goes on below this many. */
    static final long LOW = HIGH / 2;

    private static final int ITEM_OVERHEAD = 64;

    private static final PacedLog LOG = new PacedLog(InboundPipe.class);

    private static final AtomicLongFieldUpdater<InboundPipe> HELD =
            AtomicLongFieldUpdater.newUpdater(InboundPipe.class, "held");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<InboundPipe, @Nullable Reader> READER =
            AtomicReferenceFieldUpdater.newUpdater(InboundPipe.class, Reader.class, "reader");

    /** The socket's side; called on the event loop. */
    interface Owner {

        /** Something came, or the end. */
        void readable();

        /** So much came. */
        void received(long messages, long bytes);

        /** Whether it has a use for commands; else they must not take the place of messages. */
        boolean takesCommands();

        /** Whether the digests of messages are wanted. */
        boolean acknowledges();
    }

    /** A run of whole messages, as they came. */
    private static final class Run {
        final byte[] wire;
        final int from;
        final int to;

        Run(byte[] wire, int from, int to) {
            this.wire = wire;
            this.from = from;
            this.to = to;
        }
    }

    private static final AtomicLongFieldUpdater<InboundPipe> TAKEN =
            AtomicLongFieldUpdater.newUpdater(InboundPipe.class, "taken");

    private final Queue<Object> queue = Queues.unbounded(16).get();
    private final Runnable onRoom;
    private final int maxMessages;

    /** The socket that takes everything, if this is one of its pipes. */
    private final @Nullable Owner owner;

    /** The run that messages are being cut from; the consumer's own. */
    private final MessageCursor cursor = new MessageCursor();

    /** That of the connection behind this one in the same pipe. */
    volatile @Nullable InboundPipe next;

    private @Nullable Run current;

    /** Whether digests are wanted, and that of the message that was taken last; the consumer's own. */
    private final @Nullable Digest digests;

    private long digest;

    /** Taken, and not handed out, because the subscriber had cancelled meanwhile; the consumer's own. */
    private @Nullable Object returned;

    private volatile @Nullable Peer peer;
    private volatile long held;
    /** Messages put in; the event loop's own. */
    private long pushed;
    /** Messages taken out; the consumer's own, which the event loop looks at. */
    private volatile long taken;

    private final AtomicInteger wip = new AtomicInteger();

    /**
     * Whether somebody takes out now. A drain and a fused consumer exclude each other by it only for a moment: when a
     * subscriber was cancelled in the middle of taking, and the next one is there already.
     */
    private final AtomicBoolean taking = new AtomicBoolean();

    @SuppressWarnings("rawtypes") // as the updater knows it
    private volatile @Nullable Reader reader;

    private volatile boolean stopped;
    private volatile boolean paused;
    private volatile boolean watched;
    private volatile boolean done;
    private @Nullable Throwable error;

    /**
     * Makes an empty one.
     *
     * @param onRoom called on the consumer's thread when a stopped pipe has room again, or a watched one is empty
     */
    InboundPipe(Runnable onRoom) {
        this(onRoom, Integer.MAX_VALUE, null);
    }

    /**
     * Makes one that a socket takes from.
     *
     * @param maxMessages reading also stops when so many messages are held
     */
    InboundPipe(Runnable onRoom, int maxMessages, @Nullable Owner owner) {
        this.onRoom = onRoom;
        this.maxMessages = maxMessages;
        this.owner = owner;
        this.digests = owner != null && owner.acknowledges() ? new Digest() : null;
    }

    // ---- the event loop's side

    /** Whose messages these are. */
    void from(Peer peer) {
        this.peer = peer;
    }

    void push(byte[] wire, int from, int to, int count) {
        pushed += count;
        HELD.addAndGet(this, wire.length + ITEM_OVERHEAD);
        if (owner != null) {
            owner.received(count, (long) to - from); // before it can be handed out: the receiver may look at the count
        }
        queue.offer(new Run(wire, from, to));
    }

    void push(Object item) {
        pushed += number(item);
        HELD.addAndGet(this, cost(item));
        if (owner != null && item instanceof Message message) {
            owner.received(1, FrameEncoder.size(message));
        }
        queue.offer(item);
    }

    /** Whether reading must stop; the pipe then says when it may go on. */
    boolean isFull() {
        if (held < HIGH && pushed - taken < maxMessages) {
            return false;
        }
        stopped = true;
        // The consumer may have made room before it could see the flag.
        if (held < LOW && hasFewMessages()) {
            stopped = false;
            return false;
        }
        return true;
    }

    private boolean hasFewMessages() {
        return pushed - taken <= maxMessages / 2;
    }

    /** Whether something waits to be asked for. */
    boolean isEmpty() {
        return held == 0;
    }

    /** How many messages and commands wait. */
    long count() {
        return Math.max(0, pushed - taken);
    }

    /** How much memory is held. */
    long octets() {
        return held;
    }

    /** From now on {@code onRoom} is also called when the pipe runs empty. */
    void watch() {
        watched = true;
    }

    /** Ends what subscribers see after the messages that are held: normally if the error is null. */
    void end(@Nullable Throwable error) {
        if (!done) {
            this.error = error;
            done = true;
            drain();
        }
    }

    void pause(boolean paused) {
        this.paused = paused;
        if (!paused) {
            drain();
        }
    }

    /** Takes everything out that nobody asked for, as wire octets in order; for a connection that is detached. */
    void takeAll(Consumer<byte[]> taker) {
        if (reader != null) {
            throw new IllegalStateException("expected no subscriber of receive(), but there is one");
        }
        for (Object item; (item = next()) != null; ) {
            Bytes wire = item instanceof Frame command
                    ? command.octets()
                    : item instanceof SubscriptionRun run ? run.octets() : FrameEncoder.encode((Message) item);
            taker.accept(wire.toByteArray());
        }
    }

    // ---- the consumer's side

    Flux<Message> messages() {
        return new Receive<>(this, false);
    }

    /** The parts of messages, and commands. */
    Flux<Frame> frames() {
        return new Receive<>(this, true);
    }

    /** Whether commands are to be pushed too: who receives messages does not see them. */
    boolean wantsCommands() {
        Reader<?> now = reader;
        return owner == null ? now != null && now.frames : owner.takesCommands();
    }

    /** Whether a socket takes everything. */
    boolean isSockets() {
        return owner != null;
    }

    /** Lets a subscriber in, if there is none. */
    boolean admit(Reader<?> subscriber) {
        return READER.compareAndSet(this, null, subscriber);
    }

    /** Has a subscriber go, if it is this one. */
    void dismiss(Reader<?> subscriber) {
        READER.compareAndSet(this, subscriber, null);
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether the caller may take out now; then it must say when it has. */
    boolean beginTaking() {
        return taking.compareAndSet(false, true);
    }

    void endTaking() {
        taking.set(false);
    }

    /**
     * The next message, or command as a {@code Frame}, or several as a {@code SubscriptionRun}; null if there is none now. One
     * thread at a time: the socket's, the one in {@link #drain()}, or the fused consumer's.
     */
    @Nullable
    Object next() {
        Object first = returned;
        if (first != null) {
            returned = null;
            TAKEN.lazySet(this, taken + 1);
            release(cost(first));
            return first;
        }
        for (; ; ) {
            Run run = current;
            if (run != null) {
                int from = cursor.position();
                Message message = cursor.next(peer);
                if (digests != null) {
                    digest = Digest.of(run.wire, from, cursor.position());
                }
                TAKEN.lazySet(this, taken + 1);
                if (!cursor.hasNext()) {
                    current = null;
                    Chunks.recycle(run.wire);
                    release(run.wire.length + ITEM_OVERHEAD);
                }
                return message;
            }
            Object item = queue.poll();
            if (item == null) {
                return null;
            }
            if (item instanceof Run fresh) {
                cursor.reset(fresh.wire, fresh.from, fresh.to);
                current = fresh;
            } else {
                if (digests != null && item instanceof Message message) {
                    digest = digests.of(message);
                }
                TAKEN.lazySet(this, taken + number(item));
                release(cost(item));
                return item;
            }
        }
    }

    /** The digest of the message that was taken last, if digests are wanted. */
    long digest() {
        return digest;
    }

    /** Has what {@link #next()} returned last be returned next. */
    void giveBack(Object item) {
        returned = item;
        TAKEN.lazySet(this, taken - 1);
        HELD.addAndGet(this, cost(item));
    }

    private void release(long octets) {
        long left = HELD.addAndGet(this, -octets);
        if (stopped && left < LOW && hasFewMessages()) {
            stopped = false;
            onRoom.run();
        } else if (watched && left == 0) {
            onRoom.run();
        }
    }

    private static long cost(Object item) {
        if (item instanceof SubscriptionRun run) {
            return run.size() + (long) ITEM_OVERHEAD;
        }
        return item instanceof Message message
                ? message.bytes() + ITEM_OVERHEAD * (1L + message.size())
                : ITEM_OVERHEAD + ((Frame) item).body().size();
    }

    private static int number(Object item) {
        return item instanceof SubscriptionRun run ? run.count() : 1;
    }

    /** Hands out what was asked for; any thread, one at a time. */
    void drain() {
        if (owner != null) {
            owner.readable();
            return;
        }
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            Reader<?> now = reader;
            if (now != null) {
                try {
                    if (now.fused) {
                        signal(now);
                    } else {
                        emit(now);
                    }
                } catch (RuntimeException | Error thrown) {
                    // Against the rules, and without a subscriber for it: it must end neither the connection nor later
                    // subscribers.
                    LOG.warn("subscriber", "a subscriber of receive() threw and is cancelled", thrown);
                    now.cancel();
                }
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void emit(Reader<?> to) {
        if (beginTaking()) { // else a fused consumer takes its last one, and drains after that
            try {
                emitAll(to);
            } finally {
                endTaking();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void emitAll(Reader<?> to) {
        CoreSubscriber<Object> actual = (CoreSubscriber<Object>) to.actual;
        long asked = to.requested;
        long given = 0;
        while (!to.cancelled && !paused) {
            boolean ended = done;
            if (given == asked) {
                if (ended && to.isEmpty()) {
                    to.finish(error);
                }
                break;
            }
            Object item = to.next();
            if (item == null) {
                if (ended) {
                    to.finish(error);
                } else {
                    NextMessage.none(actual);
                }
                break;
            }
            boolean late = to.cancelled || !NextMessage.take(actual, item);
            if (late && to.giveBack(item)) {
                break;
            }
            given++;
        }
        if (given != 0 && asked != Long.MAX_VALUE) {
            Reader.REQUESTED.addAndGet(to, -given);
        }
    }

    private void signal(Reader<?> to) {
        if (to.cancelled || paused) {
            return;
        }
        if (done) {
            to.finish(error);
        } else if (held != 0) {
            wake(to.actual);
        }
    }

    /** A fused subscriber takes null for "something is there", which no type of Reactor's says. */
    @SuppressWarnings("NullAway")
    private static void wake(CoreSubscriber<?> fused) {
        fused.onNext(null);
    }
}
