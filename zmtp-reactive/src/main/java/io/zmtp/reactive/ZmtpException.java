package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * A failure between two ZMTP peers. The message says where, what was expected and what came.
 *
 * <p>The message is one line of printable characters, whatever the peer sent: {@link Printable} escapes it, and cuts it
 * after {@link #MAX_CHARACTERS}. It quotes no payload.
 *
 * <p>Errors of the transport, such as a refused connection, stay the {@link java.io.IOException}s they are, and a bad
 * argument is an {@link IllegalArgumentException}.
 *
 * @since 0.1
 */
public abstract sealed class ZmtpException extends RuntimeException
        permits ZmtpProtocolException,
                ZmtpHandshakeException,
                ZmtpClosedException,
                ZmtpSendException,
                ZmtpInterruptedException,
                ZmtpTimeoutException,
                ZmtpGapException,
                ZmtpNackException,
                ZmtpDeliveryException {
    /** How many characters of a message are kept: {@value}. */
    public static final int MAX_CHARACTERS = 1000;

    private static final long serialVersionUID = 1L;

    ZmtpException(String message, @Nullable Throwable cause) {
        super(Printable.of(message, MAX_CHARACTERS), cause);
    }

    /** Without a stack trace, for failures that are frequent and noticed on a thread that did not cause them. */
    ZmtpException(@Nullable Throwable cause, String message) {
        super(Printable.of(message, MAX_CHARACTERS), cause, true, false);
    }
}
