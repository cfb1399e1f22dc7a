package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.Notices;
import io.zmtp.reactive.routing.Publication;
import io.zmtp.reactive.routing.SubscriptionTrie;
import io.zmtp.reactive.routing.SubscriptionTrie.End;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import io.zmtp.reactive.wire.Subscription;
import io.zmtp.reactive.wire.SubscriptionRun;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Publishes as {@link PubSocket} does, and receives the subscriptions (RFC 29). {@link #receive()} emits a notice for each: a
 * message of one part, the octet 01 and the prefix, or 00 and the prefix for an end. It also emits what XSUB peers send
 * upstream.
 *
 * <p>By default there are notices of the first subscription to a prefix by any peer, and of the end of the last one. With
 * {@link SocketOptions#verbose()} there are notices of all subscriptions, with {@link SocketOptions#verboser()} and
 * {@link SocketOptions#manual()} of all ends too. When a peer goes, its subscriptions end.
 *
 * <p>Peers are always read, even if nothing receives: subscriptions count, and PINGs are answered, however much waits to be
 * received. A first subscription and a last end are never lost; if both wait to be received, neither is emitted. Others are
 * dropped beyond a limit, counted, and reported as {@code QUEUE_FULL}:
 *
 * <ul>
 *   <li>of what a peer sends upstream, {@code recvHwm} messages or 256 KiB;
 *   <li>with {@code verbose()}, {@code verboser()} and {@code manual()}, of the subscriptions and ends of a peer,
 *       {@link SocketOptions#maxSubscriptions} or 16 MiB;
 *   <li>of all these, if their peers have gone, 100,000 or 16 MiB together.
 * </ul>
 *
 * @since 0.1
 */
public final class XPubSocket extends PublishingSocket implements Receiver {

    private final Notices notices;
    private final Inbox<Message> inbox;

    /** By what their notices say; one that comes back is another one, however equal. */
    private final Map<Peer, Pipe> subscribers = Collections.synchronizedMap(new IdentityHashMap<>());

    /** What peers asked for, where the application decides what they get. */
    private final @Nullable SubscriptionTrie<Pipe> asked;

    private XPubSocket(SocketOptions options) {
        super(SocketType.XPUB, options);
        this.notices = new Notices(
                options.maxSubscriptions, options.recvHwm, !options.verbose && !options.verboser && !options.manual);
        this.inbox = new Inbox<>(notices);
        this.asked = options.manual ? Publication.newTrie(options.maxSubscriptions) : null;
    }

    /** A socket with the default options. */
    public static XPubSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static XPubSocket create(UnaryOperator<SocketOptions> options) {
        return new XPubSocket(options.apply(SocketOptions.create()));
    }

    @Override
    Publication newPublication() {
        return new Noted();
    }

    // ---- what peers say

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        notices.joined(pipe, peer.peer());
        subscribers.put(peer.peer(), pipe);
        super.joined(pipe, peer);
        Message welcome = options.welcome;
        if (welcome != null && !pipe.offer(welcome)) {
            dropped(pipe, null, DropReason.QUEUE_FULL, welcome, 1);
        }
        return true;
    }

    @Override
    void heard(Pipe pipe, Object item) {
        if (item instanceof SubscriptionRun run) {
            heard(pipe, run);
        } else {
            PubSocket.subscription(item).ifPresentOrElse(said -> heard(pipe, said), () -> unknown(pipe, item));
        }
        inbox.drain();
    }

    /** What is no subscription was sent upstream. */
    private void unknown(Pipe pipe, Object item) {
        if (item instanceof Message message && !notices.add(pipe, message)) {
            lost(pipe, message, 1);
        }
    }

    private void heard(Pipe pipe, SubscriptionRun run) {
        if (notices.haveRoom()) {
            publication.take(run, pipe);
            return;
        }
        while (run.next()) { // there is more room when one was received
            heard(pipe, new Subscription(run.isCancel(), run.prefix()));
            inbox.drain();
        }
    }

    private void heard(Pipe pipe, Subscription said) {
        if (asked == null && said.isCancel()) {
            publication.unsubscribe(said.prefix(), pipe);
        } else if (asked == null) {
            publication.subscribe(said.prefix(), pipe);
        } else if (note(asked, pipe, said)) {
            tell(pipe, said);
        }
    }

    private void tell(Pipe pipe, Subscription said) {
        if (!notices.add(pipe, said)) {
            lost(pipe, Message.of(Subscription.body(said.prefix(), said.isCancel())), 1);
        }
    }

    private void lost(Pipe pipe, Message first, int count) {
        publication.unlocked(() -> dropped(pipe, null, DropReason.QUEUE_FULL, first, count));
    }

    /** Notices are made under its lock: in another order than the changes, they would say the contrary. */
    private final class Noted extends Publication {

        Noted() {
            super(rules(0));
        }

        @Override
        protected void subscribed(Bytes prefix, Pipe pipe, Outcome outcome) {
            boolean isNews = switch (outcome) {
                case FIRST -> true;
                case FURTHER -> options.verbose || options.verboser;
                case AGAIN -> options.verbose;
                default -> false;
            };
            if (isNews && !options.manual) {
                tell(pipe, new Subscription(false, prefix));
            }
        }

        @Override
        protected void unsubscribed(Bytes prefix, Pipe pipe, End end) {
            if ((end == End.LAST || (end == End.FURTHER && options.verboser)) && !options.manual) {
                tell(pipe, new Subscription(true, prefix));
            }
        }

        @Override
        public List<Bytes> end(Pipe pipe) {
            List<Bytes> all = options.verboser ? subscriptions(pipe) : List.of();
            List<Bytes> unwanted = super.end(pipe);
            int lost = notices.left(pipe, asked != null ? forget(asked, pipe) : options.verboser ? all : unwanted);
            if (lost > 0) {
                lost(pipe, Message.of(Bytes.EMPTY), lost);
            }
            return unwanted;
        }
    }

    /** Ends all that a peer asked for, also what other peers asked for: each end is received, as each subscription was. */
    private static List<Bytes> forget(SubscriptionTrie<Pipe> all, Pipe pipe) {
        synchronized (all) {
            List<Bytes> ended = all.prefixes(pipe);
            all.remove(pipe);
            return ended;
        }
    }

    /** Notes what a peer asks for; returns whether the application is to receive it. */
    private boolean note(SubscriptionTrie<Pipe> all, Pipe pipe, Subscription said) {
        boolean refused;
        synchronized (all) {
            if (said.isCancel()) {
                return all.unsubscribe(said.prefix(), pipe) != End.NONE;
            }
            refused = all.subscribe(said.prefix(), pipe).isRefused();
        }
        if (refused) {
            Message message = Message.of(Subscription.body(said.prefix(), false));
            dropped(pipe, null, DropReason.TOO_MANY_SUBSCRIPTIONS, message, 1);
        }
        return !refused;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        subscribers.remove(peer.peer());
        super.peerGone(pipe, peer);
        inbox.drain();
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }

    // ---- what the application does

    @Override
    public Flux<Message> receive() {
        return inbox.receive();
    }

    /**
     * Subscribes the peer that a notice came from, if {@link SocketOptions#manual()} leaves that to the application: to what it
     * asked for, or to something else. It may be called at any time and from any thread, such as in {@code flatMap} after
     * a check of rights.
     *
     * @param notice as {@link #receive()} emitted it
     * @param prefix what messages for this peer begin with; empty for all
     * @return whether it is subscribed now; false if it has gone, or has too many subscriptions, which is reported as
     *     {@code TOO_MANY_SUBSCRIPTIONS}
     * @throws IllegalStateException if the socket is not {@code manual()}
     * @throws IllegalArgumentException if the message does not come from a peer
     */
    public boolean subscribe(Message notice, Bytes prefix) {
        Pipe pipe = subscriber(notice);
        Outcome outcome = pipe == null ? null : publication.subscribe(prefix, pipe, () -> pipe.sender(notice) != null);
        return outcome != null && !outcome.isRefused();
    }

    /**
     * Ends a subscription of the peer that a notice came from. One that is not there is ignored.
     *
     * @param notice any that came from that peer, as {@link #receive()} emitted it
     * @param prefix what it was subscribed to
     * @throws IllegalStateException if the socket is not {@code manual()}
     * @throws IllegalArgumentException if the message does not come from a peer
     */
    public void unsubscribe(Message notice, Bytes prefix) {
        Pipe pipe = subscriber(notice);
        if (pipe != null) {
            publication.unsubscribe(prefix, pipe);
        }
    }

    /** The peer that a notice came from; null if it has gone. */
    private @Nullable Pipe subscriber(Message notice) {
        if (asked == null) {
            throw new IllegalStateException(
                    "XPUB socket: expected it to be made manual(), but its peers subscribe themselves");
        }
        Peer peer = notice.peer()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "XPUB socket: expected a notice as receive() handed it out, but this message comes from no peer"));
        return subscribers.get(peer);
    }
}
