package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between two ZMTP peers; the message says where, what was expected and what came.
 *
 * <p>Errors of the transport, such as a refused connection, stay the {@link java.io.IOException}s they are, and a bad
 * argument is an {@link IllegalArgumentException}.
 *
 * @since 0.1
 */
public abstract sealed class ZmtpException extends RuntimeException
        permits ZmtpProtocolException, ZmtpHandshakeException, ZmtpClosedException, ZmtpSendException {
    private static final long serialVersionUID = 1L;

    ZmtpException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Without a stack trace: for what happens all the time, on a thread that has nothing to do with it. */
    ZmtpException(@Nullable Throwable cause, String message) {
        super(message, cause, true, false);
    }
}
