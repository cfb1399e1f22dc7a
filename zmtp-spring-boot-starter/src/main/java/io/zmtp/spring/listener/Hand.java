package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayDeque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Takes messages and holds a number of them at a time until each is handled. Paused, it holds what it had asked for
 * already; stopped, it takes no more and ends when its hand is empty.
 */
final class Hand {

    private static final Log LOG = LogFactory.getLog(Hand.class);

    private final int most;
    private final Function<Message, Flux<Message>> handler;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final Sinks.Empty<Void> empty = Sinks.empty();
    private final Taker taker = new Taker();
    private final Disposable.Composite work = Disposables.composite();
    private @Nullable Disposable serving;
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

    void take(ZmtpSocket socket, Supplier<Flux<Message>> messages) {
        if (socket instanceof RepSocket rep) {
            serving = rep.serve(
                            request -> Mono.create(reply -> enter(() -> run(handler.apply(request)
                                    .next()
                                    .doOnSuccess(reply::success)
                                    .doOnError(reply::error)))),
                            most)
                    .subscribe(nothing -> {}, failure -> LOG.error("A ZMTP listener ended", failure));
        } else {
            messages.get().subscribe(taker);
        }
    }

    private void enter(Runnable work) {
        synchronized (this) {
            if (paused && !stopping) {
                held.add(work);
                return;
            }
            handling++;
        }
        work.run();
    }

    private void run(Mono<?> handling) {
        Disposable.Swap running = Disposables.swap();
        work.add(running);
        running.update(handling.doFinally(end -> work.remove(running))
                .subscribe(result -> {}, failure -> done(failure), () -> done(null)));
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

    private void done(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.error("A ZMTP listener could not handle a message", failure);
        }
        boolean ask;
        synchronized (this) {
            handling--;
            ask = !stopping;
            if (stopping && handling == 0 && held.isEmpty()) {
                empty.tryEmitEmpty();
            }
        }
        if (ask) {
            taker.ask();
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

    Mono<Void> stop() {
        taker.cancel();
        synchronized (this) {
            stopping = true;
        }
        runHeld();
        synchronized (this) {
            if (handling == 0) {
                empty.tryEmitEmpty();
            }
        }
        Disposable served = serving;
        return empty.asMono().doFinally(end -> {
            if (served != null) {
                served.dispose();
            }
        });
    }

    /** Asks for as many messages as fit in the hand. */
    private final class Taker extends BaseSubscriber<Message> {

        void ask() {
            if (upstream() != null && !isDisposed()) {
                request(1);
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(most);
        }

        @Override
        protected void hookOnNext(Message message) {
            enter(() -> run(handler.apply(message).then()));
        }

        @Override
        protected void hookOnError(Throwable failure) {
            LOG.error("A ZMTP listener ended", failure);
        }
    }
}
