package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.routing.SubscriptionTrie;
import io.zmtp.reactive.routing.SubscriptionTrie.Outcome;
import io.zmtp.reactive.wire.Subscription;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Publishes as {@link PubSocket} does, and sees the subscriptions (RFC 29): {@link #receive()} yields a message of one
 * part for each, the octet 01 and the prefix, and 00 and the prefix for an end; and what XSUB peers send upstream.
 *
 * <p>Only the first subscription to a prefix by anybody is told, and the end of the last; all subscriptions with
 * {@link SocketOptions#verbose()}, all ends too with {@link SocketOptions#verboser()}. What a peer that goes had
 * subscribed to is told as ended.
 *
 * <p>Subscriptions count at once, whether anybody receives or not. Of each peer up to {@code recvHwm} notices wait to be
 * received; one that has so many is not read from until half of them were taken. Of peers that have gone 100,000 wait in
 * all, further ones are dropped and counted.
 *
 * @since 0.1
 */
public final class XPubSocket extends PublishingSocket implements Receiver {

    private final Notices notices;
    private final Feeds feeds = new Feeds(this::next, message -> {}, () -> {});
    private final AtomicBoolean receiving = new AtomicBoolean();

    /** What peers asked for, where the application decides what they get. */
    private final @Nullable SubscriptionTrie<Pipe> asked;

    private XPubSocket(SocketOptions options) {
        super(SocketType.XPUB, options);
        this.notices = new Notices(options.recvHwm);
        this.asked = options.manual ? Publication.newTrie(options) : null;
    }

    /** A socket with the default options. */
    public static XPubSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static XPubSocket create(UnaryOperator<SocketOptions> options) {
        return new XPubSocket(options.apply(SocketOptions.create()));
    }

    // ---- what peers say

    @Override
    boolean joined(Pipe pipe, SocketPeer peer) {
        notices.joined(pipe);
        super.joined(pipe, peer);
        Message welcome = options.welcome;
        if (welcome != null && !pipe.offer(welcome)) {
            dropped(pipe, null, DropReason.QUEUE_FULL, welcome, 1);
        }
        return true;
    }

    @Override
    boolean canHear(Pipe pipe) {
        return notices.hasRoom(pipe);
    }

    @Override
    void heard(Pipe pipe, Object item) {
        Subscription said = PubSocket.subscription(item).orElse(null);
        if (said != null) {
            if (isNews(pipe, said)) {
                add(pipe, Message.received(Subscription.body(said.prefix(), said.isCancel()), pipe.peer()));
            }
        } else if (item instanceof Message message) {
            add(pipe, message);
        }
    }

    private void add(Pipe pipe, Message message) {
        notices.add(pipe, message);
        feeds.drain();
    }

    /** Notes a subscription; whether the application is to be told. */
    private boolean isNews(Pipe pipe, Subscription said) {
        if (asked != null) {
            return note(asked, pipe, said);
        }
        if (said.isCancel()) {
            return publication.unsubscribe(said.prefix(), pipe) || options.verboser;
        }
        Outcome outcome = publication.subscribe(said.prefix(), pipe);
        return outcome == Outcome.FIRST || (outcome == Outcome.FURTHER && (options.verbose || options.verboser));
    }

    private boolean note(SubscriptionTrie<Pipe> all, Pipe pipe, Subscription said) {
        boolean refused = false;
        synchronized (all) {
            if (said.isCancel()) {
                all.unsubscribe(said.prefix(), pipe);
            } else {
                refused = all.subscribe(said.prefix(), pipe).isRefused();
            }
        }
        if (refused) {
            Message message = Message.of(Subscription.body(said.prefix(), false));
            dropped(pipe, null, DropReason.TOO_MANY_SUBSCRIPTIONS, message, 1);
        }
        return !refused;
    }

    @Override
    void left(Pipe pipe, SocketPeer peer) {
        List<Bytes> unwanted = publication.leave(pipe);
        if (asked != null) {
            synchronized (asked) {
                unwanted = asked.remove(pipe);
            }
        }
        lose(pipe, DropReason.PEER_GONE);
        List<Message> ends = unwanted.stream()
                .map(prefix -> Message.received(Subscription.body(prefix, true), peer.peer()))
                .toList();
        int lost = notices.left(pipe, ends);
        if (lost > 0) {
            dropped(pipe, null, DropReason.QUEUE_FULL, Message.of(Bytes.EMPTY), lost);
        }
        readable(pipe); // what it was not heard of
        feeds.drain();
    }

    @Override
    void ended() {
        feeds.end();
    }

    // ---- what the application does

    private @Nullable Message next() {
        Message next = notices.next();
        Pipe heardAgain = notices.release();
        if (heardAgain != null) {
            readable(heardAgain);
        }
        return next;
    }

    @Override
    public Flux<Message> receive() {
        return feeds.feed(
                message -> true,
                () -> {
                    if (!receiving.compareAndSet(false, true)) {
                        throw new IllegalStateException("expected one subscriber, but somebody receives already:"
                                + " use publish() or share() to have more");
                    }
                },
                () -> receiving.set(false));
    }

    /**
     * Subscribes the peer whose notice {@link #receive()} handed out last, where {@link SocketOptions#manual()} leaves
     * that to the application: to what it asked for, or to something else. To be called by who receives, before it takes
     * the next notice.
     */
    public void subscribe(Bytes prefix) {
        Pipe pipe = requireManual();
        if (pipe != null) {
            publication.subscribe(prefix, pipe);
        }
    }

    /** Ends such a subscription; one that is not there is ignored. */
    public void unsubscribe(Bytes prefix) {
        Pipe pipe = requireManual();
        if (pipe != null) {
            publication.unsubscribe(prefix, pipe);
        }
    }

    private @Nullable Pipe requireManual() {
        if (asked == null) {
            throw new IllegalStateException("XPUB socket: peers subscribe themselves, unless it is made manual()");
        }
        return notices.last();
    }
}
