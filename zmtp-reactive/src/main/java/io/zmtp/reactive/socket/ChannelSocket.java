package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Talks with exactly one CHANNEL peer, both ways, as {@linkplain PairSocket PAIR} does, with messages of exactly one part
 * (RFC 52). Sending several fails with a {@link io.zmtp.reactive.ZmtpSendException}; what comes in several is dropped, and
 * reported as {@code MALFORMED}.
 *
 * @see <a href="https://rfc.zeromq.org/spec/52/">RFC 52</a>
 *
 * @since 0.1
 */
public final class ChannelSocket extends PairedSocket {

    private ChannelSocket(SocketOptions options) {
        super(SocketType.CHANNEL, options);
    }

    /** A socket with the default options. */
    public static ChannelSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static ChannelSocket create(UnaryOperator<SocketOptions> options) {
        return new ChannelSocket(options.apply(SocketOptions.create()));
    }
}
