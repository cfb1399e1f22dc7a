package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The sending of one reply, which has mostly ended when it was subscribed to. */
final class SendingReply extends BaseSubscriber<Message> {

    private boolean isOver;
    private @Nullable RuntimeException failure;

    /** Of what waits for the end. */
    private Sinks.@Nullable Empty<Message> end;

    /**
     * Sends it.
     *
     * @param sending emits nothing, and fails with a {@code RuntimeException}
     * @return the end, if that is not there yet: a cancel takes the reply back; else null
     */
    @Nullable
    Flux<Message> send(Mono<Message> sending) {
        sending.subscribe(this);
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
            if (isOver) {
                return null;
            }
            end = Sinks.empty();
            return end.asMono().doOnCancel(this::cancel).flux();
        }
    }

    @Override
    protected void hookOnComplete() {
        Sinks.Empty<Message> waited;
        synchronized (this) {
            isOver = true;
            waited = end;
        }
        if (waited != null) {
            waited.tryEmitEmpty();
        }
    }

    @Override
    protected void hookOnError(Throwable why) {
        Sinks.Empty<Message> waited;
        synchronized (this) {
            isOver = true;
            failure = (RuntimeException) why;
            waited = end;
        }
        if (waited != null) {
            waited.tryEmitError(why);
        }
    }
}
