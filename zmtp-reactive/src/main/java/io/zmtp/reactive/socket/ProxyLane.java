package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** One way of a proxy: has one message in hand at most, from asking for it until it was accepted. */
final class ProxyLane extends BaseSubscriber<Message> {

    private final ZmtpProxy proxy;
    private final Receiver from;
    private final Sender to;

    /** It came, and was not sent yet: while the proxy is paused. */
    private final AtomicReference<@Nullable Message> inHand = new AtomicReference<>();

    /** Whether there is nothing in hand, and nothing was asked for. */
    private final AtomicBoolean idle = new AtomicBoolean();

    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    ProxyLane(ZmtpProxy proxy, Receiver from, Sender to) {
        this.proxy = proxy;
        this.from = from;
        this.to = to;
    }

    void start() {
        from.receive().subscribe(this);
    }

    ZmtpProxy.Traffic traffic() {
        return new ZmtpProxy.Traffic(messages.sum(), bytes.sum(), dropped.sum());
    }

    /** Does what is next, unless the proxy is paused. */
    void go() {
        if (proxy.paused && !proxy.ended) {
            return;
        }
        Message message = inHand.getAndSet(null);
        if (message != null) {
            to.send(message).subscribe(nothing -> {}, failure -> refused(message, failure), () -> accepted(message));
        } else if (idle.compareAndSet(true, false)) {
            request(1);
        }
    }

    private void next() {
        idle.set(true);
        go();
    }

    private void accepted(Message message) {
        messages.increment();
        bytes.add(message.bytes());
        proxy.capture.apply(message).subscribe(nothing -> {}, proxy::fail, this::next);
    }

    /** Nobody has it: because of the message, or its peer, or because the socket is closed. */
    private void refused(Message message, Throwable failure) {
        boolean open = to instanceof ZmtpSocket socket && !socket.isDisposed();
        if (failure instanceof ZmtpSendException || (failure instanceof ZmtpClosedException && open)) {
            dropped.increment();
            if (to instanceof ZmtpSocket socket) {
                boolean left = failure instanceof ZmtpClosedException;
                socket.dropped(null, null, left ? DropReason.PEER_GONE : DropReason.UNROUTABLE, message, 1);
            }
            next();
        } else {
            proxy.fail(failure);
        }
    }

    void end() {
        cancel();
        go();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        next();
    }

    @Override
    protected void hookOnNext(Message message) {
        inHand.set(message);
        go();
    }

    @Override
    protected void hookOnComplete() {
        proxy.dispose();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        proxy.fail(failure);
    }
}
