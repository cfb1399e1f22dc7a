package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Message;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Counts messages, and gets no more than somebody requested. */
final class Consumer extends BaseSubscriber<Message> {

    private final Sinks.Empty<Void> done = Sinks.empty();
    private volatile long received;
    private volatile boolean disorder;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // Asks for nothing yet: whoever holds the consumer calls request(n).
    }

    @Override
    protected void hookOnNext(Message message) {
        long number = received;
        disorder |= !message.first().utf8().equals(Long.toString(number));
        received = number + 1;
    }

    @Override
    protected void hookOnComplete() {
        done.tryEmitEmpty();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        done.tryEmitError(failure);
    }

    long received() {
        return received;
    }

    /** Whether a message came out of its turn. */
    boolean disorder() {
        return disorder;
    }

    /** Completes after the last message. */
    Mono<Void> onDone() {
        return done.asMono();
    }
}
