package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a socket has of one peer: a bounded queue each way. Where the socket connects, the pipe is there before the peer
 * is, and outlives its connections; where it binds, it comes and goes with the peer.
 */
public abstract class Pipe {

    /** To whom it reports. */
    protected final PipeOwner owner;

    /** By which it is bound or connected. */
    public final Endpoint endpoint;

    /** Whether it outlives connections. */
    public final boolean lasting;

    /** Whether the inbox was notified that something is in here. */
    public final AtomicBoolean signalled = new AtomicBoolean();

    /** The pipe that became readable before this one, while the inbox has not handled either; the inbox's own. */
    public @Nullable Pipe arrivedBefore;

    /**
     * The number of pipes that had ended before this one's peer joined, for the first time if there are several; -1 before
     * that; the inbox's own.
     */
    public long joinedAfter = -1;

    /** Its place in the order in which pipes end; 0 while it does not end; the inbox's own. */
    public volatile long end;

    /** Whether nothing more comes in here, for good; the inbox's own. */
    public volatile boolean isOver;

    /** Whether its endpoint was given up: no connection follows the present one. */
    public volatile boolean isLast;

    /** Where messages are kept by sockets that read all at once; they are taken from there. Null for other sockets. */
    public volatile @Nullable OverflowQueue overflow;

    /** Whether somebody reads from it now, for sockets that read at once. */
    public final AtomicInteger reading = new AtomicInteger();

    /** The peer of the present connection; null before the first and between two. */
    public volatile @Nullable Presence present;

    /** Who it is, or who it was. */
    public volatile @Nullable Peer last;

    /** What the application is to receive about the peer when it has received all that the peer sent. */
    public final AtomicReference<@Nullable Message> notice = new AtomicReference<>();

    /** The routing id by which the socket addresses it; empty for types that do not address. */
    public volatile Bytes routingId = Bytes.EMPTY;

    /** Whether the next connection is wanted at once: nothing was wrong with the one that ends. */
    private final AtomicBoolean renewing = new AtomicBoolean();

    /** The routing id that is kept for the peer of a handshake under way; guarded by the lock of the rule that addresses it. */
    public @Nullable Bytes reservedId;

    /** The routing id that was made for peers that announce none; empty until there was such a peer. */
    public volatile Bytes madeId = Bytes.EMPTY;

    /** Whether the application chose {@link #routingId}, and not the peer. */
    public volatile boolean isNamed;

    /** What is dropped while it is full; null until that happens. Made under the lock of the rule that sends to it. */
    public volatile @Nullable MissCount missed;

    /** What is acknowledged over the present connection, or was over the last; null for nothing. */
    public volatile @Nullable Acknowledgements acknowledgements;

    /** The digest of the message that was polled last, where messages are acknowledged; the taking thread's own. */
    protected long digest;

    /** Whether it is never addressed again; guarded by the lock of the rule that addresses it. */
    public boolean isRemoved;

    /**
     * Makes one.
     *
     * @param lasting whether it outlives connections
     */
    protected Pipe(PipeOwner owner, Endpoint endpoint, boolean lasting) {
        this.owner = owner;
        this.endpoint = endpoint;
        this.lasting = lasting;
    }

    /** The peer of the present connection, or of the one before. */
    public @Nullable Peer peer() {
        return last;
    }

    /** The peer that sent a message, if it is still there. */
    @SuppressWarnings("ReferenceEquality") // each connection has a record of its own, however equal
    public @Nullable Presence sender(Message message) {
        Presence now = present;
        Peer from = message.peer().orElse(null);
        return now != null && (from == null || from == now.peer()) ? now : null;
    }

    /** Whether another connection may follow the present one. */
    public final boolean mayReturn() {
        return lasting && !isLast;
    }

    // ---- sending; any thread

    /** Accepts a message, if there is room. */
    public abstract boolean offer(Message message);

    /** Accepts the first of several messages, as many as there is room for; returns how many. */
    public int offer(Message[] messages, int count) {
        int accepted = 0;
        while (accepted < count && offer(messages[accepted])) {
            accepted++;
        }
        return accepted;
    }

    /** Accepts a message for which the octets are known already, if there is room. */
    public boolean offer(Message message, Encoding encoding) {
        return offer(message);
    }

    /**
     * Accepts a message in any case, if it can: drops the oldest that wait until there is room, or all of them.
     *
     * @return what was dropped, the message itself if it was not accepted
     */
    public List<Message> displace(Message message, @Nullable Encoding encoding, boolean all) {
        return (encoding == null ? offer(message) : offer(message, encoding)) ? List.of() : List.of(message);
    }

    /** How many messages would be accepted now; if none, {@link PipeOwner#writable} is called when there is room. */
    public abstract long room();

    /** Whether {@link #offer} would find no room; {@link PipeOwner#writable} is called then when there is some. */
    public boolean isFull() {
        return room() <= 0;
    }

    /** Whether half of what it takes would be accepted now; if not, {@link PipeOwner#writable} is called when it is. */
    public boolean isHalfEmpty() {
        return room() > 0;
    }

    /** Whether what is offered goes on its way at once: a peer is there and reads. */
    public abstract boolean isFlowing();

    /** Whether what is offered counts as written at once: there is no transport. */
    public boolean writesAtOnce() {
        return false;
    }

    /** Sends a message before all that wait; only while {@link PipeOwner#opened} runs. */
    public void greet(Message message) {
        offer(message);
    }

    /** Where senders to this very peer wait. */
    public abstract SendQueue sendQueue();

    /** Sends the peer a subscription, or its end, before all messages that wait. */
    public abstract void subscribe(Bytes prefix, boolean cancel);

    /** Sends the peer that a group was joined, or left, before all messages that wait. */
    public abstract void join(Bytes group, boolean leave);

    /** The command for a group that was joined, or left. */
    protected static Frame membership(Bytes group, boolean leave) {
        return (leave ? Command.leave(group) : Command.join(group)).frame();
    }

    /** Completes when everything accepted so far was written, or lost. */
    public abstract Mono<Void> flush();

    /** How many messages wait to be written. */
    public abstract long held();

    /** Takes back all messages that wait. */
    public abstract List<Message> takeBack();

    // ---- receiving; one thread at a time

    /** The next message of the peer's, or command as a {@code Frame}, or at last the {@link #notice}; null for none. */
    public final @Nullable Object take() {
        OverflowQueue kept = overflow;
        Object item = kept == null ? poll() : kept.poll();
        return item == null ? notice.getAndSet(null) : item;
    }

    /** Whether {@link #take} would find nothing. */
    public final boolean hasNothing() {
        OverflowQueue kept = overflow;
        return (kept == null ? isEmpty() : kept.size() == 0) && notice.get() == null;
    }

    /** How many messages came and were not handed out. */
    public final long unread() {
        OverflowQueue kept = overflow;
        return received() + (kept == null ? 0 : kept.size());
    }

    /** The next message, or command as a {@code Frame}, or several as a {@code SubscriptionRun}; null for none. */
    public abstract @Nullable Object poll();

    /** The digest of the message that {@link #take} returned last, if its owner acknowledges messages. */
    public final long digest() {
        return digest;
    }

    /** Whether {@link #poll} would find nothing. */
    public abstract boolean isEmpty();

    /** How many messages wait to be taken. */
    public abstract long received();

    /** What came by connections that have ended and was not handed out; without the last connection of a lasting pipe. */
    public final Unread leftovers() {
        OverflowQueue kept = overflow;
        if (mayReturn() && kept != null) {
            return Unread.NOTHING; // the overflow has a bound of its own, over all connections
        }
        Unread left = kept == null ? left() : new Unread(kept.size(), kept.bytes());
        boolean hasNotice = !mayReturn() && notice.get() != null;
        return hasNotice ? new Unread(left.messages() + 1, left.bytes()) : left;
    }

    /** As {@link #leftovers}, of the pipe alone: without overflow and notice. */
    public abstract Unread left();

    // ---- life

    /** Has the connection end after writing; completes when it has ended. */
    public abstract Mono<Void> leave();

    /** Ends the present connection now. */
    public abstract void drop();

    /** As {@link #drop}; where the socket connects, the next connection follows at once. */
    public final void renew() {
        renewing.set(true);
        drop();
    }

    /** Whether the connection that has ended was to be followed by the next one at once. */
    public final boolean isRenewing() {
        return renewing.getAndSet(false);
    }

    /** Ends the present connection when what its peer has sent is read, or after a short while; completes when it has ended. */
    public Mono<Void> giveWay() {
        return leave();
    }

    /** Fails everyone who waits to send to this peer, drops what is held, and ends the connection. */
    public abstract Closed close(ZmtpClosedException reason);

    @Override
    public String toString() {
        return "Pipe[" + endpoint + ", " + peer() + "]";
    }
}
