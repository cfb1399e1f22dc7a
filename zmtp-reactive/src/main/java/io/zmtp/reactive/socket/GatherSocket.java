package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Takes work from SCATTER peers, one message of each in turn: PULL, but each message has exactly one part (RFC 49). What
 * comes in several parts is dropped and reported to the {@link #monitor()} as malformed.
 *
 * @see <a href="https://rfc.zeromq.org/spec/49/">RFC 49</a>
 *
 * @since 0.1
 */
public final class GatherSocket extends ZmtpSocket implements Receiver {

    private final Inbox inbox = new Inbox(this, this::admit);
    private final Shelves shelves = new Shelves(this);

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
