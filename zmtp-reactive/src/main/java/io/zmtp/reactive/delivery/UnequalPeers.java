package io.zmtp.reactive.delivery;

/**
 * What becomes of a peer that has another {@link DeliveryLevel}, such as one of libzmq or JeroMQ, which know no levels.
 *
 * @since 0.1
 */
public enum UnequalPeers {
    /** It is refused: the monitor emits {@code Refused}, and the peer may try again. */
    REFUSE,

    /**
     * It is served without any guarantee, which the monitor emits as {@code Unacknowledged}. Of a {@link Delivery} to it,
     * only {@link Delivery#written} completes.
     */
    SERVE
}
