package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;

/** Hands the messages of a socket to a consumer, and ends a {@code Mono} when they end. */
final class MessageSubscriber extends BaseSubscriber<Message> {

    private final ListenerConsumer consumer;
    private final MonoSink<Void> end;

    MessageSubscriber(ListenerConsumer consumer, MonoSink<Void> end) {
        this.consumer = consumer;
        this.end = end;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        consumer.requestsFrom(this);
    }

    @Override
    protected void hookOnNext(Message message) {
        consumer.enter(message, null);
    }

    @Override
    protected void hookOnComplete() {
        consumer.requestsFrom(null);
        end.success();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        consumer.requestsFrom(null);
        end.error(failure);
    }
}
