package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.Digest;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.Subscription;
import io.zmtp.reactive.wire.SubscriptionChanges.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A pipe to another socket of this process: messages are handed over as they are, by the thread that sends or the one
 * that asks.
 */
public final class InprocPipe extends Pipe {

    private final Peer self;
    private final InprocSpec spec;

    /** Called when a link has ended, and both sides have had that reported. */
    private final Runnable onUnlinked;

    /** Of what comes, if digests are wanted; the taking thread's own. */
    private final @Nullable Digest digests;

    private final SerialDrain drain;
    final InprocQueue out;

    /** Reports to the other side that something came. */
    final Runnable wake = this::wakeOther;

    /** What former peers had written before they ended; locks itself. */
    private final ArrayDeque<Message> kept = new ArrayDeque<>(0);

    /** How many of them, at most, are of the last one. */
    private int keptOfLast;

    private volatile boolean keeps;
    private volatile @Nullable InprocLink link;

    /** Why the last link ended, if something was wrong. */
    private volatile @Nullable Throwable cause;

    public InprocPipe(PipeOwner owner, InprocSpec spec, Endpoint endpoint, boolean lasting, Runnable onUnlinked) {
        super(owner, endpoint, lasting);
        this.self = spec.self().get();
        this.spec = spec;
        this.digests = owner.acknowledges() ? new Digest() : null;
        this.onUnlinked = onUnlinked;
        this.out = new InprocQueue(this, spec.bounds());
        this.drain = new SerialDrain(() -> owner.readable(this), this::writable);
    }

    private void writable() {
        out.goOn();
        owner.writable(this);
    }

    private void wakeOther() {
        InprocLink now = link;
        if (now == null) {
            return;
        }
        InprocPipe other = now.other(this);
        // An inbox that knows of the pipe looks once more after it has found it empty.
        if (!other.signalled.get() || other.overflow != null) {
            other.readable();
        }
    }

    // ---- what its queue and its link report

    /** How the other side sees this one. */
    public Peer self() {
        return self;
    }

    /** Asks the socket for a place for the other side. */
    public Mono<Void> admit(InprocPipe other) {
        return owner.admit(this, other.self);
    }

    /** The other side, which was let in, comes. */
    public void prepare() {
        owner.coming(this);
    }

    /** The other side does not come. */
    public void withdraw() {
        owner.withdrawn(this);
    }

    /** Whether the other side of the present link is this one. */
    boolean isLinkedTo(InprocPipe other) {
        InprocLink now = link;
        return now != null && now.other(this) == other;
    }

    int readAhead() {
        return spec.bounds().receiveMessages();
    }

    void begin(InprocLink begun) {
        link = begun;
    }

    void opened(Peer peer, InprocPipe other) {
        drain.add(() -> {
            if (!owner.opened(this, new Presence(endpoint, peer, new InprocCommands(this, other)))) {
                drop();
            }
        });
    }

    /** Lets events through, which a new pipe holds back. */
    public void start() {
        drain.start();
    }

    void run() {
        drain.run();
    }

    void readable() {
        drain.readable();
    }

    void expired(List<Message> messages) {
        Acknowledgements acknowledged = acknowledgements;
        if (acknowledged != null) {
            acknowledged.expired(messages);
        }
        owner.dropped(this, DropReason.EXPIRED, messages.get(0), messages.size());
    }

    void hasRoom() {
        drain.writable();
    }

    /** Has messages of a peer that has gone be taken before all others. */
    public void keep(List<Message> written, Peer from) {
        if (!written.isEmpty()) {
            synchronized (kept) {
                written.forEach(message -> kept.add(message.from(from)));
                keptOfLast = written.size();
            }
            keeps = true;
        }
    }

    void closed(Closed lost) {
        link = null;
        cause = lost.cause();
        owner.inboundEnded(this); // now, as the same peer may join again before the event has its turn
        drain.add(() -> {
            owner.closed(this, lost);
            if (!lasting) {
                giveUp(lost);
            }
        });
    }

    void unlinked() {
        onUnlinked.run();
    }

    /** Why the last link ended, if something was wrong. */
    @Nullable
    public Throwable cause() {
        return cause;
    }

    private void giveUp(Closed lost) {
        List<Message> left = out.takeBack();
        if (!left.isEmpty()) {
            owner.dropped(this, DropReason.PEER_GONE, left.get(0), left.size());
        }
        out.close(new ZmtpClosedException(endpoint + ": the peer has gone", lost));
    }

    /** Completes when all events so far have been reported. */
    public Mono<Void> settled() {
        return Mono.create(sink -> {
            drain.add(sink::success);
            drain.run();
        });
    }

    // ---- sending

    @Override
    public boolean offer(Message message) {
        if (!out.offerNow(message)) {
            return false;
        }
        owner.unlocked(wake);
        return true;
    }

    @Override
    public List<Message> displace(Message message, @Nullable Encoding encoding, boolean all) {
        List<Waiter> flushed = new ArrayList<>(0);
        List<Message> dropped = out.displace(message, all, flushed);
        owner.unlocked(() -> {
            flushed.forEach(Waiter::complete);
            wakeOther();
        });
        return dropped;
    }

    @Override
    public long room() {
        return out.roomNow();
    }

    @Override
    public boolean isHalfEmpty() {
        return out.isHalfEmpty();
    }

    @Override
    public boolean isFlowing() {
        return out.isFlowing();
    }

    @Override
    public boolean writesAtOnce() {
        return true;
    }

    @Override
    public SendQueue sendQueue() {
        return out;
    }

    @Override
    public void subscribe(Bytes prefix, boolean cancel) {
        tell(prefix, cancel);
    }

    @Override
    public void join(Bytes group, boolean leave) {
        tell(group, leave);
    }

    private void tell(Bytes name, boolean isEnd) {
        if (out.change(name, isEnd)) {
            wakeOther();
        } else {
            drop();
        }
    }

    @Override
    public Mono<Void> flush() {
        return out.flush();
    }

    @Override
    public long held() {
        return out.held();
    }

    @Override
    public List<Message> takeBack() {
        return out.takeBack();
    }

    // ---- receiving

    @Override
    public @Nullable Object poll() {
        Object item = next();
        if (digests != null && item instanceof Message message) {
            digest = digests.of(message);
        }
        return item;
    }

    private @Nullable Object next() {
        if (keeps) {
            synchronized (kept) {
                Message message = kept.poll();
                keeps = !kept.isEmpty();
                if (message != null) {
                    return message;
                }
            }
        }
        InprocLink now = link;
        Object item = now == null ? null : now.other(this).out.poll(this);
        if (item instanceof Change change) {
            return self.socketType() == SocketType.RADIO
                    ? membership(change.name(), change.isEnd())
                    : Subscription.command(change.name(), change.isEnd());
        }
        return item instanceof Message message && now != null ? checked(message, now) : item;
    }

    /** A message from the other side; null, and the link ends, if it is more than this side takes. */
    private @Nullable Message checked(Message message, InprocLink from) {
        Limits limits = spec.limits();
        boolean isLarge = message.bytes() > limits.maxMessageSize();
        if (!isLarge && message.size() <= limits.maxParts()) {
            return message.from(from.peerOf(this));
        }
        String why = isLarge
                ? "at most " + limits.maxMessageSize() + " octets, but there are " + message.bytes()
                : "at most " + limits.maxParts() + " parts, but there are " + message.size();
        from.refuse(this, ZmtpProtocolException.tooLarge(endpoint + ": expected a message of " + why), message);
        return null;
    }

    @Override
    public boolean isEmpty() {
        InprocLink now = link;
        return !keeps && (now == null || now.other(this).out.size() == 0);
    }

    @Override
    public long received() {
        InprocLink now = link;
        long read = now == null ? 0 : Math.min(readAhead(), now.other(this).out.size());
        synchronized (kept) {
            return read + kept.size();
        }
    }

    @Override
    public Unread left() {
        synchronized (kept) {
            long messages = Math.max(0, kept.size() - (mayReturn() ? keptOfLast : 0));
            long bytes = kept.stream().limit(messages).mapToLong(Message::bytes).sum();
            return new Unread(messages, bytes);
        }
    }

    // ---- life

    @Override
    public Mono<Void> leave() {
        return Mono.fromRunnable(this::drop).then(settled());
    }

    @Override
    public void drop() {
        InprocLink now = link;
        if (now != null) {
            now.end(this);
        }
    }

    @Override
    public Mono<Void> giveWay() {
        return Mono.<Void>fromRunnable(() -> {
                    InprocLink now = link;
                    if (now != null) {
                        now.giveWay(this);
                    }
                })
                .then(settled());
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        drop();
        return out.close(reason);
    }
}
