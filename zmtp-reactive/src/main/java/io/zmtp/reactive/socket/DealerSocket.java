package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.routing.Inbox;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Sends to its REP, DEALER and ROUTER peers, which take turns, and receives from them, one message of each in turn (RFC
 * 28). While no peer can take more, and while there is none, senders wait.
 *
 * <p>Messages are sent as they are. For a REP, begin them with an empty part; its replies begin with one.
 *
 * @see <a href="https://rfc.zeromq.org/spec/28/">RFC 28, The DEALER Socket Type</a>
 * @since 0.1
 */
public final class DealerSocket extends TurnsSocket implements Receiver {

    private final Inbox<Message> inbox =
            new Inbox<>(fairQueue((pipe, item) -> item instanceof Message message ? message : null));

    private DealerSocket(SocketOptions options) {
        super(SocketType.DEALER, options);
    }

    /** A socket with the default options. */
    public static DealerSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static DealerSocket create(UnaryOperator<SocketOptions> options) {
        return new DealerSocket(options.apply(SocketOptions.create()));
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }

    @Override
    public Flux<Message> receive() {
        return inbox.receive();
    }
}
