package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.FanOut;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.LocalSubscriptions;
import io.zmtp.reactive.routing.Outgoing;
import io.zmtp.reactive.wire.Subscription;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Subscribes by messages (RFC 29) of one part: the octet 01 and a prefix subscribes, 00 and a prefix ends that. So
 * {@code xsub.send(xpub.receive())} and {@code xpub.send(xsub.receive())} are a proxy. Any other message is sent upstream to
 * every peer; XPUB peers receive it. A peer whose queue is full misses such a message, which is counted and reported, unless
 * {@link SocketOptions#noDrop()} makes senders wait. Subscriptions need no room, and are never lost.
 *
 * <p>Equal subscriptions are counted, and sent, as by {@link SubSocket}. A message that matches no subscription is not
 * received.
 *
 * @since 0.1
 */
public final class XSubSocket extends SendingSocket implements Receiver {

    private final LocalSubscriptions subscriptions = new LocalSubscriptions(Pipe::subscribe);
    private final Upstream upstream;
    private final Inbox<Message> inbox = new Inbox<>(fairQueue((pipe, item) -> wanted(item)));

    private XSubSocket(SocketOptions options) {
        super(SocketType.XSUB, options);
        this.upstream = new Upstream();
    }

    /** A socket with the default options. */
    public static XSubSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static XSubSocket create(UnaryOperator<SocketOptions> options) {
        return new XSubSocket(options.apply(SocketOptions.create()));
    }

    /** Sends messages to all peers, except subscriptions. */
    private final class Upstream extends FanOut {

        Upstream() {
            super(SocketType.XSUB, 0, options.overflow(Overflow.DROP_NEWEST), XSubSocket.this::dropped);
        }

        @Override
        protected void check(Message message) {
            int prefix = message.first().size() - 1;
            if (prefix > Subscription.MAX_PREFIX && Subscription.parse(message).isPresent()) {
                throw new ZmtpSendException("XSUB socket: expected a subscription of at most " + Subscription.MAX_PREFIX
                        + " octets, but it has " + prefix);
            }
        }

        /** Subscriptions are not for the queues: they need no room there. */
        @Override
        protected boolean tryGive(Message message) {
            Subscription said = Subscription.parse(message).orElse(null);
            if (said == null) {
                return super.tryGive(message);
            }
            check(message);
            unlocked(() -> said(said));
            return true;
        }

        private void said(Subscription said) {
            if (said.isCancel()) {
                subscriptions.remove(said.prefix());
            } else {
                subscriptions.add(said.prefix());
            }
        }

        @Override
        protected void visit(Message sent, Consumer<Pipe> visitor) {
            pipes.forEach(visitor);
        }
    }

    private @Nullable Message wanted(Object item) {
        return item instanceof Message message && subscriptions.matches(message.first()) != options.invertMatching
                ? message
                : null;
    }

    @Override
    Outgoing outgoing() {
        return upstream;
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        upstream.add(pipe);
        subscriptions.joined(pipe);
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        subscriptions.left(pipe);
        upstream.remove(pipe);
        lose(pipe, DropReason.PEER_GONE);
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        subscriptions.left(pipe);
        upstream.remove(pipe);
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
