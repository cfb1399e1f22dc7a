package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.routing.Inbox;
import java.util.function.UnaryOperator;

/**
 * Takes work from PUSH peers, one message of each in turn (RFC 30).
 *
 * @since 0.1
 */
public final class PullSocket extends ReceivingSocket {

    private final Inbox<Message> inbox = newInbox((pipe, item) -> item instanceof Message message ? message : null);

    private PullSocket(SocketOptions options) {
        super(SocketType.PULL, options);
    }

    /** A socket with the default options. */
    public static PullSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static PullSocket create(UnaryOperator<SocketOptions> options) {
        return new PullSocket(options.apply(SocketOptions.create()));
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }
}
