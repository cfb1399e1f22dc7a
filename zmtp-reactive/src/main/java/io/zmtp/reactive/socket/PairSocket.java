package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Talks with exactly one PAIR peer, both ways (RFC 31). While there is none, and while its queue is full, senders wait.
 *
 * <p>A peer that comes while there is one is refused within the handshake, which the {@link #monitor()} emits. The refused peer
 * keeps what it has queued, and tries again. It is sent an ERROR whose reason begins with {@code 300}, the code for "not
 * now"; libzmq and its ports, which would never come back after an ERROR, only see the end of the connection.
 *
 * <p>A socket that connects is for the peer of that endpoint, there or not, until it disconnects, and connects to no other
 * endpoint. A socket that binds accepts the next peer when the one before has gone. What waited for a peer that has gone is
 * dropped and counted, and never given to the next.
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
