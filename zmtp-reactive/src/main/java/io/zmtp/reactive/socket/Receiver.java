package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.NextMessage;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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
     * <p>A message is handed out when the first operator behind this publisher gets it. What that does with it after a
     * cancel is its own affair: Reactor's {@code timeout}, as in {@code receive().next().timeout(…)}, throws a message
     * away that comes in the moment when the time is over. For that use {@link #receive(Duration)}.
     *
     * <p>Demand reads: what nobody asks for stays in the queues of the peers, up to {@code recvHwm} messages each, and
     * then in the network. Completes when the socket is closed.
     */
    Flux<Message> receive();

    /**
     * The next message, if one comes within a time. None is lost when the time ends, or the subscriber cancels, in the
     * moment when it comes: it is the next subscriber's.
     *
     * @param timeout counted from the subscription; zero for what is there already
     * @return emits as {@link #receive()}, of which it is a subscriber as long as it waits; completes empty when the time
     *     is over, on {@code Schedulers.parallel()}, and when the socket is closed
     */
    default Mono<Message> receive(Duration timeout) {
        return NextMessage.of(receive(), timeout);
    }
}
