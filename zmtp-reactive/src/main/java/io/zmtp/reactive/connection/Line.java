package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Intake;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Unread;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a socket has of one peer: the outbox, and the connection that drains it. Where the socket connects, a line lasts
 * over many connections, and what it holds waits for the next one; where it binds, a line has one connection. Internal:
 * made for sockets, not for their users.
 *
 * <p>Sending may be done on any thread; the events come on the connection's event loop.
 */
public final class Line {

    /** What a socket hears of its lines, on the event loop of the line's connection. */
    public interface Events {

        /**
         * A handshake is under way, and it is known with whom. Who is let in has its place from now on, until
         * {@link #closed}, or {@link #withdrawn} if the handshake fails.
         *
         * @return completes if the peer may stay; fails with a {@code ZmtpHandshakeException} if it may not
         */
        default Mono<Void> admit(Line line, Peer peer) {
            return Mono.empty();
        }

        /** The handshake with a peer that was let in has failed. */
        default void withdrawn(Line line) {}

        /**
         * The handshake is through; nothing has been handed out yet.
         *
         * @return false to end the connection, and hear nothing of it but {@link #closed}
         */
        boolean opened(Line line);

        /** Something came, or the connection has ended: see {@link Line#poll()}. */
        void readable(Line line);

        /** It was full when asked, and has room again. */
        void writable(Line line);

        /** The connection ended, after {@link #opened}; what was lost with it is counted. */
        void closed(Line line, Closed lost);

        /** Messages went to the transport. */
        void written(long messages, long bytes);

        /** Messages came. */
        void received(long messages, long bytes);

        /** Whether {@link Line#poll()} is to give commands too; else they are read and forgotten. */
        boolean takesCommands();

        /** A PING was answered. */
        void roundTrip(Duration time);
    }

    /** What a socket hears of an endpoint that is bound, on the event loop that accepts. */
    public interface Pauses {

        /**
         * A limit was reached, and peers that connect now wait in the kernel. Told at once, and then at most once a second.
         *
         * @param connections how many are open, handshakes in progress among them
         * @param count how often since the last call
         */
        void paused(int connections, int handshakes, long count);
    }

    private final Outbox outbox;
    private final @Nullable Events events;
    private final int receiveMessages;
    private volatile @Nullable ChannelConnection connection;
    /** What is being taken from; a connection that has gone may have left something. The taking thread's own. */
    private volatile @Nullable InboundPipe oldest;

    private @Nullable InboundPipe newest;

    /** Whether the socket keeps a place for the peer of a handshake; on the event loop. */
    private boolean admitted;

    private Line() {
        this.outbox = new Outbox();
        this.events = null;
        this.receiveMessages = Integer.MAX_VALUE;
    }

    /** Makes one that waits for its connection. */
    public Line(Bounds bounds, Events events) {
        this.outbox = new Outbox(bounds.sendBytes(), bounds.sendMessages(), new Outbox.Owner() {
            @Override
            public void room() {
                events.writable(Line.this);
            }

            @Override
            public void written(long messages, long bytes) {
                events.written(messages, bytes);
            }
        });
        this.events = events;
        this.receiveMessages = bounds.receiveMessages();
    }

    /** That of a connection of its own, without a socket. */
    static Line bare() {
        return new Line();
    }

    /** A client with a spec's options, whose connections all serve this line, one after the other. */
    public Mono<ZmtpConnection> connect(ZmtpClient client, Endpoint endpoint) {
        return client.with(spec -> spec.lines = () -> this).connect(endpoint);
    }

    /** Has a server make a line for each connection that it accepts, and report when it accepts no more. */
    public static ZmtpServer each(ZmtpServer server, Supplier<Line> lines, Pauses pauses) {
        return server.with(spec -> {
            spec.lines = lines;
            spec.pauses = pauses;
        });
    }

    // ---- sending

    /**
     * Accepts a message, or encoded messages, if there is room.
     *
     * @param item a {@link Message}, or what {@code SharedEncoder.encode} made
     */
    public boolean offer(Object item) {
        return outbox.offerNow(item);
    }

    /**
     * Accepts the first of several messages.
     *
     * @return as many as there is room for
     */
    public int offer(Message[] messages, int count) {
        return outbox.offerNow(messages, count);
    }

    /**
     * As {@link #offer}, but drops the oldest messages until there is room, or all that wait.
     *
     * @return what was dropped; null if the line is closed, and accepts nothing
     */
    public @Nullable List<Message> displace(Object item, boolean all) {
        return outbox.displace(item, all);
    }

    /** Whether {@link #offer} would accept; if not, {@link Events#writable} is called later. */
    public boolean hasRoom() {
        return outbox.roomNow() > 0;
    }

    /** How many messages would be accepted now. */
    public long room() {
        return outbox.roomNow();
    }

    /** Whether half of what it holds would be accepted now; if not, {@link Events#writable} is called when it is. */
    public boolean isHalfEmpty() {
        return outbox.isHalfEmpty();
    }

    /** Where senders to this very peer wait. */
    public Intake intake() {
        return outbox;
    }

    /** Whether what is offered goes on its way at once: there is a connection, and the peer reads. */
    public boolean isFlowing() {
        return connection != null && outbox.isFlowing();
    }

    /** Whether this line's connection encrypts, and takes nothing encoded. */
    public boolean isEncrypted() {
        ChannelConnection now = connection;
        return now != null && now.isEncrypted();
    }

    /**
     * Sends the peer a subscription, in the form that its version understands, before all messages that wait; lost if there
     * is no connection. A subscription that ends before the peer reads it is not sent; a peer that leaves very many ends
     * unread loses the connection.
     */
    public void subscribe(Bytes prefix, boolean cancel) {
        ChannelConnection now = connection;
        if (now != null) {
            boolean commands = now.peer().major() > 3 || now.peer().minor() > 0;
            now.control(prefix, cancel, commands ? Pipe::subscription : Line::subscriptionMessage);
        }
    }

    /** Tells the peer of a group, before all messages that wait; lost if there is no connection. */
    public void join(Bytes group, boolean leave) {
        ChannelConnection now = connection;
        if (now != null) {
            now.control(group, leave, Pipe::membership);
        }
    }

    private static Frame subscriptionMessage(Bytes prefix, boolean cancel) {
        return Frame.of(Subscription.body(prefix, cancel), false);
    }

    /**
     * Sends a message before all that wait, and of all connections on the present one only. For {@link Events#opened}.
     */
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

    /** Completes when everything accepted so far was written, or lost. */
    public Mono<Void> flush() {
        return outbox.flush();
    }

    /** How many messages wait to be written. */
    public long held() {
        return outbox.messages();
    }

    /** Whether all that was accepted has been written. */
    public boolean isDrained() {
        return outbox.isDrained();
    }

    /** Takes back all messages that wait, for another peer. */
    public List<Message> takeBack() {
        return outbox.takeBack();
    }

    // ---- receiving

    /** The next message, or command as a {@code Frame}; null for none. One thread at a time. */
    public @Nullable Object poll() {
        for (InboundPipe now; (now = oldest) != null; ) {
            InboundPipe next = now.next;
            Object item = now.next();
            if (item != null || next == null) {
                return item;
            }
            oldest = next; // the connection before has put in all it had before this one opened
        }
        return null;
    }

    /** Whether {@link #poll()} would find nothing. */
    public boolean isEmpty() {
        for (InboundPipe each = oldest; each != null; each = each.next) {
            if (!each.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** How many messages came and wait to be taken. */
    public long received() {
        long sum = 0;
        for (InboundPipe each = oldest; each != null; each = each.next) {
            sum += each.count();
        }
        return sum;
    }

    /**
     * What came and was not taken, by connections that have ended.
     *
     * @param all also by the last one, whether that has ended or not
     */
    public Unread unread(boolean all) {
        long messages = 0;
        long bytes = 0;
        for (InboundPipe each = oldest; each != null && (all || each.next != null); each = each.next) {
            messages += each.count();
            bytes += each.octets();
        }
        return new Unread(messages, bytes);
    }

    // ---- life

    /** The connection that serves this line; null before the first, and between two. */
    public @Nullable ZmtpConnection connection() {
        return connection;
    }

    /**
     * Ends the present connection when what its peer has sent is read, or after a short while.
     *
     * @return completes when it has ended
     */
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

    /** Refuses what comes from now on; senders who wait already still get through. */
    public void end() {
        outbox.end();
    }

    /**
     * Fails everyone who waits to send to this peer, and drops what is held.
     *
     * @return how much that was; what the connection was writing is counted when it ends
     */
    public Closed close(ZmtpClosedException reason) {
        return outbox.close(reason);
    }

    // ---- the connection's side

    boolean isBare() {
        return events == null;
    }

    /** The connection has ended: how much was lost with it. */
    Closed count(Closed.Reason reason, @Nullable Throwable cause) {
        return events == null ? outbox.count(reason, cause) : outbox.detach(reason, cause);
    }

    void closed(ZmtpClosedException ended) {
        if (events == null) {
            outbox.close(ended);
        } else if (connection != null) {
            connection = null;
            events.closed(this, ended.closed());
        } else if (admitted) {
            admitted = false;
            events.withdrawn(this);
        }
    }

    Mono<Void> admit(Peer peer) {
        if (events == null) {
            return Mono.empty();
        }
        admitted = true;
        return events.admit(this, peer);
    }

    void roundTrip(Duration time) {
        if (events != null) {
            events.roundTrip(time);
        }
    }

    Outbox outbox() {
        return outbox;
    }

    InboundPipe inbound(Runnable onRoom) {
        Events socket = events;
        return socket == null
                ? new InboundPipe(onRoom)
                : new InboundPipe(onRoom, receiveMessages, new InboundPipe.Owner() {
                    @Override
                    public void readable() {
                        socket.readable(Line.this);
                    }

                    @Override
                    public void received(long messages, long bytes) {
                        socket.received(messages, bytes);
                    }

                    @Override
                    public boolean takesCommands() {
                        return socket.takesCommands();
                    }
                });
    }

    /** The handshake is through; false if the socket was closed meanwhile. */
    boolean opened(ChannelConnection opened, InboundPipe pipe) {
        if (events != null) {
            admitted = false;
            connection = opened;
            if (newest == null) {
                oldest = pipe;
            } else {
                newest.next = pipe;
            }
            newest = pipe;
            return events.opened(this);
        }
        return true;
    }
}
