package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.routing.Inbox;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Takes work from PUSH peers, one message of each in turn (RFC 30).
 *
 * @since 0.1
 */
public final class PullSocket extends ReceivingSocket {

    private final Works works = new Works(this, Works::message);

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
