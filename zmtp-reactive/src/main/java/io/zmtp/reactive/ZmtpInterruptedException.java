package io.zmtp.reactive;

/**
 * The thread was interrupted before or while it waited. The interrupt status of the thread is set again. What it waited for
 * has not happened: a message was not sent, and none was received.
 *
 * @since 0.1
 */
public final class ZmtpInterruptedException extends ZmtpException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message where, and what was waited for
     */
    public ZmtpInterruptedException(String message) {
        super(message, null);
    }
}
