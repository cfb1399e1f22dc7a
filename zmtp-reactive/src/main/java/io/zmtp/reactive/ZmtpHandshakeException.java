package io.zmtp.reactive;

import org.jspecify.annotations.Nullable;

/**
 * The handshake failed: the connection was closed before it was open.
 *
 * @since 0.1
 */
public final class ZmtpHandshakeException extends ZmtpException {
    private static final long serialVersionUID = 1L;
    private static final int TEMPORARY_CODE = 300;

    private final Failure failure;
    private final int code;

    /** What the handshake failed at. */
    public enum Failure {
        /** The peer speaks no ZMTP, or a version older than 3.0. */
        VERSION,
        /** The two sides want different mechanisms. */
        MECHANISM,
        /** The two socket types do not talk to each other. */
        SOCKET_TYPE,
        /** The credentials were refused. */
        CREDENTIALS,
        /** What the peer sent cannot be read. */
        MALFORMED,
        /** The peer took too long. */
        TIMEOUT,
        /**
         * One side has no place for the other now: another peer has the same routing id, or the socket has a peer and
         * takes only one. A later attempt may succeed.
         */
        REFUSED,
        /** The peer answered with an ERROR command. */
        PEER_ERROR,
        /** A box did not open, or a key is not acceptable. */
        CRYPTO
    }

    /**
     * Makes one without a status code.
     *
     * @param failure what it failed at
     * @param message what was expected and what came
     */
    public ZmtpHandshakeException(Failure failure, String message) {
        this(failure, message, 0, null);
    }

    /**
     * Makes one.
     *
     * @param failure what it failed at
     * @param message what was expected and what came
     * @param code the status code of RFC 27: 300, 400 or 500; 0 if there is none
     * @param cause the error behind it, if there was one
     */
    public ZmtpHandshakeException(Failure failure, String message, int code, @Nullable Throwable cause) {
        super(message, cause);
        this.failure = failure;
        this.code = code;
    }

    /** {@return what the handshake failed at} */
    public Failure failure() {
        return failure;
    }

    /**
     * {@return the status code of RFC 27: 300 (for the moment), 400 (refused), 500 (the authenticator failed); 0 if
     * there is none}
     */
    public int code() {
        return code;
    }

    /**
     * {@return whether another attempt with the same credentials would fail too}
     *
     * <p>True if the peer answered with an ERROR, or refused the credentials with another code than 300, which is for the
     * moment.
     */
    public boolean isFatal() {
        return failure == Failure.PEER_ERROR || (failure == Failure.CREDENTIALS && code != TEMPORARY_CODE);
    }
}
