package io.zmtp.reactive;

/**
 * The connection or socket is closed, so what was asked for cannot happen. It has no stack trace, as it is made where the
 * end is noticed, and not where the call was.
 *
 * @since 0.1
 */
public final class ZmtpClosedException extends ZmtpException {
    private static final long serialVersionUID = 1L;

    private final transient Closed closed;

    /**
     * Makes one; the cause is that of the end, if there was one.
     *
     * @param message what was closed
     * @param closed how it ended
     */
    public ZmtpClosedException(String message, Closed closed) {
        super(closed.cause(), message);
        this.closed = closed;
    }

    /** {@return how it ended} */
    public Closed closed() {
        return closed;
    }
}
