package io.zmtp.reactive.connection;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Frame;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The messages or frames of one connection, for one subscriber at a time, which reads by its demand. */
final class Receive<T> extends Flux<T> implements Fuseable {

    private final InboundPipe pipe;
    private final boolean frames;

    Receive(InboundPipe pipe, boolean frames) {
        this.pipe = pipe;
        this.frames = frames;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Reader<T> reader = new Reader<>(pipe, frames, actual);
        if (pipe.isSockets()) {
            Operators.error(
                    actual,
                    new IllegalStateException(
                            "expected receive() of the socket, but this is one of its connections, which it reads itself"));
            return;
        }
        if (!pipe.admit(reader)) {
            Operators.error(
                    actual,
                    new IllegalStateException("expected one subscriber of receive(), but there is one already:"
                            + " use publish() or share() to have more"));
            return;
        }
        actual.onSubscribe(reader);
        pipe.drain();
    }

    /** The one subscription. */
    static final class Reader<T> implements Fuseable.QueueSubscription<T> {

        @SuppressWarnings("rawtypes")
        static final AtomicLongFieldUpdater<Reader> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(Reader.class, "requested");

        final InboundPipe pipe;
        final boolean frames;
        final CoreSubscriber<? super T> actual;
        volatile long requested;
        volatile boolean cancelled;
        volatile boolean fused;
        private volatile boolean finished;

        /** The message whose parts are handed out as frames now. */
        private @Nullable Message opened;

        /** The index of its next part. */
        private int part;

        /** The message of the last frame that was handed out; null if that was a command. */
        private @Nullable Message last;

        Reader(InboundPipe pipe, boolean frames, CoreSubscriber<? super T> actual) {
            this.pipe = pipe;
            this.frames = frames;
            this.actual = actual;
        }

        @Override
        public int requestFusion(int mode) {
            if ((mode & Fuseable.ASYNC) == 0) {
                return Fuseable.NONE;
            }
            fused = true;
            return Fuseable.ASYNC;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                Operators.addCap(REQUESTED, this, n);
                if (!fused) {
                    pipe.drain();
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            pipe.dismiss(this);
        }

        /** The next message, or the next frame; nothing is taken that is not handed out, but the rest of a message. */
        @Nullable
        Object next() {
            Message whole = opened;
            if (whole == null) {
                Object item = pipe.next();
                while (item instanceof Frame && !frames) {
                    item = pipe.next(); // a command that came for a subscriber of frames before
                }
                if (!frames) {
                    return item;
                }
                if (!(item instanceof Message fresh)) {
                    last = null;
                    return item;
                }
                last = fresh;
                whole = fresh;
                part = 0;
            }
            boolean more = part < whole.size() - 1;
            opened = more ? whole : null;
            return Frame.of(whole.part(part++), more);
        }

        /**
         * Gives back what {@link #next()} returned last, for the next one.
         *
         * @return false for a further part of a message, whose begin has been handed out
         */
        boolean giveBack(Object item) {
            Message whole = last;
            if (whole == null) {
                pipe.giveBack(item);
                return true;
            }
            if (part > 1) {
                return false;
            }
            opened = null;
            pipe.giveBack(whole);
            return true;
        }

        @SuppressWarnings("unchecked")
        @Override
        public @Nullable T poll() {
            // Some operators poll once more after they cancelled, and throw away what they get.
            if (cancelled || (pipe.isPaused() && !finished) || !pipe.beginTaking()) {
                return null;
            }
            T item = (T) next();
            if (item != null && cancelled && giveBack(item)) {
                item = null;
            }
            pipe.endTaking();
            if (cancelled) {
                pipe.drain(); // the next subscriber may have found this one still reading
            } else if (item == null && finished) {
                clear();
            }
            return item;
        }

        @Override
        public int size() {
            return isEmpty() ? 0 : 1;
        }

        @Override
        public boolean isEmpty() {
            return opened == null && pipe.isEmpty();
        }

        /** What is left stays for the next one. */
        @Override
        public void clear() {
            pipe.dismiss(this);
        }

        void finish(@Nullable Throwable error) {
            if (finished || cancelled) {
                return;
            }
            finished = true;
            if (!fused || pipe.isEmpty()) {
                pipe.dismiss(this);
            }
            if (error == null) {
                actual.onComplete();
            } else {
                actual.onError(error);
            }
        }
    }
}
