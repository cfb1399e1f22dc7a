package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.routing.Task;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Has a handler do work, and answers for it. */
final class Processing {

    private Processing() {}

    static Mono<Void> of(Flux<Work> work, Function<? super Message, ? extends Publisher<?>> handler, int concurrency) {
        Objects.requireNonNull(handler, "handler");
        SocketOptions.requirePositive("concurrency", concurrency);
        return work.flatMap(one -> process(one, handler), concurrency, 1)
                .doOnDiscard(Work.class, Processing::stopped) // it came while this was cancelled
                .then();
    }

    private static void stopped(Work work) {
        work.fail(ZmtpNackException.OVERLOADED, "the receiver has stopped working on it");
    }

    private static Mono<Void> process(Work work, Function<? super Message, ? extends Publisher<?>> handler) {
        return handled(work, handler)
                .doOnSuccess(done -> work.done())
                .doOnError(failure -> work.fail(code(failure), text(failure)))
                .doOnCancel(() -> stopped(work))
                .onErrorComplete();
    }

    /** What the handler does in the time that it has. */
    private static Mono<Void> handled(Work work, Function<? super Message, ? extends Publisher<?>> handler) {
        Mono<Void> handled =
                Mono.defer(() -> Flux.from(apply(handler, work.message())).then());
        return work instanceof Task task && !task.limit().isZero()
                ? handled.timeout(task.limit(), Mono.error(() -> new TimeoutException(task.tooLate())))
                : handled;
    }

    private static Publisher<?> apply(Function<? super Message, ? extends Publisher<?>> handler, Message message) {
        try {
            return handler.apply(message);
        } catch (LinkageError broken) { // which Reactor throws on, so that nobody would hear of the end of the work
            return Mono.error(new IllegalStateException(broken.getMessage(), broken));
        }
    }

    static int code(Throwable failure) {
        if (failure instanceof ZmtpNackException said) {
            return said.code();
        } else if (failure instanceof IllegalArgumentException) {
            return ZmtpNackException.BAD_INPUT;
        } else if (failure instanceof TimeoutException) {
            return ZmtpNackException.TIMEOUT;
        }
        return failure instanceof RejectedExecutionException
                ? ZmtpNackException.OVERLOADED
                : ZmtpNackException.INTERNAL;
    }

    static String text(Throwable failure) {
        if (failure instanceof ZmtpNackException said) {
            return said.text();
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
