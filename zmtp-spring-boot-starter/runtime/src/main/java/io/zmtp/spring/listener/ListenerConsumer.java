package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Requests messages and has them handled, a number of them at a time. While it is paused it keeps what it had requested
 * already; when it is stopped it requests no more, and is done when the last message is handled.
 */
final class ListenerConsumer {

    private final ListenerFailureLog log = new ListenerFailureLog(ListenerConsumer.class);

    private final int concurrency;
    private final Function<Message, Flux<Message>> handler;
    /** What came while it was paused. */
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();

    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final Disposable.Composite work = Disposables.composite();
    private @Nullable MessageSubscriber subscriber;
    private int requested;
    private int handling;
    private boolean paused;
    private boolean stopping;

    /**
     * A consumer that does not run yet.
     *
     * @param concurrency how many messages are handled at a time
     * @param handler emits the replies of a message, never fails
     */
    ListenerConsumer(int concurrency, Function<Message, Flux<Message>> handler) {
        this.concurrency = concurrency;
        this.handler = handler;
    }

    /** Takes messages while it is subscribed to; completes and fails as they do. What it has by then is still handled. */
    Mono<Void> consume(ZmtpSocket socket, Supplier<Flux<Message>> messages) {
        return socket instanceof RepSocket rep
                ? rep.serve(this::answer, concurrency)
                : Mono.create(end -> {
                    MessageSubscriber next = new MessageSubscriber(end);
                    end.onDispose(next);
                    messages.get().subscribe(next);
                });
    }

    private Mono<Message> answer(Message request) {
        return Mono.create(reply -> enter(
                () -> run(
                        () -> handler.apply(request)
                                .next()
                                .doOnSuccess(reply::success)
                                .doOnError(reply::error),
                        reply::error),
                0));
    }

    /**
     * Does the work for a message now, or after the pause.
     *
     * @param came how many of the requested messages that is: 1, or 0 on REP, which has no requests
     */
    private void enter(Runnable work, int came) {
        synchronized (this) {
            requested -= came;
            if (paused && !stopping) {
                held.add(work);
                return;
            }
            handling++;
        }
        work.run();
    }

    /** Handles a message. What that throws ends nothing else, even if it is an error of the JVM, which Reactor lets through. */
    private void run(Supplier<Mono<?>> handling, Consumer<Throwable> thrown) {
        AtomicBoolean over = new AtomicBoolean();
        Disposable.Swap running = Disposables.swap();
        work.add(running);
        try {
            running.update(handling.get()
                    .doFinally(end -> work.remove(running))
                    .subscribe(result -> {}, failure -> done(over, failure), () -> done(over, null)));
        } catch (Throwable failure) {
            work.remove(running);
            if (!over.get()) {
                thrown.accept(failure);
            }
            done(over, failure);
        }
    }

    /**
     * Ends what is still being handled.
     *
     * @return how many messages were not finished
     */
    int giveUp() {
        work.dispose();
        synchronized (this) {
            int unfinished = handling + held.size();
            held.clear();
            return unfinished;
        }
    }

    private void done(AtomicBoolean over, @Nullable Throwable failure) {
        if (failure != null) {
            log.error("message", "A ZMTP listener could not handle a message", failure);
        }
        if (over.getAndSet(true)) {
            return;
        }
        synchronized (this) {
            handling--;
            if (stopping && handling == 0 && held.isEmpty()) {
                finished.tryEmitEmpty();
            }
        }
        requestMore();
    }

    /** Requests as many messages as can be handled now. */
    private void requestMore() {
        MessageSubscriber from;
        int room;
        synchronized (this) {
            from = subscriber;
            room = stopping || from == null ? 0 : concurrency - handling - held.size() - requested;
            requested += Math.max(0, room);
        }
        if (from != null && room > 0) {
            from.request(room);
        }
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized boolean isPaused() {
        return paused;
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        runHeld();
    }

    private void runHeld() {
        while (true) {
            Runnable next;
            synchronized (this) {
                next = held.poll();
                if (next == null) {
                    return;
                }
                handling++;
            }
            next.run();
        }
    }

    /**
     * Requests no more.
     *
     * @return completes when all that came is handled
     */
    Mono<Void> stop() {
        MessageSubscriber last;
        synchronized (this) {
            stopping = true;
            last = subscriber;
        }
        if (last != null) {
            last.cancel();
        }
        runHeld();
        synchronized (this) {
            if (handling == 0) {
                finished.tryEmitEmpty();
            }
        }
        return finished.asMono();
    }

    private final class MessageSubscriber extends BaseSubscriber<Message> {

        private final MonoSink<Void> end;

        MessageSubscriber(MonoSink<Void> end) {
            this.end = end;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            synchronized (ListenerConsumer.this) {
                subscriber = this;
                requested = 0;
            }
            requestMore();
        }

        @Override
        protected void hookOnNext(Message message) {
            enter(() -> run(() -> handler.apply(message).then(), thrown -> {}), 1);
        }

        @Override
        protected void hookOnComplete() {
            leave();
            end.success();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            leave();
            end.error(failure);
        }

        private void leave() {
            synchronized (ListenerConsumer.this) {
                subscriber = null;
            }
        }
    }
}
