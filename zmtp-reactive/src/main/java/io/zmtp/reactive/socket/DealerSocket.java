package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.routing.Inbox;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Sends to its REP, DEALER and ROUTER peers, which take turns, and receives from them, one message of each in turn (RFC
 * 28). While no peer can take more, and while there is none, senders wait.
 *
 * <p>Messages are sent as they are. For a REP, begin them with an empty part; its replies begin with one.
 *
 * <p>With {@link SocketOptions#delivery} its peers are DEALERs: a ROUTER or a REP does not acknowledge, and counts as an unequal
 * peer.
 *
 * @see <a href="https://rfc.zeromq.org/spec/28/">RFC 28, The DEALER Socket Type</a>
 * @since 0.1
 */
public final class DealerSocket extends TurnsSocket implements Receiver {

    private final Works works = new Works(this, Works::message);

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
    Inbox<?> inbox() {
        return works.inbox();
    }

    @Override
    public Flux<Message> receive() {
        return works.receive();
    }

    @Override
    public Flux<Work> work() {
        return works.work();
    }
}
