package io.zmtp.reactive;

/**
 * A message that was accepted is not acknowledged, and will not be.
 *
 * @since 0.1
 */
public final class ZmtpDeliveryException extends ZmtpException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why a message is not acknowledged. */
    public enum Reason {
        /** It had become too old before it was written. */
        EXPIRED,
        /** Its peer has gone, and did not come back in time: a dead letter. Whether the peer had it is not known. */
        PEER_GONE,
        /** It went to a peer that acknowledges nothing, or less than was asked for. */
        NOT_ACKNOWLEDGED
    }

    /**
     * Makes one.
     *
     * @param reason why
     * @param message what was expected and what came
     */
    public ZmtpDeliveryException(Reason reason, String message) {
        super(null, message);
        this.reason = reason;
    }

    /** {@return why} */
    public Reason reason() {
        return reason;
    }
}
