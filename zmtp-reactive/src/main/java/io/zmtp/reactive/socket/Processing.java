package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Work;
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
        return work.flatMap(one -> process(one, handler), concurrency, 1).then();
    }

    private static Mono<Void> process(Work work, Function<? super Message, ? extends Publisher<?>> handler) {
        return Mono.defer(() -> Flux.from(handler.apply(work.message())).then())
                .doOnSuccess(done -> work.done())
                .doOnError(failure -> work.fail(code(failure), text(failure)))
                .doOnCancel(() -> work.fail(ZmtpNackException.OVERLOADED, "the receiver has stopped working on it"))
                .onErrorComplete();
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
