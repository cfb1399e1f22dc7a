package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.NextMessage;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A socket that receives messages. Any thread may call.
 *
 * @since 0.1
 */
public interface Receiver {

    /**
     * What the peers send, one message of each in turn. One subscriber at a time; a second one gets an
     * {@code IllegalStateException}: use {@code share()}. When a subscriber cancels, the next one continues with the next
     * message.
     *
     * <p>Demand is the flow control: what is not requested stays in the queues of the peers, up to {@code recvHwm} messages
     * each, and then in the network.
     *
     * <p>The operator behind this publisher can lose a message: {@code receive().next().timeout(…)} does if one comes just
     * when the time is over. For that use {@link #receive(Duration)}.
     *
     * @return emits on event loops or in the thread that requests, one message at a time; messages own their octets. Completes
     *     when the socket is closed
     */
    Flux<Message> receive();

    /**
     * The next message, if one comes in time. A message that comes just when the time ends, or when the subscriber cancels,
     * is not lost: the next subscriber gets it.
     *
     * @param timeout counted from the subscription; zero for what is there already
     * @return emits as {@link #receive()}, of which it is a subscriber as long as it waits; completes empty when the time
     *     is over, on {@code Schedulers.parallel()}, and when the socket is closed
     */
    default Mono<Message> receive(Duration timeout) {
        return NextMessage.of(receive(), timeout);
    }
}
