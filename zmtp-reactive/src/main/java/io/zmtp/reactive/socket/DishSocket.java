package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.LocalSubscriptions;
import io.zmtp.reactive.wire.Group;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Joins groups, and receives what RADIO peers publish to them (RFC 48): messages of two parts, the group and the body.
 * All peers are sent the groups, even those that come later or come back. A peer that sends something else than a group and
 * a body is disconnected. A message to a group that was not joined is not received.
 *
 * <p>It may bind {@code udp} endpoints too, unicast and multicast. The groups are not announced there, and nothing proves the
 * sender. If {@code recvHwm} messages wait to be received, further ones are dropped and counted, and so is a datagram that is
 * malformed or too long, as {@code MALFORMED}; the system may drop more, uncounted.
 *
 * @since 0.1
 */
public final class DishSocket extends ReceivingSocket {

    private final LocalSubscriptions groups = new LocalSubscriptions(Pipe::join);
    private final Inbox<Message> inbox = new Inbox<>(fairQueue(this::joined));

    private DishSocket(SocketOptions options) {
        super(SocketType.DISH, options);
    }

    /** A socket with the default options. */
    public static DishSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static DishSocket create(UnaryOperator<SocketOptions> options) {
        return new DishSocket(options.apply(SocketOptions.create()));
    }

    // ---- groups

    /**
     * Joins a group, to receive what is sent to it. Joining twice is the same as once.
     *
     * @param group at most {@value io.zmtp.reactive.wire.Group#MAX_SIZE} octets, none of them zero
     */
    public void join(Bytes group) {
        String flaw = Group.flaw(group);
        if (!flaw.isEmpty()) {
            throw new IllegalArgumentException("DISH socket: " + flaw);
        }
        groups.addOnce(group);
    }

    /** As {@link #join(Bytes)}, for a group in UTF-8. */
    public void join(String group) {
        join(Bytes.utf8(group));
    }

    /**
     * Leaves a group. Messages that came already are not emitted any more.
     *
     * @param group the group; one that was not joined is ignored
     */
    public void leave(Bytes group) {
        groups.remove(group);
    }

    /** As {@link #leave(Bytes)}, for a group in UTF-8. */
    public void leave(String group) {
        leave(Bytes.utf8(group));
    }

    /** Whether a group was joined. */
    boolean isMember(Bytes group) {
        return groups.contains(group);
    }

    // ---- peers

    private @Nullable Message joined(Pipe pipe, Object item) {
        if (!(item instanceof Message message)) {
            return null;
        }
        if (message.size() != 2 || message.first().size() > Group.MAX_SIZE) {
            dropped(pipe, null, DropReason.MALFORMED, message, 1);
            pipe.drop();
            return null;
        }
        return groups.contains(message.first()) ? message : null;
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        groups.joined(pipe);
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        groups.left(pipe);
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
