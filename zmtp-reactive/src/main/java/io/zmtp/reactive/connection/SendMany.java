package io.zmtp.reactive.connection;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Feeds a stream of messages into the outbox and completes when the last one was written.
 *
 * <p>It has up to 256 messages asked for at a time, fewer when they are large, and asks again in the emitting thread while
 * there is room; when there is none, the drain asks.
 */
final class SendMany implements CoreSubscriber<Message>, Disposable {

    private static final AtomicIntegerFieldUpdater<SendMany> DONE =
            AtomicIntegerFieldUpdater.newUpdater(SendMany.class, "done");

    /** With the quarter of the batch before that may still be on its way, never more than 256 are asked for. */
    private static final int MOST = 204;

    private static final int ENDED = 1;
    private static final int CANCELLED = 2;

    private final Outbox outbox;
    private final MonoSink<Void> sink;
    private volatile Subscription upstream = Operators.emptySubscription();
    private long received;
    private long requested;
    private int batch = 1;
    private long largest;
    /** Written by whoever asks for more before it asks, read by {@code onNext}. */
    private volatile long askAgainAt;

    private volatile int done;

    private SendMany(Outbox outbox, MonoSink<Void> sink) {
        this.outbox = outbox;
        this.sink = sink;
    }

    static Mono<Void> of(Outbox outbox, Publisher<? extends Message> messages) {
        return Mono.create(sink -> {
            SendMany stream = new SendMany(outbox, sink);
            try {
                outbox.open(stream);
            } catch (ZmtpException refused) {
                sink.error(refused);
                return;
            }
            sink.onDispose(stream);
            messages.subscribe(stream);
        });
    }

    @Override
    public Context currentContext() {
        return Context.of(sink.contextView());
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
        ask();
    }

    @Override
    public void onNext(Message message) {
        // What was on its way when somebody cancelled has left its source, and would be lost.
        if (done == ENDED) {
            return;
        }
        boolean room;
        try {
            room = outbox.push(message);
        } catch (ZmtpException refused) {
            failed(refused);
            return;
        }
        long size = FrameEncoder.size(message);
        if (size > largest) {
            largest = size;
        }
        if (++received == askAgainAt && done == 0 && (room || !outbox.awaitRoom(this))) {
            ask();
        }
    }

    /** There is room again; called by the drain. */
    void refill() {
        if (done == 0) {
            ask();
        }
    }

    private void ask() {
        long fits = largest == 0 ? 1 : Math.max(1, Outbox.LOW / largest);
        largest = largest / 2;
        batch = (int) Math.min(Math.min(batch * 2L, MOST), fits);
        requested += batch;
        askAgainAt = requested - batch / 4;
        upstream.request(batch);
    }

    @Override
    public void onError(Throwable error) {
        if (finish(ENDED)) {
            sink.error(error);
        } else {
            Operators.onErrorDropped(error, currentContext());
        }
    }

    @Override
    public void onComplete() {
        if (finish(ENDED)) {
            outbox.flush(sink);
        }
    }

    /** The connection ended first. */
    void failed(Throwable reason) {
        if (finish(ENDED)) {
            upstream.cancel();
            sink.error(reason);
        }
    }

    /** Cancelled: what was accepted is sent all the same. */
    @Override
    public void dispose() {
        if (finish(CANCELLED)) {
            upstream.cancel();
        }
    }

    @Override
    public boolean isDisposed() {
        return done != 0;
    }

    private boolean finish(int how) {
        if (!DONE.compareAndSet(this, 0, how)) {
            return false;
        }
        outbox.forget(this);
        return true;
    }
}
