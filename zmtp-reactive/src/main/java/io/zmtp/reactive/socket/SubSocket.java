package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.LocalSubscriptions;
import io.zmtp.reactive.routing.SubscriptionInbox;
import io.zmtp.reactive.wire.Subscription;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * Subscribes to what PUB and XPUB peers publish: messages whose first part begins with a prefix (RFC 29).
 *
 * <p>{@link #receive(String, String...)} is a subscription that lasts as long as its subscriber, and there may be many at
 * a time. {@link #receive()} emits what the calls of {@link #subscribe(Bytes)} subscribed to. All peers are sent the
 * subscriptions, even those that come later or come back. Equal subscriptions are counted: a SUBSCRIBE is sent with the
 * first, and a CANCEL with the end of the last. A subscription that begins and ends while a publisher does not read is not
 * sent. A publisher that leaves more than 4 MiB of CANCELs unread is disconnected, and is sent all subscriptions on the
 * next connection.
 *
 * <p>Reading follows demand. It stops, beyond {@code recvHwm} messages of each peer, while there is no subscriber, and while
 * a subscriber that wants the next message has not requested it. So the slowest of several subscribers delays the others,
 * and publishers then drop messages, as they do for any slow peer. To avoid that, put {@code onBackpressureBuffer} or the
 * like behind slow ones. If there are subscribers, but none of {@code receive()} without prefixes, a message that only that
 * would emit is dropped, and reported as {@code NO_RECEIVER}.
 *
 * @since 0.1
 */
public final class SubSocket extends ReceivingSocket {

    private final LocalSubscriptions subscriptions = new LocalSubscriptions(Pipe::subscribe);

    private final SubscriptionInbox inbox = new SubscriptionInbox(
            fairQueue((pipe, item) -> item instanceof Message message ? message : null),
            this::isPlain,
            options.invertMatching,
            this::unwanted);

    private SubSocket(SocketOptions options) {
        super(SocketType.SUB, options);
    }

    /** A socket with the default options. */
    public static SubSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static SubSocket create(UnaryOperator<SocketOptions> options) {
        return new SubSocket(options.apply(SocketOptions.create()));
    }

    // ---- subscribing

    /**
     * Subscribes to the messages that begin with a prefix, for {@link #receive()}.
     *
     * @param prefix at most {@link Subscription#MAX_PREFIX} octets; empty for all
     */
    public void subscribe(Bytes prefix) {
        requireFit(prefix);
        subscriptions.add(prefix);
    }

    /** As {@link #subscribe(Bytes)}, for a prefix in UTF-8. */
    public void subscribe(String prefix) {
        subscribe(Bytes.utf8(prefix));
    }

    /**
     * Ends a subscription of {@link #subscribe(Bytes)}. Messages that came already are not emitted any more.
     *
     * @param prefix its prefix; one that was not subscribed to is ignored
     */
    public void unsubscribe(Bytes prefix) {
        subscriptions.remove(prefix);
    }

    /** As {@link #unsubscribe(Bytes)}, for a prefix in UTF-8. */
    public void unsubscribe(String prefix) {
        unsubscribe(Bytes.utf8(prefix));
    }

    /**
     * Subscribes to everything if {@link #receive()} would emit nothing: if no subscription of {@link #subscribe(Bytes)} stands,
     * and matching is not inverted. However many call this at once, there is one subscription, to the empty prefix.
     */
    public void subscribeUnlessSubscribed() {
        if (!options.invertMatching) {
            subscriptions.addIfEmpty(Bytes.EMPTY);
        }
    }

    /** A peer would end the connection, and end it again. */
    private static void requireFit(Bytes prefix) {
        if (prefix.size() > Subscription.MAX_PREFIX) {
            throw new IllegalArgumentException("SUB socket: expected a subscription of at most "
                    + Subscription.MAX_PREFIX + " octets, but it has " + prefix.size());
        }
    }

    // ---- receiving

    /** {@inheritDoc} Here: what {@link #subscribe(Bytes)} asked for. */
    @Override
    public Flux<Message> receive() {
        return inbox.receive();
    }

    /**
     * The messages that begin with one of these prefixes. A subscription begins and ends with each subscriber, of which there
     * may be many.
     *
     * @param first a prefix in UTF-8; empty for all
     * @param more further prefixes
     * @return emits as {@link Receiver#receive()}; completes when the socket is closed
     */
    public Flux<Message> receive(String first, String... more) {
        return receive(Stream.concat(Stream.of(first), Arrays.stream(more))
                .map(Bytes::utf8)
                .toArray(Bytes[]::new));
    }

    /** As {@link #receive(String, String...)}, for prefixes of any octets, at least one. */
    public Flux<Message> receive(Bytes... prefixes) {
        List<Bytes> wanted = List.of(prefixes);
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("SUB socket: expected at least one prefix, but there is none");
        }
        wanted.forEach(SubSocket::requireFit);
        return inbox.feed(wanted, () -> subscriptions.receive(wanted), () -> subscriptions.endReceiving(wanted));
    }

    private boolean isPlain(Message message) {
        return subscriptions.matches(message.first()) != options.invertMatching;
    }

    /** What was subscribed to no longer, or never, may still come, and is nobody's loss. */
    private void unwanted(Message message) {
        if (subscriptions.matches(message.first()) && !options.invertMatching) {
            dropped(null, null, DropReason.NO_RECEIVER, message, 1);
        }
    }

    // ---- peers

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        subscriptions.joined(pipe);
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        subscriptions.left(pipe);
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }
}
