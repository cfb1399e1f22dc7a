package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Feeds a stream of messages into a send queue and completes when the last one was accepted, or written, as that says.
 *
 * <p>It has up to 256 messages asked for at a time, fewer when they are large, and asks again in the emitting thread while
 * there is room; when there is none, the drain asks. A source that has a queue of its own (fusion) is polled in the same
 * threads, and what was polled is pushed together: one that has all its messages at hand, and one into which they come by and
 * by, such as a sink, if polling it runs no code of the application.
 */
final class SendMany implements CoreSubscriber<Message>, Disposable {

    private static final AtomicIntegerFieldUpdater<SendMany> DONE =
            AtomicIntegerFieldUpdater.newUpdater(SendMany.class, "done");

    /** With the quarter of the batch before that may still be on its way, never more than 256 are asked for. */
    private static final int MAX_BATCH = 204;

    /** Asked for at a time, in octets, judged by the largest message of late. */
    private static final int BATCH_BYTES = 128 * 1024;

    private static final int ENDED = 1;
    private static final int CANCELLED = 2;

    private final SendQueue sendQueue;
    private final Context context;

    /** The subscriber; null once it has cancelled, or been signalled. */
    private volatile @Nullable MonoSink<Void> sink;

    private volatile Subscription upstream = Operators.emptySubscription();

    /** The same, if it is polled. */
    private @Nullable Queue<? extends Message> source;

    /** How: of {@link Fuseable}. */
    private int fusion = Fuseable.NONE;

    /** Whether nothing more comes into the source: from the start, if it has its messages at hand. */
    private volatile boolean isSourceComplete;

    /** Why that is so, if it has failed. */
    private @Nullable Throwable sourceFailure;

    /** How often somebody wanted to pump since the thread that pumps has begun. */
    private final AtomicInteger pumping = new AtomicInteger();

    // Used by that thread only: what was polled and is to be pushed, and how much more may be polled.
    private Message[] polled = {};
    private long credit = 1; // the first one waits here, if there is no room

    private long received;
    private long requested;
    private int batch = 1;
    private long largest;
    /** Written by the thread that asks for more, before it asks; read by {@code onNext}. */
    private volatile long askAgainAt;

    private volatile int done;

    /** Came when there was no room, no more than were asked for; guarded by the send queue. */
    final ArrayDeque<Message> held = new ArrayDeque<>(0);

    /** Whether it wanted to ask for more when there was no room; guarded by the send queue. */
    boolean asks;

    /** Whether its last message has come, and perhaps not been accepted yet. */
    private volatile boolean completing;

    /** Whether nobody waits for it any more. */
    private volatile boolean left;

    private SendMany(SendQueue sendQueue, MonoSink<Void> sink) {
        this.sendQueue = sendQueue;
        this.sink = sink;
        this.context = Context.of(sink.contextView());
    }

    static Mono<Void> of(SendQueue sendQueue, Publisher<? extends Message> messages) {
        return Shield.each(Mono.create(sink -> {
            SendMany stream = new SendMany(sendQueue, sink);
            try {
                sendQueue.open(stream);
            } catch (ZmtpException refused) {
                sink.error(refused);
                return;
            }
            sink.onDispose(stream);
            messages.subscribe(stream);
        }));
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (!Operators.validate(upstream == Operators.emptySubscription() ? null : upstream, subscription)) {
            return;
        }
        upstream = subscription;
        if (done != 0) {
            subscription.cancel();
            return;
        }
        if (subscription instanceof Fuseable.QueueSubscription<?> fuseable) {
            fuse(fuseable);
        }
        isSourceComplete = fusion == Fuseable.SYNC;
        if (fusion == Fuseable.ASYNC) {
            subscription.request(Long.MAX_VALUE); // how much comes is up to the polling
        } else {
            ask(1);
        }
    }

    private void fuse(Fuseable.QueueSubscription<?> subscription) {
        fusion = subscription.requestFusion(Fuseable.SYNC);
        if (fusion == Fuseable.NONE) {
            // Not publishOn: what is before it, such as a blocking iterator, would run where it is polled.
            boolean isScheduled = isScheduled(Scannable.from(subscription));
            fusion = isScheduled ? Fuseable.NONE : subscription.requestFusion(Fuseable.ASYNC | Fuseable.THREAD_BARRIER);
        }
        if (fusion != Fuseable.NONE) {
            @SuppressWarnings("unchecked") // it is what we subscribed to
            Queue<? extends Message> messages = (Queue<? extends Message>) subscription;
            source = messages;
            polled = new Message[MAX_BATCH];
        }
    }

    /** Whether a source, or one before it, emits on a scheduler. */
    private static boolean isScheduled(Scannable source) {
        return Stream.concat(Stream.of(source), source.parents())
                .anyMatch(each -> each.scan(Scannable.Attr.RUN_ON) != null);
    }

    /**
     * Takes the next message.
     *
     * @param message null if there is something to poll
     */
    @Override
    public void onNext(@Nullable Message message) {
        Queue<? extends Message> messages = source;
        if (messages != null) {
            pump(messages);
            return;
        }
        // What was on its way when somebody cancelled has left its source, and would be lost.
        if (message == null || done == ENDED) {
            return;
        }
        try {
            sendQueue.push(this, message);
        } catch (ZmtpException refused) {
            failed(refused);
            return;
        }
        measure(message);
        if (++received == askAgainAt && done == 0) {
            long room = sendQueue.room(this);
            if (room > 0) {
                ask(room);
            }
        }
    }

    private void measure(Message message) {
        long size = FrameEncoder.size(message);
        if (size > largest) {
            largest = size;
        }
    }

    /** There is room again for one who found none when it wanted to ask. */
    void refill(long room) {
        if (done == 0) {
            ask(room);
        }
    }

    private void ask(long room) {
        Queue<? extends Message> messages = source;
        if (messages != null) {
            pump(messages);
            return;
        }
        next(room);
        requested += batch;
        askAgainAt = requested - batch / 4;
        upstream.request(batch);
    }

    /** Decides for how many messages to ask. */
    private void next(long room) {
        long fits = largest == 0 ? 1 : Math.max(1, BATCH_BYTES / largest);
        largest = largest / 2;
        batch = (int) Math.min(Math.min(batch * 2L, MAX_BATCH), Math.min(fits, room));
    }

    /** Polls and pushes while there is room; any thread, of which one works for all. */
    private void pump(Queue<? extends Message> messages) {
        if (pumping.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            boolean goesOn = true;
            while (goesOn && done == 0) {
                goesOn = pumpOnce(messages);
            }
            if (done != 0) {
                discard(messages);
            }
            seen = pumping.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Returns whether there may be more to poll, and room for it. */
    private boolean pumpOnce(Queue<? extends Message> messages) {
        boolean isLast = isSourceComplete; // first: what comes before that is in the queue
        if (credit == 0) {
            long room = sendQueue.room(this);
            if (room <= 0) {
                // Its end needs no room. One with its messages at hand is not asked: there was more when it was polled
                // last.
                if (isLast && fusion == Fuseable.ASYNC && messages.isEmpty()) {
                    end();
                }
                return false;
            }
            next(room);
            credit = batch;
        }
        int count = 0;
        Throwable failure = null;
        boolean more = true;
        try {
            while (more && count < credit && done == 0) {
                Message message = messages.poll();
                more = message != null;
                if (message != null) {
                    measure(message);
                    polled[count++] = message;
                }
            }
            more = more && !messages.isEmpty();
        } catch (Throwable thrown) {
            failure = Operators.onOperatorError(upstream, thrown, currentContext());
        }
        credit -= count;
        try {
            push(count); // also when cancelled meanwhile: they have left their source
        } catch (RuntimeException refused) { // or nobody would pump any more
            failed(refused);
            return false;
        }
        if (failure != null) {
            endWith(failure);
        } else if (isLast && !more) {
            end();
        }
        return more;
    }

    private void push(int count) {
        if (count > 0) {
            try {
                sendQueue.push(this, polled, count);
            } finally {
                Arrays.fill(polled, 0, count, null); // a stream may wait long for more
            }
        }
    }

    private void end() {
        Throwable failure = sourceFailure;
        if (failure == null) {
            endInOrder();
        } else {
            sourceFailure = null;
            endWith(failure);
        }
    }

    /** It was cancelled, or has failed, before its source ended. */
    private void discard(Queue<? extends Message> messages) {
        if (!completing && fusion == Fuseable.ASYNC) {
            messages.clear();
        }
        Throwable late = sourceFailure;
        if (isSourceComplete && late != null) {
            sourceFailure = null;
            Operators.onErrorDropped(late, currentContext());
        }
    }

    @Override
    public void onError(Throwable error) {
        Queue<? extends Message> messages = source;
        if (messages == null) {
            endWith(error);
        } else {
            sourceFailure = error;
            isSourceComplete = true;
            pump(messages);
        }
    }

    private void endWith(Throwable error) {
        if (finish(ENDED)) {
            fail(error);
        } else {
            Operators.onErrorDropped(error, currentContext());
        }
    }

    @Override
    public void onComplete() {
        Queue<? extends Message> messages = source;
        if (messages == null) {
            endInOrder();
        } else {
            isSourceComplete = true;
            pump(messages);
        }
    }

    private void endInOrder() {
        completing = true;
        if (finish(ENDED)) {
            sendQueue.complete(this);
        }
    }

    /** What it held was accepted after its end. */
    void drained() {
        if (completing) {
            accepted();
        }
    }

    /** Its last message was accepted. */
    void accepted() {
        MonoSink<Void> waiting = sink;
        if (waiting != null) {
            sendQueue.accepted(waiting);
        }
    }

    private void fail(Throwable reason) {
        MonoSink<Void> waiting = sink;
        if (waiting != null) {
            waiting.error(reason);
        }
    }

    /** The send queue ended first. */
    void failed(Throwable reason) {
        if (finish(ENDED)) {
            cancelSource();
            fail(reason);
        } else if (completing) {
            fail(reason);
        }
    }

    /** Cancelled, or over: what has left its source is sent all the same. */
    @Override
    public void dispose() {
        if (finish(CANCELLED)) {
            cancelSource();
        }
        sink = null;
        left = true;
        sendQueue.leave(this);
    }

    private void cancelSource() {
        upstream.cancel();
        Queue<? extends Message> messages = source;
        if (messages != null) {
            pump(messages); // the thread that polls a queue clears it too
        }
    }

    /** Whether nobody waits for it any more: what it still brings is sent, in turn. */
    boolean isLeft() {
        return left;
    }

    @Override
    public boolean isDisposed() {
        return done != 0;
    }

    private boolean finish(int how) {
        if (!DONE.compareAndSet(this, 0, how)) {
            return false;
        }
        sendQueue.forget(this);
        return true;
    }
}
