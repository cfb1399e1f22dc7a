package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Hands out work to GATHER peers, which take turns, as PUSH does, with messages of exactly one part (RFC 49). Others fail
 * with a {@link io.zmtp.reactive.ZmtpSendException}. While no peer can take more, and while there is none, senders
 * wait.
 *
 * @see <a href="https://rfc.zeromq.org/spec/49/">RFC 49</a>
 *
 * @since 0.1
 */
public final class ScatterSocket extends TurnsSocket {

    private ScatterSocket(SocketOptions options) {
        super(SocketType.SCATTER, options);
    }

    /** A socket with the default options. */
    public static ScatterSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static ScatterSocket create(UnaryOperator<SocketOptions> options) {
        return new ScatterSocket(options.apply(SocketOptions.create()));
    }
}
