package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Hands out work to PULL peers, which take turns (RFC 30). While the queues of all peers are full, and while there is no
 * peer, senders wait.
 *
 * @since 0.1
 */
public final class PushSocket extends TurnsSocket {

    private PushSocket(SocketOptions options) {
        super(SocketType.PUSH, options);
    }

    /** A socket with the default options. */
    public static PushSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static PushSocket create(UnaryOperator<SocketOptions> options) {
        return new PushSocket(options.apply(SocketOptions.create()));
    }
}
