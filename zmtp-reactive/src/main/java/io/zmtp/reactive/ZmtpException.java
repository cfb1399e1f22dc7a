package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between two ZMTP peers; the message says where, what was expected and what came.
 *
 * <p>Whatever of it a peer sent, the message is one line of printable characters, at most {@link #MAX_CHARACTERS} and how many there
 * were, as {@link Printable} makes it; it quotes no payload.
 *
 * <p>Errors of the transport, such as a refused connection, stay the {@link java.io.IOException}s they are, and a bad
 * argument is an {@link IllegalArgumentException}.
 *
 * @since 0.1
 */
public abstract sealed class ZmtpException extends RuntimeException
        permits ZmtpProtocolException, ZmtpHandshakeException, ZmtpClosedException, ZmtpSendException {
    /** So many characters of a message are kept: 1,000. */
    public static final int MAX_CHARACTERS = 1000;

    private static final long serialVersionUID = 1L;

    ZmtpException(String message, @Nullable Throwable cause) {
        super(Printable.of(message, MAX_CHARACTERS), cause);
    }

    /** Without a stack trace: for what happens all the time, on a thread that has nothing to do with it. */
    ZmtpException(@Nullable Throwable cause, String message) {
        super(Printable.of(message, MAX_CHARACTERS), cause, true, false);
    }
}
