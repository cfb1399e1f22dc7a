package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.pipe.NextMessage;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
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

    /**
     * What the peers send, at {@link io.zmtp.reactive.delivery.DeliveryLevel#DONE}: each message is work, to be answered with
     * {@link Work#done()} or {@link Work#fail}. Work that is never answered keeps its place with the sender, until the
     * {@code processingTimeout} of the options has passed, or this socket is closed. As with {@link #receive()}, there is one
     * subscriber at a time, and demand is the flow control; answers may be given in any order, and later.
     *
     * @return emits as {@link #receive()}; fails with an {@code IllegalStateException} at any other level
     */
    default Flux<Work> work() {
        return Flux.error(() -> new IllegalStateException(
                "expected receive(), as work() needs a PULL, GATHER or DEALER socket with delivery level DONE"));
    }

    /**
     * Does the work that comes, at {@link io.zmtp.reactive.delivery.DeliveryLevel#DONE}. What the handler returns for a message
     * decides: that it completes is {@link Work#done()}; that it fails is {@link Work#fail}, with this code:
     *
     * <table>
     * <caption>Failures and codes</caption>
     * <tr><td>{@link io.zmtp.reactive.ZmtpNackException}</td><td>its own</td></tr>
     * <tr><td>{@link IllegalArgumentException}</td><td>{@code BAD_INPUT}: it is not tried again</td></tr>
     * <tr><td>{@link java.util.concurrent.TimeoutException}, and the {@code processingTimeout} of the options</td>
     *     <td>{@code TIMEOUT}</td></tr>
     * <tr><td>{@link java.util.concurrent.RejectedExecutionException}</td><td>{@code OVERLOADED}</td></tr>
     * <tr><td>any other</td><td>{@code INTERNAL}</td></tr>
     * </table>
     *
     * @param handler called where {@link #work()} emits, so it must not block; values that it emits are ignored. That it throws
     *     is a failure too
     * @param concurrency how many messages are worked on at a time, at least 1; further ones wait in the queues of the peers
     * @return completes when the socket is closed; fails as {@link #work()} does. Cancelling cancels what is being worked on,
     *     which fails with {@code OVERLOADED}
     */
    default Mono<Void> process(Function<? super Message, ? extends Publisher<?>> handler, int concurrency) {
        return Processing.of(work(), handler, concurrency);
    }
}
