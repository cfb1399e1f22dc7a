package io.zmtp.reactive.replay;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.testing.Opened;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The publishers of a test, which end with it, and subscribers that look often. */
final class Feeds extends Opened {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    ReplayPublisher publisher(UnaryOperator<PublisherOptions> options) {
        return add(ReplayPublisher.create(options));
    }

    /** Looks every 50 ms, and connects again soon. */
    static SubscriberOptions quick(SubscriberOptions options) {
        return options.check(Duration.ofMillis(50)).publication(Feeds::quick).replay(Feeds::quick);
    }

    static SocketOptions quick(SocketOptions options) {
        return options.reconnect(Duration.ofMillis(20), Duration.ofMillis(50));
    }

    static ReplaySubscriber subscriber(ReplayEndpoints at, UnaryOperator<SubscriberOptions> options) {
        return ReplaySubscriber.create(all -> options.apply(quick(all))).connect(at);
    }

    /** Sends numbered messages, from one number up to another, exclusive. */
    static void send(ReplayPublisher publisher, String topic, int from, int to) {
        publisher
                .send(Flux.range(from, to - from).map(i -> Message.of(topic, "" + i)))
                .block(TIMEOUT);
    }

    /** Drops the connections of the publication; they are made again. */
    static void cut(ReplayPublisher publisher) {
        publisher.publication().peers().forEach(Disposable::dispose);
    }

    static void cutReplay(ReplayPublisher publisher) {
        publisher.replay().peers().forEach(Disposable::dispose);
    }

    static void awaitNone(ReplayPublisher publisher) {
        await(() -> publisher.publication().peers().isEmpty());
    }

    static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .onBackpressureDrop()
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(TIMEOUT);
    }

    static Mono<Void> awaitSubscriber(ReplayPublisher publisher) {
        return publisher.publication().awaitSubscribers("", 1);
    }
}
