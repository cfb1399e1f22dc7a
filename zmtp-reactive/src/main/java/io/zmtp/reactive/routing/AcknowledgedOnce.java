package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpDeliveryException.Reason;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeadLetter;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Round robin among peers that know what they have taken over. A message that a connection of a peer has had is kept for this
 * peer, and no two equal messages are under way to one. Messages go only to peers that are there.
 */
public final class AcknowledgedOnce extends Acknowledged {

    /** Peers that are away have at most as much together as so many peers may have that are there. */
    private static final int MOST_AWAY = 16;

    private final DeadLetters deadLetters;

    /** By their names; those too that are away. Guarded by the lock, as are the next ones. */
    private final Map<Peer.Key, PinnedPeer> pinned = new LinkedHashMap<>();

    /** Whether peers that are away have too much: peers that take and leave would fill the memory else. */
    private boolean isCrowded;

    /** What the peer whose answers are being taken may forget. */
    private byte[] clears = {};

    private int clearsLength;

    /** Makes one without peers, as {@link Acknowledged} is made. */
    public AcknowledgedOnce(
            SocketType type,
            Overflow overflow,
            DropListener drops,
            DeliveryOptions options,
            Bounds bounds,
            ObjLongConsumer<Pipe> onUnexpected) {
        super(type, overflow, drops, options, bounds, onUnexpected);
        this.deadLetters = new DeadLetters(type, options.deadLetters(), drops);
    }

    // ---- giving; under the lock

    @Override
    boolean offer(Pipe pipe, Message message) {
        Acknowledging peer = of(pipe);
        return (peer.pinned == null || giveAgain(peer, peer.pinned)) && !isCrowded && super.offer(pipe, message);
    }

    @Override
    boolean isFull(Pipe pipe) {
        return isCrowded || super.isFull(pipe);
    }

    @Override
    long room(Pipe pipe) {
        return isCrowded ? 0 : super.room(pipe);
    }

    /** Peers have gone, or are back, or what they had was dropped. */
    private void countAway() {
        long messages = 0;
        long bytes = 0;
        for (PinnedPeer once : pinned.values()) {
            if (once.pipe == null) {
                messages += once.ledger.messages();
                bytes += once.ledger.bytes();
            }
        }
        isCrowded = messages >= MOST_AWAY * maxMessages || bytes >= MOST_AWAY * maxBytes;
    }

    @Override
    int offer(Pipe pipe, Message[] messages, int count) {
        int accepted = 0;
        while (accepted < count && offer(pipe, messages[accepted])) {
            accepted++;
        }
        return accepted;
    }

    @Override
    boolean mayHave(Acknowledging peer, long digest) {
        PinnedPeer once = peer.pinned;
        if (once == null || !once.mustWait(digest)) {
            return true;
        }
        ping(peer.pipe, once);
        return false;
    }

    @Override
    void note(Acknowledging peer, Sent sent) {
        if (peer.pinned == null) {
            super.note(peer, sent);
        } else {
            peer.pinned.add(sent);
        }
    }

    /** Gives a peer what it, or a connection before, had already; false if some of that has to wait. */
    private boolean giveAgain(Acknowledging peer, PinnedPeer once) {
        for (Sent next; (next = once.nextAgain()) != null; ) {
            if (Deadline.isOver(next.deadline, next.deadline == 0 ? 0 : Deadline.now())) {
                expire(once, next);
                continue;
            }
            Message message = Deadline.rest(next.message, next.deadline);
            if (!peer.pipe.offer(message)) {
                return false;
            }
            next.offered = message;
            once.sentAgain();
            offered(peer, 1);
        }
        if (once.hasAgain()) {
            ping(peer.pipe, once);
        }
        return !once.hasAgain();
    }

    /** What was to be sent again has waited too long. If the peer may have it already, it forgets it now. */
    private void expire(PinnedPeer once, Sent sent) {
        underWay--;
        Pipe pipe = once.pipe;
        Presence present = pipe == null ? null : pipe.present;
        if (once.dropAgain(sent) && present != null) {
            byte[] clear = new byte[Acknowledgement.MAX_FRAME];
            present.commands().write(clear, Acknowledgement.write(Kind.CLR, sent.digest, clear, 0));
        }
        afterwards(() -> {
            drops.dropped(pipe, DropReason.EXPIRED, List.of(sent.message));
            if (sent.delivery != null) {
                sent.delivery.fail(tooOld());
            }
        });
    }

    @Override
    void dropKeptExpired(long now) {
        for (PinnedPeer once : pinned.values()) {
            for (Sent sent : once.allAgain()) {
                if (Deadline.isOver(sent.deadline, now)) {
                    expire(once, sent);
                } else {
                    awaitExpiry(sent);
                }
            }
        }
        countAway();
    }

    /** Asks whether the peer has read what it is to forget, if something waits for that. */
    private void ping(Pipe pipe, PinnedPeer once) {
        Presence present = pipe.present;
        Bytes context = present == null ? null : once.takePing();
        if (context != null && present != null) {
            afterwards(() -> present.commands().ping(context));
        }
    }

    // ---- peers come back

    @Override
    public void add(Pipe pipe) {
        synchronized (lock) {
            joined(pipe);
        }
        super.add(pipe);
    }

    private void joined(Pipe pipe) {
        Acknowledging peer = of(pipe);
        Presence present = pipe.present;
        if (present == null || !peer.isEqual) {
            peer.pinned = null;
            peer.ledger = newLedger(false);
            return;
        }
        PinnedPeer once = pinned.computeIfAbsent(
                Memories.key(present.peer()), key -> new PinnedPeer(newLedger(true), present.peer(), pipe.endpoint));
        once.joined(pipe, present.peer(), present.commands());
        peer.pinned = once;
        peer.ledger = once.ledger;
        countAway();
        giveAgain(peer, once);
    }

    @Override
    public void writable() {
        synchronized (lock) {
            for (Pipe pipe : pipes) {
                Acknowledging peer = of(pipe);
                if (peer.pinned != null) {
                    giveAgain(peer, peer.pinned);
                }
            }
        }
        super.writable();
    }

    // ---- what peers answer

    @Override
    @Nullable
    Runnable answered(Acknowledging peer, Sent sent, Acknowledgement answer) {
        PinnedPeer once = Objects.requireNonNull(peer.pinned);
        once.answered(sent);
        if (clearsLength + Acknowledgement.MAX_FRAME > clears.length) {
            clears = Arrays.copyOf(clears, Math.max(16 * Acknowledgement.MAX_FRAME, 2 * clears.length));
        }
        clearsLength = Acknowledgement.write(Kind.CLR, sent.digest, clears, clearsLength);
        return answer.kind() == Kind.NACK ? failed(once, sent, answer) : succeeded(sent);
    }

    @Override
    boolean isReadyAfter(Acknowledging peer) {
        Presence present = peer.pipe.present;
        if (clearsLength > 0 && present != null) {
            present.commands().write(clears, clearsLength);
        }
        clearsLength = 0;
        return peer.pinned != null && peer.pinned.takeAwaited();
    }

    /** The work has failed: it is tried again, or never. */
    private Runnable failed(PinnedPeer once, Sent sent, Acknowledgement nack) {
        PendingDelivery delivery = sent.delivery;
        ZmtpNackException failure = new ZmtpNackException(nack.code(), nack.text(), once.peer);
        sent.failures++;
        boolean isTriedAgain = failure.isRetryable() && sent.failures <= options.retries();
        if (isTriedAgain) {
            once.rest(sent);
        } else {
            underWay--;
        }
        Peer peer = once.peer;
        return () -> {
            if (delivery != null) {
                delivery.isTakenOver();
            }
            if (isTriedAgain) {
                retry(once, sent);
                return;
            }
            DeadLetter.Reason reason =
                    failure.isRetryable() ? DeadLetter.Reason.TOO_MANY_ATTEMPTS : DeadLetter.Reason.REFUSED;
            deadLetters.add(sent, new DeadLetter(sent.message, peer, reason, sent.failures, failure));
        };
    }

    /** Has work that has failed tried again after a while. */
    private void retry(PinnedPeer once, Sent sent) {
        long delay = options.retryBackoff().toNanos();
        if (delay == 0) {
            due(once, sent);
        } else {
            Schedulers.parallel().schedule(() -> due(once, sent), delay, TimeUnit.NANOSECONDS);
        }
    }

    private void due(PinnedPeer once, Sent sent) {
        synchronized (lock) {
            if (!once.endRest(sent)) {
                return; // it is a dead letter, or the socket is closed
            }
            if (options.retryElsewhere()) {
                sent.isPinned = false;
                Ledger.release(sent); // it takes nobody's place now
                giveBackFirst(new Returned(sent.message, sent.deadline, sent));
            } else {
                once.again(sent);
            }
            awaitExpiry(sent);
        }
        writable();
    }

    @Override
    void ponged(Acknowledging peer, Bytes context) {
        boolean goesOn = false;
        synchronized (lock) {
            PinnedPeer once = peer.pinned;
            if (once != null) {
                once.ponged(context);
                boolean isAwaited = once.takeAwaited();
                goesOn = once.hasAgain() || isAwaited;
            }
        }
        if (goesOn) {
            writable();
        }
    }

    // ---- peers go

    @Override
    List<Sent> takeBack(Acknowledging peer, int held) {
        PinnedPeer once = peer.pinned;
        if (once == null) {
            return super.takeBack(peer, held);
        }
        List<Sent> free = once.left(held);
        once.allAgain().forEach(this::awaitExpiry);
        if (once.isEmpty()) {
            pinned.values().remove(once);
        } else {
            once.timer = Schedulers.parallel()
                    .schedule(() -> giveUp(once), options.deadLetterAfter().toNanos(), TimeUnit.NANOSECONDS);
        }
        peer.pinned = null;
        peer.ledger = newLedger(false);
        countAway();
        return free;
    }

    /** A peer has been away for long. */
    private void giveUp(PinnedPeer once) {
        List<Sent> all;
        synchronized (lock) {
            if (once.pipe != null || !pinned.values().remove(once)) {
                return;
            }
            all = once.takeAll();
            underWay -= all.size();
            countAway();
        }
        String why = type + " socket: expected " + once.peer + " to come back within " + options.deadLetterAfter()
                + ", but it did not";
        for (Sent sent : all) {
            ZmtpDeliveryException gone = new ZmtpDeliveryException(Reason.PEER_GONE, why);
            deadLetters.add(
                    sent,
                    new DeadLetter(sent.message, once.peer, DeadLetter.Reason.PEER_GONE, sent.failures + 1, gone));
        }
        writable();
        settleIdle();
    }

    @Override
    void addAway(List<UnderWay> all, long now) {
        for (PinnedPeer once : pinned.values()) {
            if (once.pipe == null) {
                all.add(underWay(once.endpoint, once.peer, false, once.ledger, now));
            }
        }
    }

    @Override
    List<Sent> takeKept() {
        List<Sent> all = new ArrayList<>();
        for (PinnedPeer once : pinned.values()) {
            if (once.timer != null) {
                once.timer.dispose();
            }
            all.addAll(once.takeAll());
        }
        pinned.clear();
        return all;
    }
}
