package io.zmtp.reactive.pipe;

import io.zmtp.reactive.ZmtpException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** The cold {@code Mono} of one send: completes when the intake has accepted its item. */
final class SendOne extends Mono<Void> {

    private final Intake intake;
    private final Object item;

    SendOne(Intake intake, Object item) {
        this.intake = intake;
        this.item = item;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        try {
            if (intake.offer(item)) {
                Operators.complete(actual);
                return;
            }
        } catch (ZmtpException refused) {
            Operators.error(actual, refused);
            return;
        }
        Parked sender = new Parked(intake, item, actual);
        actual.onSubscribe(sender);
        try {
            if (!intake.park(sender)) {
                sender.accepted();
            }
        } catch (ZmtpException refused) {
            if (sender.leave()) {
                sender.failed(refused);
            }
        }
    }

    /** A sender that waits for room. Whoever wins {@link #leave()} decides what becomes of it. */
    static final class Parked implements Subscription {

        private static final AtomicIntegerFieldUpdater<Parked> LEFT =
                AtomicIntegerFieldUpdater.newUpdater(Parked.class, "left");

        private final Intake intake;
        private final CoreSubscriber<? super Void> actual;
        private volatile @Nullable Object item;

        @SuppressWarnings("UnusedVariable") // through LEFT
        private volatile int left;

        Parked(Intake intake, Object item, CoreSubscriber<? super Void> actual) {
            this.intake = intake;
            this.item = item;
            this.actual = actual;
        }

        /** A message whose sender has gone, and which is sent all the same. */
        static Parked withoutSender(Intake intake, Object item) {
            return new Parked(intake, item, new BaseSubscriber<Void>() {
                @Override
                protected void hookOnError(Throwable why) {
                    intake.refused(item, why);
                }
            });
        }

        boolean leave() {
            return LEFT.compareAndSet(this, 0, 1);
        }

        /** What to send; null once it was cancelled. */
        @Nullable
        Object peek() {
            return item;
        }

        /** What to send; only for the one who made it leave. */
        Object item() {
            Object taken = item;
            if (taken == null) {
                throw new IllegalStateException("cancelled");
            }
            return taken;
        }

        void accepted() {
            actual.onComplete();
        }

        void failed(Throwable reason) {
            actual.onError(reason);
        }

        @Override
        public void request(long n) {
            Operators.validate(n);
        }

        @Override
        public void cancel() {
            if (leave()) {
                item = null;
                intake.forget(this);
            }
        }
    }
}
