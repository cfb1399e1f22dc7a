package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * How a connection or socket ended, and how much was not sent.
 *
 * @param reason why it ended
 * @param cause the error behind it, if there was one
 * @param unsentMessages how many messages were accepted, but not handed to the transport whole
 * @param unsentBytes the octets of these messages on the wire
 * @since 0.1
 */
public record Closed(Reason reason, @Nullable Throwable cause, long unsentMessages, long unsentBytes) {
    /** Why a connection ended. */
    public enum Reason {
        /** We closed it. */
        LOCAL,
        /** The peer closed it, between two messages or in the middle of one. */
        PEER,
        /** There was no traffic for as long as the idle timeout. */
        IDLE,
        /** The peer gave no sign of life for as long as the heartbeat timeout, or the peer's own TTL, allows. */
        HEARTBEAT,
        /** The ZMTP handshake failed. */
        HANDSHAKE,
        /** The TLS handshake failed, or TLS found a broken record. */
        TLS,
        /** The peer broke a rule of the protocol. */
        PROTOCOL,
        /** The peer sent, or began, more than our limits allow. */
        TOO_LARGE,
        /** The transport failed: reset, unreachable, host gone. */
        IO
    }

    /** Which side caused the end. */
    public enum Initiator {
        /** This side: it closed, or its own timer did. */
        LOCAL,
        /** The peer: it closed, or did something that this side does not accept. */
        REMOTE,
        /** Neither, as far as this side can see: the network between the two failed. */
        NETWORK
    }

    /**
     * {@return which side caused the end}
     *
     * <p>LOCAL: this side closed, or found the connection idle. REMOTE: the peer closed, broke a rule, exceeded a
     * limit, or the ZMTP or TLS handshake with it failed. NETWORK: the transport failed, or the peer fell silent, which
     * looks the same.
     */
    public Initiator initiator() {
        return switch (reason) {
            case LOCAL, IDLE -> Initiator.LOCAL;
            case PEER, HANDSHAKE, TLS, PROTOCOL, TOO_LARGE -> Initiator.REMOTE;
            case HEARTBEAT, IO -> Initiator.NETWORK;
        };
    }
}
