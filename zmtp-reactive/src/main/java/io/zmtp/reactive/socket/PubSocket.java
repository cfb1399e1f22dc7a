package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Publication.Journal;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Subscription;
import io.zmtp.reactive.wire.SubscriptionRun;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Publishes to SUB and XSUB peers. Each gets the messages whose first part begins with a prefix that it subscribed to
 * (RFC 29). A message that no peer wants is not sent, and not counted. A peer whose queue is full misses a message, which is
 * counted and reported as {@code QUEUE_FULL}, unless {@link SocketOptions#noDrop()} makes senders wait.
 *
 * <p>A peer that subscribed to a prefix several times gets nothing more after its first CANCEL. RFC 37 would have publishers
 * count, but libzmq and JeroMQ cancel only once. {@link SubSocket} and {@link XSubSocket} count themselves, and send one
 * SUBSCRIBE and one CANCEL.
 *
 * <p>A peer may have {@link SocketOptions#maxSubscriptions} different prefixes, and 16 MiB of them; further ones are
 * ignored, and reported as {@code TOO_MANY_SUBSCRIPTIONS}. When a peer goes its subscriptions go, and what waits for it is
 * dropped and counted.
 *
 * @since 0.1
 */
public final class PubSocket extends PublishingSocket {

    private PubSocket(SocketOptions options) {
        super(SocketType.PUB, options);
    }

    /** A socket with the default options. */
    public static PubSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static PubSocket create(UnaryOperator<SocketOptions> options) {
        return new PubSocket(options.apply(SocketOptions.create()));
    }

    /**
     * As {@link #create(UnaryOperator)}, with a journal that says what is published. Internal: made for publishers that keep
     * what they publish.
     */
    public static PubSocket create(UnaryOperator<SocketOptions> options, Journal journal) {
        return new PubSocket(options.apply(SocketOptions.create()).journal(journal));
    }

    /** What a peer says of its subscriptions, in either form; empty if it is something else. */
    static Optional<Subscription> subscription(Object item) {
        return item instanceof Frame command ? Subscription.parse(command) : Subscription.parse((Message) item);
    }

    @Override
    void heard(Pipe pipe, Object item) {
        if (item instanceof SubscriptionRun run) {
            publication.take(run, pipe);
            return;
        }
        Subscription said = subscription(item).orElse(null);
        if (said == null) {
            if (item instanceof Message message) {
                dropped(pipe, null, DropReason.UNEXPECTED, message, 1);
            }
        } else if (said.isCancel()) {
            publication.unsubscribe(said.prefix(), pipe);
        } else {
            publication.subscribe(said.prefix(), pipe);
        }
    }
}
