package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Fuseable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Feeds a stream of messages into a send queue and completes when the last one was accepted, or written, as that says.
 *
 * <p>It has up to 256 messages asked for at a time, fewer when they are large, and asks again in the emitting thread while
 * there is room; when there is none, the drain asks. A source that has its messages at hand (synchronous fusion) is
 * polled in the same threads, and what was polled is pushed together.
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
    /** The same, if its messages are at hand. */
    private @Nullable Queue<? extends Message> source;
    /** What was polled and is to be pushed. */
    private Message[] polled = {};

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
        if (subscription instanceof Fuseable.QueueSubscription<?> fuseable
                && fuseable.requestFusion(Fuseable.SYNC) == Fuseable.SYNC) {
            @SuppressWarnings("unchecked") // it is what we subscribed to
            Queue<? extends Message> messages = (Queue<? extends Message>) fuseable;
            source = messages;
            polled = new Message[MAX_BATCH];
        }
        ask(1);
    }

    @Override
    public void onNext(Message message) {
        // What was on its way when somebody cancelled has left its source, and would be lost.
        if (done == ENDED) {
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
            pump(messages, room);
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

    /** Polls and pushes while there is room. */
    private void pump(Queue<? extends Message> messages, long firstRoom) {
        for (long room = firstRoom; room > 0 && done == 0; room = sendQueue.room(this)) {
            next(room);
            int count = 0;
            Throwable failure = null;
            boolean more = true;
            try {
                while (more && count < batch && done == 0) {
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
            try {
                sendQueue.push(this, polled, count); // also when cancelled meanwhile: they have left their source
            } catch (ZmtpException refused) {
                failed(refused);
                return;
            }
            if (failure != null) {
                onError(failure);
                return;
            }
            if (!more) {
                onComplete();
                return;
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        if (finish(ENDED)) {
            fail(error);
        } else {
            Operators.onErrorDropped(error, currentContext());
        }
    }

    @Override
    public void onComplete() {
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
            upstream.cancel();
            fail(reason);
        } else if (completing) {
            fail(reason);
        }
    }

    /** Cancelled, or over: what has left its source is sent all the same. */
    @Override
    public void dispose() {
        if (finish(CANCELLED)) {
            upstream.cancel();
        }
        sink = null;
        left = true;
        sendQueue.leave(this);
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
