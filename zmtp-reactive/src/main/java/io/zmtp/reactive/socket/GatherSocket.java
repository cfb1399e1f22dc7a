package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.routing.Inbox;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Takes work from SCATTER peers, one message of each in turn, as PULL does, with messages of exactly one part (RFC 49).
 * Others are dropped, and reported as {@code MALFORMED}.
 *
 * @see <a href="https://rfc.zeromq.org/spec/49/">RFC 49</a>
 *
 * @since 0.1
 */
public final class GatherSocket extends ReceivingSocket {

    private final Works works = new Works(this, this::admit);

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
