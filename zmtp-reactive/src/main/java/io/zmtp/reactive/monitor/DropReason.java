package io.zmtp.reactive.monitor;

/**
 * Why a message was not delivered.
 *
 * @since 0.1
 */
public enum DropReason {
    /** The queue of the peer was full, and the rule for that is to drop. */
    QUEUE_FULL,
    /** A later message took its place. */
    REPLACED,
    /** It waited longer than it may. */
    EXPIRED,
    /** No peer has its routing id. */
    UNROUTABLE,
    /** The peer went before the message was written, and no other peer may have it. */
    PEER_GONE,
    /** The socket was closed, and the linger time ended before the message was written. */
    LINGER,
    /**
     * The pattern does not allow it: a request without an envelope, a late reply, several parts where there is one, a
     * datagram that is too long.
     */
    MALFORMED,
    /** The handler of a request failed, or made no reply. */
    UNANSWERED,
    /** This socket type does not receive. */
    UNEXPECTED,
    /** The peer subscribed to more than it may. */
    TOO_MANY_SUBSCRIPTIONS,
    /** Its peer went before it was received, and peers that went later left more than is kept. */
    UNREAD,
    /** No receiver of the socket wants it, while there are others. */
    NO_RECEIVER,
    /** It was not acknowledged, and is not sent any more; nobody wants dead letters. */
    DEAD_LETTER
}
