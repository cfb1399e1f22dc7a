package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.routing.Inbox;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Talks with SERVER peers, both ways and in any order, as a DEALER does, with messages of exactly one part (RFC 41). What is
 * sent goes to the servers in turn; while none can take more, and while there is none, senders wait.
 *
 * <p>Sending several parts fails with a {@link io.zmtp.reactive.ZmtpSendException}; what comes in several is dropped and
 * reported as {@code MALFORMED}.
 *
 * @see <a href="https://rfc.zeromq.org/spec/41/">RFC 41</a>
 *
 * @since 0.1
 */
public final class ClientSocket extends TurnsSocket implements Receiver {

    private final Inbox<Message> inbox = new Inbox<>(fairQueue(this::admit));

    private ClientSocket(SocketOptions options) {
        super(SocketType.CLIENT, options);
    }

    /** A socket with the default options. */
    public static ClientSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static ClientSocket create(UnaryOperator<SocketOptions> options) {
        return new ClientSocket(options.apply(SocketOptions.create()));
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
