package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * The peer broke a rule of the protocol, or exceeded a limit of this side. The connection is closed.
 *
 * @since 0.1
 */
public final class ZmtpProtocolException extends ZmtpException {
    private static final long serialVersionUID = 1L;
    private static final String LIMIT_SECTION = "a limit of this side";

    private final String section;
    private final boolean isTooLarge;

    /**
     * Makes one for a broken rule.
     *
     * @param message what was expected and what came
     * @param section where the rule stands, such as {@code RFC 37, Framing}
     */
    public ZmtpProtocolException(String message, String section) {
        this(message, section, null);
    }

    /**
     * Makes one for a broken rule that another error showed.
     *
     * @param message what was expected and what came
     * @param section where the rule stands, such as {@code RFC 37, Framing}
     * @param cause the other error
     */
    public ZmtpProtocolException(String message, String section, @Nullable Throwable cause) {
        this(message, section, cause, false);
    }

    private ZmtpProtocolException(String message, String section, @Nullable Throwable cause, boolean isTooLarge) {
        super(message, cause);
        this.section = section;
        this.isTooLarge = isTooLarge;
    }

    /**
     * Makes one for what the protocol allows, but the limits of this side do not.
     *
     * @param message the limit and what came
     * @return the exception
     */
    public static ZmtpProtocolException tooLarge(String message) {
        return new ZmtpProtocolException(message, LIMIT_SECTION, null, true);
    }

    /**
     * Adds where it happened to the message.
     *
     * @param where the beginning of the new message
     * @return the same exception with a longer message; its cause is this one
     */
    public ZmtpProtocolException at(String where) {
        return new ZmtpProtocolException(where + getMessage(), section, this, isTooLarge);
    }

    /** {@return where the broken rule stands, such as {@code RFC 37, Framing}} */
    public String section() {
        return section;
    }

    /** {@return whether a limit of this side was exceeded, rather than a rule broken} */
    public boolean isTooLarge() {
        return isTooLarge;
    }
}
