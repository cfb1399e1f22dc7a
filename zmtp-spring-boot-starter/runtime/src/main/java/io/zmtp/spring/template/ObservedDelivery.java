package io.zmtp.spring.template;

import io.zmtp.reactive.delivery.Delivery;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A delivery that is observed until it was written. It begins when one of its moments is first subscribed to. */
final class ObservedDelivery implements Delivery {

    private final Mono<Delivery> begun;

    /**
     * A delivery that has not begun.
     *
     * @param sending sends, given what to wait for when there is a delivery
     */
    ObservedDelivery(Function<Function<Delivery, Mono<Void>>, Mono<Void>> sending) {
        begun = Mono.deferContextual(context -> {
                    Sinks.One<Delivery> made = Sinks.one();
                    sending.apply(delivery ->
                                    delivery.written().doOnSubscribe(subscribed -> made.tryEmitValue(delivery)))
                            .contextWrite(context)
                            .subscribe(written -> {}, made::tryEmitError);
                    return made.asMono();
                })
                .cache();
    }

    @Override
    public Mono<Void> written() {
        return begun.flatMap(Delivery::written);
    }

    @Override
    public Mono<Void> takenOver() {
        return begun.flatMap(Delivery::takenOver);
    }

    @Override
    public Mono<Void> done() {
        return begun.flatMap(Delivery::done);
    }
}
