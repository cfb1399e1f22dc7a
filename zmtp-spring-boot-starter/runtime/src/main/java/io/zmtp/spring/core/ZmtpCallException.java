package io.zmtp.spring.core;

/**
 * A call failed at the side that was asked. A listener method throws one to choose what its caller gets: code and text go over
 * the wire as they are. Of all other failures the caller gets a code and a text that quotes nothing.
 *
 * @since 0.1
 */
public class ZmtpCallException extends RuntimeException {

    /** The method failed. */
    public static final String FAILED = "failed";
    /** No listener takes the route. */
    public static final String NOT_FOUND = "not-found";
    /** The payload cannot be read, or is not valid. */
    public static final String INVALID = "invalid";
    /** The method took too long. */
    public static final String TIMEOUT = "timeout";
    /** The listener has too much to do. */
    public static final String BUSY = "busy";
    /** The listener has stopped. */
    public static final String STOPPED = "stopped";

    private static final long serialVersionUID = 1;

    private final String code;
    private final String text;

    /**
     * A failure that the caller may see.
     *
     * @param code for programs: a word without line breaks
     * @param text for people
     */
    public ZmtpCallException(String code, String text) {
        this(code, text, code + ": " + text);
    }

    private ZmtpCallException(String code, String text, String message) {
        super(message);
        if (code.isEmpty() || code.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "code: expected a word without line breaks, but it is '" + code.replace("\n", "\\n") + "'");
        }
        this.code = code;
        this.text = text;
    }

    /** {@return the same failure, whose message begins with what was called} */
    public ZmtpCallException of(String call) {
        return new ZmtpCallException(code, text, call + " failed (" + code + "): " + text);
    }

    /** {@return what failed, for programs: one of the constants, or the application's own} */
    public String code() {
        return code;
    }

    /** {@return what failed, for people} */
    public String text() {
        return text;
    }
}
