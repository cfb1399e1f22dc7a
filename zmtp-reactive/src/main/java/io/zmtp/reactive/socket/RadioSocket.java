package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.endpoint.DatagramSink;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Publication;
import io.zmtp.reactive.routing.SubscriptionTrie;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Datagram;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Group;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Publishes to groups, of which DISH peers are members (RFC 48). A message has two parts: the group, of at most
 * {@value io.zmtp.reactive.wire.Group#MAX_SIZE} octets, none of them zero, and the body. Others fail with a
 * {@code ZmtpSendException}. A member whose queue is full misses a message, which is counted and reported as
 * {@code QUEUE_FULL}, unless {@link SocketOptions#noDrop()} makes senders wait.
 *
 * <p>A peer may be member of {@link SocketOptions#maxSubscriptions} groups; further ones are ignored, and reported as
 * {@code TOO_MANY_SUBSCRIPTIONS}. A peer that sends a longer name of a group is disconnected.
 *
 * <p>It may connect to {@code udp} endpoints too, unicast and multicast. Every message is sent there as one datagram of at most
 * {@value io.zmtp.reactive.wire.Datagram#MAX_SIZE} octets, whether a DISH is there or not. While it is connected to one,
 * longer messages fail. What the system or the network drops is lost.
 *
 * @since 0.1
 */
public final class RadioSocket extends PublishingSocket {

    private RadioSocket(SocketOptions options) {
        super(SocketType.RADIO, options);
    }

    /** A socket with the default options. */
    public static RadioSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static RadioSocket create(UnaryOperator<SocketOptions> options) {
        return new RadioSocket(options.apply(SocketOptions.create()));
    }

    /** Those who joined the very group; and datagrams, which go out even if no peer has joined. */
    private static final class Groups extends Publication {

        private final List<Pipe> datagrams = new CopyOnWriteArrayList<>();

        Groups(Rules rules) {
            super(rules);
        }

        @Override
        public void add(Pipe pipe) {
            super.add(pipe);
            if (pipe instanceof DatagramSink) {
                datagrams.add(pipe);
            }
        }

        @Override
        public void remove(Pipe pipe) {
            datagrams.remove(pipe);
            super.remove(pipe);
        }

        @Override
        protected void visit(Message sent, Consumer<Pipe> visitor) {
            super.visit(sent, visitor);
            datagrams.forEach(visitor);
        }

        @Override
        protected void check(Message message) {
            String flaw = Group.flaw(message.first());
            if (!flaw.isEmpty()) {
                throw new ZmtpSendException("RADIO socket: " + flaw);
            }
            if (!datagrams.isEmpty() && 1 + message.bytes() > Datagram.MAX_SIZE) {
                throw new ZmtpSendException("RADIO socket: expected group and body of at most "
                        + (Datagram.MAX_SIZE - 1) + " octets over udp, but they have " + message.bytes());
            }
        }

        @Override
        protected int match(SubscriptionTrie<Pipe> all, Bytes topic, Consumer<Pipe> visitor) {
            return all.matchExactly(topic, visitor);
        }
    }

    @Override
    void added(Pipe pipe) {
        if (pipe instanceof DatagramSink) {
            publication.add(pipe);
        }
    }

    @Override
    Publication newPublication() {
        return new Groups(rules(2));
    }

    @Override
    void heard(Pipe pipe, Object item) {
        if (item instanceof Message message) {
            dropped(pipe, null, DropReason.UNEXPECTED, message, 1);
            return;
        }
        if (!(item instanceof Frame frame)) {
            return; // subscriptions to prefixes, which are none to groups
        }
        Command command = Command.parse(frame);
        boolean joins = command.name().equals(Command.JOIN);
        if (!joins && !command.name().equals(Command.LEAVE)) {
            return;
        }
        if (command.data().size() > Group.MAX_SIZE) {
            dropped(pipe, null, DropReason.MALFORMED, Message.of(command.data()), 1);
            pipe.drop();
        } else if (joins) {
            publication.subscribe(command.data(), pipe);
        } else {
            publication.unsubscribe(command.data(), pipe);
        }
    }
}
