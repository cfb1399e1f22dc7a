package io.zmtp.reactive.pipe;

import io.zmtp.reactive.ZmtpException;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** The cold {@code Mono} of one send: completes when the send queue has accepted its item. */
final class SendOne extends Mono<Void> {

    private final SendQueue sendQueue;
    private final Object item;

    SendOne(SendQueue sendQueue, Object item) {
        this.sendQueue = sendQueue;
        this.item = item;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        try {
            if (sendQueue.offer(item)) {
                sendQueue.reportEarlier();
                Operators.complete(actual);
                return;
            }
        } catch (ZmtpException refused) {
            Operators.error(actual, refused);
            return;
        }
        Parked sender = new Parked(sendQueue, item, actual);
        actual.onSubscribe(sender);
        try {
            if (sendQueue.acceptOrPark(sender)) {
                sender.accepted();
            }
        } catch (ZmtpException refused) {
            sender.failed(refused);
        }
    }

    /** A sender that waits for room. The send queue decides under its lock what becomes of it. */
    static final class Parked implements Revocable {

        private final SendQueue sendQueue;
        private final CoreSubscriber<? super Void> actual;

        /** What to send; null once it was cancelled. Written under the send queue's lock. */
        volatile @Nullable Object item;

        Parked(SendQueue sendQueue, Object item, CoreSubscriber<? super Void> actual) {
            this.sendQueue = sendQueue;
            this.item = item;
            this.actual = actual;
        }

        /** A message whose sender has gone, and which is sent all the same. */
        static Parked withoutSender(SendQueue sendQueue, Object item) {
            return new Parked(sendQueue, item, new BaseSubscriber<Void>() {
                @Override
                protected void hookOnError(Throwable why) {
                    sendQueue.refused(item, why);
                }
            });
        }

        void accepted() {
            actual.onComplete();
        }

        /** It is out of the queue; silent if it has cancelled, perhaps because of another one's failure. */
        void failed(Throwable reason) {
            if (item != null) {
                actual.onError(reason);
            }
        }

        @Override
        public void request(long n) {
            Operators.validate(n);
        }

        @Override
        public void cancel() {
            sendQueue.cancel(this);
        }

        @Override
        public boolean revoke() {
            return sendQueue.revoke(this);
        }
    }
}
