package io.zmtp.reactive.transport.ws;

import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/** The frames that a channel writes, as they are asked for, and then its farewell. */
final class OutgoingFrames extends Flux<WebSocketFrame> implements Subscription {

    /** How long a peer may take for what was written before the farewell. */
    private static final long FAREWELL_SECONDS = 2;

    private static final AtomicLongFieldUpdater<OutgoingFrames> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(OutgoingFrames.class, "requested");

    private final Runnable onRequest;
    private final Runnable onCancel;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile long requested;
    private volatile @Nullable WebSocketFrame farewell;
    private volatile boolean ended;
    private volatile @Nullable CoreSubscriber<? super WebSocketFrame> subscriber;

    /** Makes one; both are called on any thread. */
    OutgoingFrames(Runnable onRequest, Runnable onCancel) {
        this.onRequest = onRequest;
        this.onCancel = onCancel;
    }

    @Override
    public void subscribe(CoreSubscriber<? super WebSocketFrame> actual) {
        if (subscribed.compareAndSet(false, true)) {
            subscriber = actual;
            actual.onSubscribe(this);
        } else {
            Operators.error(actual, new IllegalStateException("expected one subscriber, but there is another"));
        }
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count)) {
            Operators.addCap(REQUESTED, this, count);
            if (ended) {
                finish();
            } else {
                onRequest.run();
            }
        }
    }

    @Override
    public void cancel() {
        if (done.compareAndSet(false, true)) {
            onCancel.run();
            release();
        }
    }

    /** Whether a frame may be emitted. */
    boolean isWanted() {
        return requested > 0 && !done.get();
    }

    /** Emits a frame that is wanted. */
    void emit(WebSocketFrame frame) {
        CoreSubscriber<? super WebSocketFrame> actual = subscriber;
        if (actual == null || done.get()) {
            frame.release();
            return;
        }
        Operators.produced(REQUESTED, this, 1);
        actual.onNext(frame);
    }

    /** Nothing more is emitted but this, if it is something. */
    void end(@Nullable WebSocketFrame last) {
        farewell = last;
        ended = true;
        if (done.get()) {
            release();
            return;
        }
        finish();
        if (!done.get()) {
            Schedulers.parallel().schedule(this::give, FAREWELL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void finish() {
        CoreSubscriber<? super WebSocketFrame> actual = subscriber;
        WebSocketFrame last = farewell;
        if (actual != null && (last == null || requested > 0) && done.compareAndSet(false, true)) {
            farewell = null;
            if (last != null) {
                actual.onNext(last);
            }
            actual.onComplete();
        }
    }

    /** The peer does not take what was written: it is to be cut off. */
    private void give() {
        if (done.compareAndSet(false, true)) {
            release();
            CoreSubscriber<? super WebSocketFrame> actual = subscriber;
            if (actual != null) {
                actual.onError(new IOException(
                        "expected the peer to take a CLOSE within " + FAREWELL_SECONDS + " s, but it did not"));
            }
        }
    }

    private synchronized void release() {
        WebSocketFrame last = farewell;
        farewell = null;
        if (last != null) {
            last.release();
        }
    }
}
