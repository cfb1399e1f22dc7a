package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import reactor.core.publisher.Flux;

/**
 * A socket that messages come from.
 *
 * @since 0.1
 */
public interface Receiver {

    /**
     * What the peers send, taking turns between them. One subscriber at a time, which may be on any thread; a second
     * one gets an {@code IllegalStateException}: use {@code share()}. When a subscriber cancels, the next one continues
     * with the next message.
     *
     * <p>Demand reads: what nobody asks for stays in the queues of the peers, up to {@code recvHwm} messages each, and
     * then in the network. Completes when the socket is closed.
     */
    Flux<Message> receive();
}
