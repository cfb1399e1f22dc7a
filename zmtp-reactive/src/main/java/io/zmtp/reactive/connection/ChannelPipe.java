package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Acknowledgements;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Encoding;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.PipeOwner;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.SendQueue;
import io.zmtp.reactive.pipe.Unread;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Subscription;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A pipe over connections: the outbox, and the connection that drains it. Where the socket connects, it lasts over many
 * connections, and what it holds waits for the next one; where the socket binds, it has one connection. Internal: made for
 * sockets, not for their users.
 *
 * <p>Sending may be done on any thread; the events come on the connection's event loop.
 */
public final class ChannelPipe extends Pipe {

    /** Hears of an endpoint that is bound, on the event loop that accepts. */
    public interface Reports {

        /**
         * A limit was reached, and peers that connect now wait in the kernel. Reported at once, and then at most once a
         * second.
         *
         * @param connections how many are open, handshakes in progress among them
         * @param count how often since the last call
         */
        void paused(int connections, int handshakes, long count);

        /**
         * A peer has come to nothing before it had a connection: its request for a WebSocket did not come, or was for none.
         * On the event loop of its channel.
         *
         * @param address the address of the peer; null where there is none
         */
        default void failed(@Nullable SocketAddress address, Throwable cause) {}
    }

    private final Outbox outbox;
    private final int receiveMessages;
    private final @Nullable Set<ChannelPipe> siblings;
    private volatile @Nullable ChannelConnection connection;
    /** What is being taken from; a connection that has gone may have left something. The taking thread's own. */
    private volatile @Nullable InboundPipe oldest;

    private @Nullable InboundPipe newest;

    /** Whether the owner keeps a place for the peer of a handshake; on the event loop. */
    private boolean admitted;

    /**
     * Makes one without a connection.
     *
     * @param siblings where it is while it has its one connection; null for one that outlives its connections
     */
    public ChannelPipe(PipeOwner owner, Endpoint endpoint, Bounds bounds, @Nullable Set<ChannelPipe> siblings) {
        super(owner, endpoint, siblings == null);
        this.outbox = new Outbox(bounds, new Outbox.Owner() {
            @Override
            public void room() {
                owner.writable(ChannelPipe.this);
            }

            @Override
            public void written(long messages, long bytes) {
                ChannelPipe.this.written(messages, bytes);
            }

            @Override
            public void expired(List<Message> messages, long count) {
                ChannelPipe.this.expired(messages, count);
            }
        });
        this.receiveMessages = bounds.receiveMessages();
        this.siblings = siblings;
    }

    /** A client with a spec's options, whose connections all serve this pipe, one after the other. */
    public Mono<ZmtpConnection> connect(ZmtpClient client) {
        return client.with(spec -> spec.pipes = () -> this).connect(endpoint);
    }

    /** Has a server make a pipe for each connection that it accepts, and report what is of no connection. */
    public static ZmtpServer each(ZmtpServer server, Supplier<ChannelPipe> pipes, Reports reports) {
        return server.with(spec -> {
            spec.pipes = pipes;
            spec.reports = reports;
        });
    }

    // ---- sending

    @Override
    public boolean offer(Message message) {
        return outbox.offerNow(message);
    }

    @Override
    public int offer(Message[] messages, int count) {
        return outbox.offerNow(messages, count);
    }

    @Override
    public boolean offer(Message message, Encoding encoding) {
        return !outbox.isFull() && outbox.offerNow(forThis(message, encoding));
    }

    @Override
    public List<Message> displace(Message message, @Nullable Encoding encoding, boolean all) {
        List<Message> displaced = outbox.displace(encoding == null ? message : forThis(message, encoding), all);
        return displaced == null ? List.of(message) : displaced;
    }

    /** The octets that all peers get, if this one can take them. */
    private Object forThis(Message message, Encoding encoding) {
        return isEncrypted() || message.ages() ? message : encoding.of(message);
    }

    @Override
    public long room() {
        return outbox.roomNow();
    }

    @Override
    public boolean isFull() {
        return outbox.isFull();
    }

    @Override
    public boolean isHalfEmpty() {
        return outbox.isHalfEmpty();
    }

    @Override
    public boolean isFlowing() {
        return connection != null && outbox.isFlowing();
    }

    /** Whether its connection encrypts, and takes nothing encoded. */
    boolean isEncrypted() {
        ChannelConnection now = connection;
        return now != null && now.isEncrypted();
    }

    @Override
    public SendQueue sendQueue() {
        return outbox;
    }

    /**
     * Sends a subscription in the form that the peer's version understands; lost if there is no connection. A subscription
     * that ends before the peer reads it is not sent; a peer that leaves very many ends unread loses the connection.
     */
    @Override
    public void subscribe(Bytes prefix, boolean cancel) {
        ChannelConnection now = connection;
        if (now != null) {
            boolean commands = now.peer().major() > 3 || now.peer().minor() > 0;
            now.control(prefix, cancel, commands ? Subscription::command : ChannelPipe::subscriptionMessage);
        }
    }

    /** Lost if there is no connection. */
    @Override
    public void join(Bytes group, boolean leave) {
        ChannelConnection now = connection;
        if (now != null) {
            now.control(group, leave, Pipe::membership);
        }
    }

    private static Frame subscriptionMessage(Bytes prefix, boolean cancel) {
        return Frame.of(Subscription.body(prefix, cancel), false);
    }

    /** Of all connections, on the present one only. */
    @Override
    public void greet(Message message) {
        ChannelConnection now = connection;
        if (now != null) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < message.size(); i++) {
                frames.add(Frame.of(message.part(i), i < message.size() - 1));
            }
            now.greet(frames);
        }
    }

    @Override
    public Mono<Void> flush() {
        return outbox.flush();
    }

    @Override
    public long held() {
        return outbox.messages();
    }

    /** Whether all that was accepted has been written. */
    public boolean isDrained() {
        return outbox.isDrained();
    }

    @Override
    public List<Message> takeBack() {
        return outbox.takeBack();
    }

    // ---- receiving

    @Override
    public @Nullable Object poll() {
        for (InboundPipe now; (now = oldest) != null; ) {
            InboundPipe next = now.next;
            Object item = now.next();
            if (item != null || next == null) {
                digest = now.digest();
                return item;
            }
            oldest = next; // the connection before has put in all it had before this one opened
        }
        return null;
    }

    @Override
    public boolean isEmpty() {
        for (InboundPipe each = oldest; each != null; each = each.next) {
            if (!each.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long received() {
        long sum = 0;
        for (InboundPipe each = oldest; each != null; each = each.next) {
            sum += each.count();
        }
        return sum;
    }

    @Override
    public Unread left() {
        boolean all = !mayReturn();
        long messages = 0;
        long bytes = 0;
        for (InboundPipe each = oldest; each != null && (all || each.next != null); each = each.next) {
            messages += each.count();
            bytes += each.octets();
        }
        return new Unread(messages, bytes);
    }

    // ---- life

    /** The connection that serves it; null before the first, and between two. */
    public @Nullable ZmtpConnection connection() {
        return connection;
    }

    @Override
    public Mono<Void> leave() {
        ChannelConnection now = connection;
        return now == null ? Mono.empty() : now.close();
    }

    @Override
    public void drop() {
        ChannelConnection now = connection;
        if (now != null) {
            now.dispose();
        }
    }

    @Override
    public Mono<Void> giveWay() {
        return Mono.defer(() -> {
            ChannelConnection now = connection;
            if (now == null) {
                return Mono.empty();
            }
            now.giveWay();
            return now.onClose().then();
        });
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        Closed dropped = outbox.close(reason);
        drop();
        return dropped;
    }

    // ---- the connection's side; on its event loop

    Outbox outbox() {
        return outbox;
    }

    InboundPipe inbound(Runnable onRoom) {
        return new InboundPipe(onRoom, receiveMessages, new InboundPipe.Owner() {
            @Override
            public void readable() {
                owner.readable(ChannelPipe.this);
            }

            @Override
            public void received(long messages, long bytes) {
                ChannelPipe.this.received(messages, bytes);
            }

            @Override
            public boolean takesCommands() {
                return owner.takesCommands();
            }

            @Override
            public boolean acknowledges() {
                return owner.acknowledges();
            }
        });
    }

    Mono<Void> admit(Peer peer) {
        admitted = true;
        return owner.admit(this, peer);
    }

    /** The handshake is through; false if the socket was closed meanwhile. */
    boolean opened(ChannelConnection opened, InboundPipe pipe) {
        admitted = false;
        connection = opened;
        if (newest == null) {
            oldest = pipe;
        } else {
            newest.next = pipe;
        }
        newest = pipe;
        if (siblings != null) {
            siblings.add(this);
        }
        return owner.opened(this, new Presence(opened.endpoint(), opened.peer(), opened.commandWriter()));
    }

    private void written(long messages, long bytes) {
        Presence peer = present;
        if (peer != null) {
            peer.sent(messages, bytes);
        }
        Acknowledgements acknowledged = acknowledgements;
        if (acknowledged != null) {
            acknowledged.written(messages);
        }
        owner.written(this, messages, bytes);
    }

    private void expired(List<Message> messages, long count) {
        Acknowledgements acknowledged = acknowledgements;
        if (acknowledged != null) {
            acknowledged.expired(messages);
        }
        owner.dropped(this, DropReason.EXPIRED, messages.get(0), count);
    }

    private void received(long messages, long bytes) {
        Presence peer = present;
        if (peer != null) {
            peer.received(messages, bytes);
        }
        owner.received(this, messages, bytes);
    }

    void roundTrip(Duration time) {
        Presence peer = present;
        if (peer != null) {
            peer.roundTrip(time);
        }
        owner.roundTrip(this, time);
    }

    void closed(Closed lost) {
        if (connection != null) {
            connection = null;
            if (siblings != null) {
                siblings.remove(this);
            }
            owner.closed(this, lost);
        } else if (admitted) {
            admitted = false;
            owner.withdrawn(this);
        }
    }
}
