package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Takes work from PUSH peers, one message of each in turn (RFC 30).
 *
 * @since 0.1
 */
public final class PullSocket extends ZmtpSocket implements Receiver {

    private final Inbox inbox = new Inbox(this, (pipe, item) -> item instanceof Message message ? message : null);
    private final Shelves shelves = new Shelves(this);

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
    void readable(Pipe pipe) {
        shelves.fill(pipe);
        inbox.readable(pipe);
    }

    @Override
    FairQueue incoming() {
        return inbox.queue();
    }

    @Override
    void ended() {
        inbox.end();
    }

    @Override
    public Flux<Message> receive() {
        return inbox.messages();
    }
}
