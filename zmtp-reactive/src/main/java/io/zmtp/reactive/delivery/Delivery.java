package io.zmtp.reactive.delivery;

import reactor.core.publisher.Mono;

/**
 * One message, and the moments of its way. Cold: the first subscription to any of these publishers sends the message, once for
 * all of them. Each keeps its result for later subscribers. Cancelling a subscription does not take the message back.
 *
 * <p>They complete on an event loop, or in the thread that subscribes if the moment has passed. All of them fail
 *
 * <ul>
 *   <li>with a {@link io.zmtp.reactive.ZmtpSendException} if the message was not accepted,
 *   <li>with a {@link io.zmtp.reactive.ZmtpClosedException} if the socket was closed before the moment came,
 *   <li>with a {@link io.zmtp.reactive.ZmtpDeliveryException} if the message was dropped: it had become too old, or it is a
 *       dead letter,
 *   <li>with a {@link io.zmtp.reactive.ZmtpNackException} if the receiver could not do the work, and is not asked again.
 * </ul>
 *
 * @since 0.1
 */
public interface Delivery {

    /** {@return completes when the message was handed to the transport of a peer, the first one if there were several} */
    Mono<Void> written();

    /**
     * {@return completes when a receiver has taken the message over: it was handed to its application. At
     * {@link DeliveryLevel#DONE} that is known only when the work is done, or has failed. Fails at once at
     * {@link DeliveryLevel#NONE}, and if an unequal peer got the message}
     */
    Mono<Void> takenOver();

    /**
     * {@return completes when the application of a receiver has done the work. Fails at once below
     * {@link DeliveryLevel#DONE}, and if an unequal peer got the message}
     */
    Mono<Void> done();
}
