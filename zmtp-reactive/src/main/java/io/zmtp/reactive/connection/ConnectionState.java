package io.zmtp.reactive.connection;

/** Where a connection stands in its life, and what may come next; {@link Lifecycle} moves it. */
enum ConnectionState {

    /** The channel is open: the first hooks run, and TLS is agreed on where it is wanted. */
    OPENING,

    /** The greetings are under way. */
    GREETING,

    /** The greetings agree: the mechanisms talk, and the peer is let in or refused. */
    HANDSHAKING,

    /** Messages go both ways. */
    OPEN,

    /** It is known why the connection ends. Nothing more is sent; what still comes may be read. */
    CLOSING,

    /** The channel is closed, or belongs to somebody else. */
    CLOSED;

    /** The table of what may come next. */
    boolean mayBecome(ConnectionState next) {
        return switch (this) {
            case OPENING -> next == GREETING || next == CLOSING;
            case GREETING -> next == HANDSHAKING || next == CLOSING;
            case HANDSHAKING -> next == OPEN || next == CLOSING;
            case OPEN -> next == CLOSING;
            case CLOSING -> next == CLOSED;
            case CLOSED -> false;
        };
    }

    /**
     * Goes on to the next state.
     *
     * @return that one
     * @throws IllegalStateException if it may not come now
     */
    ConnectionState to(ConnectionState next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("a connection that is " + this + " cannot become " + next);
        }
        return next;
    }

    /** Whether the end has begun, or is over. */
    boolean isEnding() {
        return this == CLOSING || this == CLOSED;
    }
}
