package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * The application of a receiver could not do the work. Thrown by the handler of a receiver to say why; and what the sender's
 * {@code Delivery} fails with when the work is not tried again.
 *
 * @since 0.1
 */
public final class ZmtpNackException extends ZmtpException {

    /** It took too long; may be tried again. */
    public static final int TIMEOUT = 0x81;

    /** The message makes no sense. */
    public static final int BAD_INPUT = 0x02;

    /** Something failed; may be tried again. */
    public static final int INTERNAL = 0x83;

    /** There is too much to do; may be tried again. */
    public static final int OVERLOADED = 0x84;

    /** The application does not want it. */
    public static final int REJECTED = 0x05;

    /** The bit of codes after which another attempt may help. */
    private static final int RETRYABLE = 0x80;

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String text;
    private final transient @Nullable Peer peer;

    /**
     * Makes one for the sender of the message.
     *
     * @param code one of the constants here, or another: 0 to 255. If the highest bit is set, the sender may try again
     * @param text for people
     */
    public ZmtpNackException(int code, String text) {
        this(code, text, null);
    }

    /**
     * Makes one that came from a peer.
     *
     * @param code 0 to 255
     * @param text what the peer said
     * @param peer the peer; null for none
     */
    public ZmtpNackException(int code, String text, @Nullable Peer peer) {
        super(
                null,
                (peer == null ? "" : peer.address() + ": ") + "expected the work to be done, but it failed with code 0x"
                        + Integer.toHexString(0x100 | code).substring(1) + ": " + text);
        if (code < 0 || code > 0xff) {
            throw new IllegalArgumentException("code: expected 0 to 255, but it is " + code);
        }
        this.code = code;
        this.text = text;
        this.peer = peer;
    }

    /** {@return why: one of the constants here, or another number from 0 to 255} */
    public int code() {
        return code;
    }

    /** {@return whether the receiver said that another attempt may help} */
    public boolean isRetryable() {
        return (code & RETRYABLE) != 0;
    }

    /** {@return what the receiver said, as it came: it may hold anything} */
    public String text() {
        return text;
    }

    /** {@return the receiver that said it; null in the receiver itself, and after this was serialized} */
    public @Nullable Peer peer() {
        return peer;
    }
}
