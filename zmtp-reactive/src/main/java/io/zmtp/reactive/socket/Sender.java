package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A socket that messages can be given to.
 *
 * @since 0.1
 */
public interface Sender {

    /**
     * Sends one message.
     *
     * @return completes when a peer's queue has accepted the message, or the type's rule has dropped it; waits while
     *     the rule is to wait. Fails when no queue ever will: then nobody has it. Cancelling before acceptance takes it
     *     back
     */
    Mono<Void> send(Message message);

    /**
     * Sends a stream of messages: the fast way. Asks for as many as there is room for, in the thread that subscribes,
     * and on an event loop after it had to wait; the source works in those threads, unless it has one of its own
     * ({@code subscribeOn}, {@code publishOn}). One that has its messages at hand, as {@code Flux.range} or
     * {@code fromIterable} behind {@code map} or {@code filter}, is polled (Reactor's synchronous fusion): the fastest.
     *
     * @return completes when the last message was accepted; fails with the stream's error, or when the socket is closed
     *     first. Cancelling cancels the stream
     */
    Mono<Void> send(Publisher<? extends Message> messages);

    /** Completes when everything accepted so far was written to some peer, dropped by rule, or lost with a peer. */
    Mono<Void> flush();

    /** As {@link #send(Message)}, for texts in UTF-8. */
    default Mono<Void> send(String... parts) {
        return send(Message.of(parts));
    }
}
