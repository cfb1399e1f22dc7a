package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.NextMessage;
import io.zmtp.reactive.monitor.PacedLog;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * What a socket receives: its pipes, merged fairly, one message of each in turn, by whichever thread asks or brings
 * something. Nothing is taken out of a pipe that was not asked for.
 */
final class Inbox {

    /** What the socket makes of an item of a pipe's. */
    interface Reader {

        /** The message to hand out; null if this one is not for the application. Called by one thread at a time. */
        @Nullable
        Message read(Pipe pipe, Object item);
    }

    private static final PacedLog LOG = new PacedLog(Inbox.class);

    private final FairQueue queue;
    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicReference<@Nullable Taker> taker = new AtomicReference<>();

    /** Taken, and not handed out, because the subscriber had cancelled meanwhile; the draining thread's own. */
    private @Nullable Message returned;

    private volatile boolean done;

    Inbox(ZmtpSocket socket, Reader reader) {
        this.queue = new FairQueue(socket, reader);
    }

    /** Where the pipes are. */
    FairQueue queue() {
        return queue;
    }

    /** Something came in a pipe, or its end. */
    void readable(Pipe pipe) {
        queue.arrived(pipe);
        drain();
    }

    /** The socket is closed. */
    void end() {
        done = true;
        drain();
    }

    Flux<Message> messages() {
        return new Messages(this);
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            queue.tidy();
            Taker now = taker.get();
            if (now != null) {
                try {
                    emit(now);
                } catch (RuntimeException | Error thrown) {
                    // Against the rules, and nobody to tell: it must end neither the socket nor later subscribers.
                    LOG.warn("subscriber", "a subscriber of receive() threw and is cancelled", thrown);
                    now.cancel();
                }
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void emit(Taker to) {
        long asked = to.requested;
        long given = 0;
        while (!to.cancelled && !done && given < asked) {
            Message message = returned == null ? queue.next() : returned;
            returned = null;
            if (message == null) {
                break;
            }
            if (to.cancelled || !NextMessage.take(to.actual, message)) {
                returned = message; // the next one's
                break;
            }
            given++;
        }
        if (given != 0 && asked != Long.MAX_VALUE) {
            Taker.REQUESTED.addAndGet(to, -given);
        }
        if (done && !to.cancelled) {
            taker.compareAndSet(to, null);
            to.cancelled = true;
            to.actual.onComplete();
        }
    }

    /** What {@code receive()} returns. */
    private static final class Messages extends Flux<Message> {

        private final Inbox inbox;

        Messages(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Message> actual) {
            Taker taker = new Taker(inbox, actual);
            if (!inbox.taker.compareAndSet(null, taker)) {
                Operators.error(
                        actual,
                        new IllegalStateException("expected one subscriber, but somebody receives already:"
                                + " use publish() or share() to have more"));
                return;
            }
            actual.onSubscribe(taker);
            inbox.drain();
        }
    }

    /** The one subscription. */
    private static final class Taker implements Subscription {

        static final AtomicLongFieldUpdater<Taker> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(Taker.class, "requested");

        final Inbox inbox;
        final CoreSubscriber<? super Message> actual;
        volatile long requested;
        volatile boolean cancelled;

        Taker(Inbox inbox, CoreSubscriber<? super Message> actual) {
            this.inbox = inbox;
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                Operators.addCap(REQUESTED, this, n);
                inbox.drain();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            inbox.taker.compareAndSet(this, null);
        }
    }
}
