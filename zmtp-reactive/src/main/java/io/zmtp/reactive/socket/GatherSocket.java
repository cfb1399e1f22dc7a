package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Takes work from SCATTER peers, one message of each in turn: PULL, but each message has exactly one part (RFC 49). What
 * comes in several parts is dropped and reported to the {@link #monitor()} as malformed.
 *
 * @see <a href="https://rfc.zeromq.org/spec/49/">RFC 49</a>
 *
 * @since 0.1
 */
public final class GatherSocket extends ReceivingSocket {

    private final Inbox<Message> inbox = new Inbox<>(fairQueue(this::admit));

    private GatherSocket(SocketOptions options) {
        super(SocketType.GATHER, options);
    }

    /** A socket with the default options. */
    public static GatherSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static GatherSocket create(UnaryOperator<SocketOptions> options) {
        return new GatherSocket(options.apply(SocketOptions.create()));
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }
}
