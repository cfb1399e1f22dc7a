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
 * Takes messages and holds a number of them at a time until each is handled. Paused, it holds what it had asked for
 * already; stopped, it takes no more and ends when its hand is empty.
 */
final class Hand {

    private final FailureLog log = new FailureLog(Hand.class);

    private final int most;
    private final Function<Message, Flux<Message>> handler;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final Sinks.Empty<Void> empty = Sinks.empty();
    private final Disposable.Composite work = Disposables.composite();
    private @Nullable Taker taker;
    private int asked;
    private int handling;
    private boolean paused;
    private boolean stopping;

    /**
     * A hand.
     *
     * @param most how many messages it holds
     * @param handler emits the replies of a message, never fails
     */
    Hand(int most, Function<Message, Flux<Message>> handler) {
        this.most = most;
        this.handler = handler;
    }

    /** Takes messages while it is subscribed to; completes and fails as they do. What is in the hand stays there. */
    Mono<Void> take(ZmtpSocket socket, Supplier<Flux<Message>> messages) {
        return socket instanceof RepSocket rep
                ? rep.serve(this::answer, most)
                : Mono.create(end -> {
                    Taker next = new Taker(end);
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

    /** Does work now, or after the pause; so many of the messages that were asked for have come with it. */
    private void enter(Runnable work, int came) {
        synchronized (this) {
            asked -= came;
            if (paused && !stopping) {
                held.add(work);
                return;
            }
            handling++;
        }
        work.run();
    }

    /** Handles a message. Whatever that throws ends nothing else: not even errors of the JVM, which Reactor lets through. */
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
     * @return how many messages that concerns
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
                empty.tryEmitEmpty();
            }
        }
        ask();
    }

    /** Asks for as many messages as the hand has room for. */
    private void ask() {
        Taker from;
        int room;
        synchronized (this) {
            from = taker;
            room = stopping || from == null ? 0 : most - handling - held.size() - asked;
            asked += Math.max(0, room);
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
     * Takes no more.
     *
     * @return completes when the hand is empty
     */
    Mono<Void> stop() {
        Taker last;
        synchronized (this) {
            stopping = true;
            last = taker;
        }
        if (last != null) {
            last.cancel();
        }
        runHeld();
        synchronized (this) {
            if (handling == 0) {
                empty.tryEmitEmpty();
            }
        }
        return empty.asMono();
    }

    private final class Taker extends BaseSubscriber<Message> {

        private final MonoSink<Void> end;

        Taker(MonoSink<Void> end) {
            this.end = end;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            synchronized (Hand.this) {
                taker = this;
                asked = 0;
            }
            ask();
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
            synchronized (Hand.this) {
                taker = null;
            }
        }
    }
}
