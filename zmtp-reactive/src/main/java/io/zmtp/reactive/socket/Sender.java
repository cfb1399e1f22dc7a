package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.routing.PendingDelivery;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A socket that sends messages. Any thread may call.
 *
 * @since 0.1
 */
public interface Sender {

    /**
     * Sends one message.
     *
     * @param message the message
     * @return completes when the queue of a peer has accepted the message, or the rule of the type has dropped it; waits while
     *     the rule is to wait. Fails with a {@link io.zmtp.reactive.ZmtpSendException} if no peer can be sent it, and with a
     *     {@link io.zmtp.reactive.ZmtpClosedException} if the socket is closed: then no peer gets it. Cancelling before it is
     *     accepted takes it back
     */
    Mono<Void> send(Message message);

    /**
     * Sends a stream of messages, which is faster than single ones. As many are requested as there is room for: in the thread
     * that subscribes, or on an event loop if there was no room. The source works in those threads, unless it has one of its
     * own ({@code subscribeOn}, {@code publishOn}). A source that has its messages at hand, such as {@code Flux.range} or
     * {@code fromIterable} with {@code map} or {@code filter}, is polled (Reactor's synchronous fusion), which is the
     * fastest.
     *
     * @param messages the stream
     * @return completes when the last message was accepted; fails with the stream's error, or when the socket is closed
     *     before. Cancelling cancels the stream; what it has emitted is sent
     */
    Mono<Void> send(Publisher<? extends Message> messages);

    /** {@return completes when everything accepted so far was written to a peer, dropped by rule, or lost with a peer} */
    Mono<Void> flush();

    /**
     * Sends one message, and reports what becomes of it.
     *
     * @param message the message
     * @return the moments of its way, which are sent for when the first of them is subscribed to. Without
     *     {@link SocketOptions#delivery} only {@link Delivery#written()} can come, when everything accepted so far was written,
     *     or lost
     */
    default Delivery deliver(Message message) {
        return new PendingDelivery(
                message,
                DeliveryLevel.NONE,
                delivery -> send(message).then(flush()).doOnSuccess(written -> delivery.isWritten()));
    }

    /**
     * As {@link #send(Message)}, for texts in UTF-8.
     *
     * @param parts the parts, at least one
     * @return as {@link #send(Message)}
     */
    default Mono<Void> send(String... parts) {
        return send(Message.of(parts));
    }
}
