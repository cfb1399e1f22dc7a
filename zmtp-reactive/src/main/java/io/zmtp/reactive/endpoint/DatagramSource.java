package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.PipeOwner;
import io.zmtp.reactive.transport.DatagramReceiver;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;

/** Datagrams that come, for a DISH. */
final class DatagramSource extends DatagramPipe {

    private final DatagramReceiver receiver;
    private volatile Fuseable.@Nullable QueueSubscription<Message> queue;
    private long reported;

    DatagramSource(PipeOwner owner, DatagramReceiver receiver) {
        super(owner, receiver.endpoint());
        this.receiver = receiver;
    }

    void start() {
        receiver.onRefused(datagram -> owner.unlocked(() -> owner.dropped(this, DropReason.MALFORMED, datagram, 1)));
        receiver.receive().subscribe(new Reading());
    }

    /** Hears that something came; the socket takes it out when it is asked for. */
    private final class Reading implements CoreSubscriber<Message> {

        @Override
        @SuppressWarnings("unchecked")
        public void onSubscribe(Subscription subscription) {
            Fuseable.QueueSubscription<Message> fused = (Fuseable.QueueSubscription<Message>) subscription;
            if (fused.requestFusion(Fuseable.ASYNC) != Fuseable.ASYNC) {
                throw new IllegalStateException("expected a queue");
            }
            queue = fused;
            fused.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(@Nullable Message nothing) {
            owner.readable(DatagramSource.this);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }

    @Override
    public @Nullable Object poll() {
        Fuseable.QueueSubscription<Message> now = queue;
        Message message = now == null ? null : now.poll();
        long dropped = receiver.dropped();
        if (message != null && dropped > reported) {
            owner.dropped(this, DropReason.QUEUE_FULL, message, dropped - reported);
            reported = dropped;
        }
        return message;
    }

    @Override
    public boolean isEmpty() {
        Fuseable.QueueSubscription<Message> now = queue;
        return now == null || now.isEmpty();
    }

    @Override
    public long received() {
        Fuseable.QueueSubscription<Message> now = queue;
        return now == null ? 0 : now.size();
    }

    @Override
    public void drop() {
        receiver.dispose();
    }
}
