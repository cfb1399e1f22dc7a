package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.spring.listener.source.Arrival;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/**
 * What is to be done for one message. It keeps its place in its lane until the method has returned, also if it was cancelled:
 * a method that does not heed its interrupt must not make room for another one.
 */
final class Work extends BaseSubscriber<Message> {

    /** A message takes one more place for each so many octets. */
    private static final int OCTETS_PER_PLACE = 16 << 10;

    /** The stay of a thread in a method that blocks, which can be interrupted there and nowhere else. */
    static class Stay {

        private @Nullable Thread inside;
        private boolean isOver;

        /** {@return whether the method may be called: it is not over already} */
        synchronized boolean begin() {
            if (isOver) {
                return false;
            }
            inside = Thread.currentThread();
            return true;
        }

        /** The method has returned. */
        void end() {
            synchronized (this) {
                inside = null;
                if (isOver) {
                    Thread.interrupted(); // it is no matter of what the thread does next
                }
            }
        }

        /** {@return whether nobody waits for the method any more} */
        final synchronized boolean isOver() {
            return isOver;
        }

        /** Nobody waits for the method any more. */
        final synchronized void interrupt() {
            isOver = true;
            if (inside != null && inside != Thread.currentThread()) {
                inside.interrupt();
            }
        }
    }

    /** Makes the replies; null if there are none and all is done. */
    interface Handling {
        @Nullable
        Flux<Message> replies(Stay stay);
    }

    private final Lane lane;
    private final int places;
    private final @Nullable Object turn;
    private final @Nullable Caller caller;
    private final Bytes call;
    private final Handling handling;
    private final @Nullable Handling refusal;

    private static final AtomicIntegerFieldUpdater<Work> GOING =
            AtomicIntegerFieldUpdater.newUpdater(Work.class, "going");
    private static final AtomicIntegerFieldUpdater<Work> OVER =
            AtomicIntegerFieldUpdater.newUpdater(Work.class, "over");

    /** What goes on: the replies, and the method that makes them. */
    @SuppressWarnings("UnusedVariable") // read by its updater
    private volatile int going = 1;

    /** 1 if it is. */
    private volatile int over;

    private final Stay stay = new Stay() {
        @Override
        synchronized boolean begin() {
            return GOING.getAndUpdate(Work.this, now -> now == 0 ? 0 : now + 1) > 0 && (super.begin() || leave());
        }

        /** It did not begin. */
        private boolean leave() {
            ended();
            return false;
        }

        @Override
        void end() {
            super.end();
            ended();
        }
    };

    private @Nullable Arrival arrival;
    private @Nullable ListenerConsumer consumer;

    /** The one that has the next turn; guarded by the consumer. */
    @Nullable
    Work next;

    /** The list that it is in, and its neighbours there; guarded by the consumer. */
    @Nullable
    WorkList list;

    @Nullable
    Work previous;

    @Nullable
    Work following;

    /** Whether it waits, for its turn or for its lane; guarded by the consumer. */
    boolean waits;

    /** Whether there was no room for it; guarded by the consumer. */
    boolean isRefused;

    /** The worker of its lane that is with it; guarded by the consumer, except for the question whether that is this thread. */
    @Nullable
    Thread worker;

    /** Whether it was done while its worker was with it; used by that only. */
    boolean isDone;

    /** When it began, if that is measured; guarded by the consumer. */
    long since;

    /**
     * Work that has not begun.
     *
     * @param turn what it shares with all others of which one at a time is done, in the order of their coming; null for none
     * @param caller whose call it is, if that can be given up
     * @param call the id of the call
     * @param refusal makes the reply if there is no room; null where none can be made, so that reading must stop
     */
    Work(
            Lane lane,
            Message message,
            @Nullable Object turn,
            @Nullable Caller caller,
            Bytes call,
            Handling handling,
            @Nullable Handling refusal) {
        this.lane = lane;
        this.places = (int) Math.min(lane.room(), 1 + message.bytes() / OCTETS_PER_PLACE);
        this.turn = turn;
        this.caller = caller;
        this.call = call;
        this.handling = handling;
        this.refusal = refusal;
    }

    Lane lane() {
        return lane;
    }

    int places() {
        return places;
    }

    @Nullable
    Object turn() {
        return turn;
    }

    @Nullable
    Caller caller() {
        return caller;
    }

    Bytes call() {
        return call;
    }

    boolean canBeRefused() {
        return refusal != null;
    }

    /** Before it is accepted. */
    void belongsTo(ListenerConsumer owner, @Nullable Arrival came) {
        consumer = owner;
        arrival = came;
    }

    /** Does it, or refuses it. What that throws ends nothing else, even an error of the JVM. */
    void run() {
        if (over == 1) {
            return;
        }
        try {
            Flux<Message> replies = (isRefused && refusal != null ? refusal : handling).replies(stay);
            if (replies == null) {
                finish();
            } else {
                replies.subscribe(this);
            }
        } catch (Throwable thrown) {
            onError(thrown);
        }
    }

    @Override
    protected void hookOnNext(Message made) {
        Arrival to = arrival;
        if (to != null) {
            to.reply(made);
            cancel(); // one reply is enough
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        if (consumer != null) {
            consumer.failed(failure);
        }
        if (arrival != null) {
            arrival.failed(failure);
        }
    }

    @Override
    protected void hookFinally(SignalType how) {
        finish();
    }

    /** Nobody wants it any more; any thread. */
    void giveUp() {
        if (consumer != null && consumer.withdraw(this)) {
            if (arrival != null) {
                arrival.giveUp();
            }
            return;
        }
        boolean isUnfinished = OVER.compareAndSet(this, 0, 1); // before its method returns, as it was interrupted
        dispose(); // calls no hook if that comes before the subscription
        stay.interrupt();
        if (isUnfinished) {
            if (arrival != null) {
                arrival.giveUp();
            }
            ended();
        }
    }

    private void finish() {
        if (OVER.compareAndSet(this, 0, 1)) {
            if (arrival != null) {
                arrival.end();
            }
            ended();
        }
    }

    private void ended() {
        if (GOING.decrementAndGet(this) == 0 && consumer != null) {
            consumer.done(this);
        }
    }
}
