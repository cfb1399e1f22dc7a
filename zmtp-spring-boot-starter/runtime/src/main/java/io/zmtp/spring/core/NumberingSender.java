package io.zmtp.spring.core;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.socket.Sender;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Sends by a publication with a history, which numbers and keeps what its socket publishes. */
record NumberingSender(ReplayPublisher publisher) implements Sender {

    @Override
    public Mono<Void> send(Message message) {
        return publisher.send(message);
    }

    @Override
    public Mono<Void> send(Publisher<? extends Message> messages) {
        return publisher.send(messages);
    }

    @Override
    public Mono<Void> flush() {
        return publisher.publication().flush();
    }
}
