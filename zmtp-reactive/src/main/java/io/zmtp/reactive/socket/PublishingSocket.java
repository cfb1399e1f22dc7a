package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Outgoing;
import io.zmtp.reactive.routing.Publication;
import io.zmtp.reactive.wire.Subscription;
import reactor.core.publisher.Mono;

/**
 * A socket whose peers say what they want to have, and get copies of it. What they say is read at once, whoever
 * receives.
 */
abstract sealed class PublishingSocket extends SendingSocket permits PubSocket, RadioSocket, XPubSocket {

    final Publication publication;

    PublishingSocket(SocketType type, SocketOptions options) {
        super(type, options);
        this.publication = newPublication();
    }

    Publication newPublication() {
        return new Publication(rules(0));
    }

    /** The socket's rules for what it publishes: messages of so many parts, 0 for any number. */
    final Publication.Rules rules(int parts) {
        return new Publication.Rules(
                type,
                parts,
                options.overflow(Overflow.DROP_NEWEST),
                options.invertMatching,
                options.maxSubscriptions,
                options.newLastValues(),
                options.journal,
                this::dropped);
    }

    @Override
    Outgoing outgoing() {
        return publication;
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        publication.add(pipe);
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        publication.leave(pipe);
        lose(pipe, DropReason.PEER_GONE);
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        publication.leave(pipe);
    }

    @Override
    void writable(Pipe pipe) {
        super.writable(pipe);
        publication.giveValues(pipe);
    }

    /** Reads all there is, one thread at a time. */
    @Override
    final void readable(Pipe pipe) {
        if (pipe.reading.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Object item; (item = pipe.poll()) != null; ) {
                if (publication.members.contains(pipe)) {
                    heard(pipe, item);
                } else if (item instanceof Message message && !isSubscription(message)) { // those have gone with it
                    dropped(pipe, null, DropReason.PEER_GONE, message, 1);
                }
            }
            missed = pipe.reading.addAndGet(-missed);
        } while (missed != 0);
    }

    private static boolean isSubscription(Message message) {
        return Subscription.parse(message).isPresent();
    }

    /** A peer said something: a message, or a command as a {@code Frame}, or several as a {@code SubscriptionRun}. */
    abstract void heard(Pipe pipe, Object item);

    /**
     * Waits for subscribers, as a message without any is not sent. It is not enough that a peer is connected: after an
     * interruption a SUB of libzmq subscribes again only when its application next calls it.
     *
     * @param topic a topic as it will be sent
     * @param count how many peers, at least 1
     * @return completes when so many peers would get a message of that topic; fails when the socket is closed before
     */
    public Mono<Void> awaitSubscribers(Bytes topic, int count) {
        SocketOptions.requirePositive("count", count);
        return publication.awaitSubscribers(topic, count);
    }

    /** As {@link #awaitSubscribers(Bytes, int)}, for a topic in UTF-8. */
    public Mono<Void> awaitSubscribers(String topic, int count) {
        return awaitSubscribers(Bytes.utf8(topic), count);
    }
}
