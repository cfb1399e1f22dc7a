package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Talks with exactly one PAIR peer, both ways (RFC 31). While it has none, and while that one can take no more, senders
 * wait.
 *
 * <p>A peer that comes while there is one is refused within the handshake, and reported to the {@link #monitor()}; the one that
 * is there notices nothing. What the refused one has queued stays with it, and it tries again: it hears an ERROR command
 * whose reason begins with {@code 300}, the code for "not now". libzmq and its ports, which would never come back after an
 * ERROR, hear nothing but the end of the connection, and redial at their pace. A socket that connects has that endpoint's
 * peer, there or not, until it disconnects, and dials no other endpoint meanwhile; one that binds takes the next after its
 * peer has gone. What was waiting for a peer that has gone is
 * dropped and counted, never given to the next.
 *
 * @see <a href="https://rfc.zeromq.org/spec/31/">RFC 31</a>
 * @since 0.1
 */
public final class PairSocket extends PairedSocket {

    private PairSocket(SocketOptions options) {
        super(SocketType.PAIR, options);
    }

    /** A socket with the default options. */
    public static PairSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static PairSocket create(UnaryOperator<SocketOptions> options) {
        return new PairSocket(options.apply(SocketOptions.create()));
    }
}
