package io.zmtp.reactive.monitor;

/**
 * Why a message was not delivered.
 *
 * @since 0.1
 */
public enum DropReason {
    /** The queue for the peer was full, and the rule for that is to drop. */
    QUEUE_FULL,
    /** A later message took its place. */
    REPLACED,
    /** Nobody has that routing id. */
    UNROUTABLE,
    /** The peer went away before it was written, and nobody else may have it. */
    PEER_GONE,
    /** It was not written when the linger time was over. */
    LINGER,
    /** The pattern has no place for it: no envelope, a late reply, several parts where one is allowed. */
    MALFORMED,
    /** The handler of the request failed, or made no reply. */
    UNANSWERED,
    /** This socket type does not receive. */
    UNEXPECTED,
    /** The peer has as many subscriptions as it may. */
    TOO_MANY_SUBSCRIPTIONS,
    /** Its peer has gone, nobody asked for it, and others that went afterwards left more than is kept. */
    UNREAD,
    /** Nobody received what it is about, while others received from the same socket. */
    NO_RECEIVER
}
