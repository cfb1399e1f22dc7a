package io.zmtp.reactive.delivery;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpException;

/**
 * A message that is not sent any more, at {@link DeliveryLevel#ONCE} and {@link DeliveryLevel#DONE}.
 *
 * @param message the message
 * @param peer the peer that had it last
 * @param reason why
 * @param attempts how often a peer was asked to do it, at least 1
 * @param failure what its {@link Delivery} fails with: a {@link io.zmtp.reactive.ZmtpNackException} if the peer has answered
 * @since 0.1
 */
public record DeadLetter(Message message, Peer peer, Reason reason, int attempts, ZmtpException failure) {

    /** Why a message is a dead letter. */
    public enum Reason {
        /** Its peer has gone, and did not come back in time. Whether it had the message is not known. */
        PEER_GONE,
        /** The receiver cannot do the work, and says that it would never be able to. */
        REFUSED,
        /** The work has failed too often. */
        TOO_MANY_ATTEMPTS
    }

    /** {@return everything except the content of the message, for logs} */
    @Override
    public String toString() {
        return "DeadLetter[message of " + message.size() + " parts, peer=" + peer + ", reason=" + reason + ", attempts="
                + attempts + ", failure=" + failure.getMessage() + "]";
    }
}
