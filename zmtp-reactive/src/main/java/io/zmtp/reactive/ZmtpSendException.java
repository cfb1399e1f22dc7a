package io.zmtp.reactive;

/**
 * A message cannot be sent: no peer has the routing id, it has the wrong number of parts, or it is too large.
 *
 * @since 0.1
 */
public final class ZmtpSendException extends ZmtpException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message why it cannot be sent
     */
    public ZmtpSendException(String message) {
        super(message, null);
    }
}
