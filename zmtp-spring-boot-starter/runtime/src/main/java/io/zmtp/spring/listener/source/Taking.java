package io.zmtp.spring.listener.source;

import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Hands what a source emits to a taker, and ends a {@code Mono} when it ends. */
final class Taking<T> extends BaseSubscriber<T> {

    private final Taker taker;
    private final BiConsumer<Taker, T> handing;
    private final MonoSink<Void> end;

    private Taking(Taker taker, BiConsumer<Taker, T> handing, MonoSink<Void> end) {
        this.taker = taker;
        this.handing = handing;
        this.end = end;
    }

    /** {@return takes while it is subscribed to; completes and fails as the source does} */
    static <T> Mono<Void> of(Supplier<Flux<T>> source, Taker taker, BiConsumer<Taker, T> handing) {
        return Mono.create(end -> {
            Taking<T> next = new Taking<>(taker, handing, end);
            end.onDispose(next);
            source.get().subscribe(next);
        });
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        taker.takesFrom(this);
    }

    @Override
    protected void hookOnNext(T taken) {
        handing.accept(taker, taken);
    }

    @Override
    protected void hookOnComplete() {
        taker.takesFrom(null);
        end.success();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        taker.takesFrom(null);
        end.error(failure);
    }
}
