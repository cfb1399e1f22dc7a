package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpDeliveryException.Reason;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.ExpiryTimer;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Waiters;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Digest;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Round robin among peers that acknowledge. A message stays here until it is acknowledged; what a peer had not acknowledged when
 * it went comes before all that waits, and goes to the others, or to the same peer when it is back.
 */
public class Acknowledged extends RoundRobin {

    /** Where nothing is remembered, so many times the HWM may be under way, or a fast peer would often wait. */
    private static final int DEFAULT_HWMS = 16;

    final DeliveryOptions options;
    final long maxMessages;
    final long maxBytes;
    private final long maxAge;
    private final ObjLongConsumer<Pipe> onUnexpected;
    private final Digest digests = new Digest();

    /** Looks for what is to be sent again, and has waited too long: perhaps no peer comes meanwhile. */
    private final ExpiryTimer expiry = new ExpiryTimer(this::dropExpired);

    /** Subscribers that wait until nothing is under way. */
    private final Waiters idle = new Waiters(lock);

    /** How many messages were accepted, and not acknowledged, wherever they are now. */
    long underWay;

    /** Whose message is being given, and which one is given again. */
    private @Nullable PendingDelivery delivering;

    private @Nullable Sent again;

    /**
     * Makes one without peers.
     *
     * @param onUnexpected hears how many acknowledgements of a peer were for nothing that it has; called without the lock
     */
    public Acknowledged(
            SocketType type,
            Overflow overflow,
            DropListener drops,
            DeliveryOptions options,
            Bounds bounds,
            ObjLongConsumer<Pipe> onUnexpected) {
        super(type, overflow, drops);
        this.options = options;
        this.maxMessages = options.maxUnderWay() == 0
                ? (options.level() == DeliveryLevel.TAKEN_OVER ? DEFAULT_HWMS : 1) * bounds.sendMessages()
                : options.maxUnderWay();
        this.maxBytes = options.maxUnderWayBytes() == 0 ? bounds.sendBytes() : options.maxUnderWayBytes();
        this.maxAge = bounds.maxAge().toNanos();
        this.onUnexpected = onUnexpected;
    }

    final Ledger newLedger(boolean isExact) {
        return new Ledger(maxMessages, maxBytes, isExact);
    }

    static Acknowledging of(Pipe pipe) {
        Acknowledging acknowledging = Acknowledging.of(pipe);
        if (acknowledging == null || acknowledging.ledger == null) {
            throw new IllegalStateException(pipe + ": nothing is acknowledged");
        }
        return acknowledging;
    }

    static Ledger ledger(Pipe pipe) {
        return Objects.requireNonNull(of(pipe).ledger);
    }

    // ---- giving; under the lock

    /** Sends a message, and reports what becomes of it. */
    public Mono<Void> send(PendingDelivery delivery) {
        return send((Object) delivery);
    }

    @Override
    boolean tryGive(PendingDelivery delivery) {
        delivering = delivery;
        try {
            return tryGive(delivery.message);
        } finally {
            delivering = null;
        }
    }

    @Override
    boolean giveAgain(Returned returned) {
        again = returned.sent();
        try {
            return super.giveAgain(returned);
        } finally {
            again = null;
        }
    }

    @Override
    boolean offer(Pipe pipe, Message message) {
        Acknowledging peer = of(pipe);
        if (ledger(pipe).room() <= 0) {
            return false;
        }
        Sent sent = again;
        long digest = sent == null ? digests.of(message) : sent.digest;
        if (!mayHave(peer, digest) || !pipe.offer(message)) {
            return false;
        }
        if (sent == null) {
            sent = sent(message, digest, delivering);
        } else {
            sent.offered = message;
        }
        note(peer, sent);
        offered(peer, 1);
        return true;
    }

    /** Whether a peer may have a message of a digest now. */
    boolean mayHave(Acknowledging peer, long digest) {
        return true;
    }

    /** Notes that a peer has a message. */
    void note(Acknowledging peer, Sent sent) {
        ledger(peer.pipe).add(sent);
    }

    private Sent sent(Message message, long digest, @Nullable PendingDelivery delivery) {
        underWay++;
        long deadline = maxAge != 0 || message.ages() ? Deadline.of(message, maxAge) : 0;
        return new Sent(message, digest, FrameEncoder.size(message), deadline, delivery);
    }

    @Override
    int offer(Pipe pipe, Message[] messages, int count) {
        Acknowledging peer = of(pipe);
        Ledger ledger = Objects.requireNonNull(peer.ledger);
        int accepted = pipe.offer(messages, ledger.fitting(messages, count));
        for (int index = 0; index < accepted; index++) {
            ledger.add(sent(messages[index], digests.of(messages[index]), null));
        }
        offered(peer, accepted);
        return accepted;
    }

    final void offered(Acknowledging peer, int count) {
        if (count > 0 && peer.pipe.writesAtOnce()) {
            afterwards(() -> written(peer, count));
        }
    }

    @Override
    boolean isFull(Pipe pipe) {
        return ledger(pipe).isFull || pipe.isFull();
    }

    @Override
    long room(Pipe pipe) {
        long room = ledger(pipe).room();
        return room <= 0 ? 0 : Math.min(room, pipe.room());
    }

    // ---- what becomes of them

    /** A peer has said something of messages, in this order. */
    void acknowledged(Acknowledging peer, Acknowledgement[] said, int count) {
        List<Runnable> then = List.of();
        long unexpected = 0;
        boolean goesOn;
        synchronized (lock) {
            Ledger ledger = ledger(peer.pipe);
            for (int index = 0; index < count; index++) {
                Acknowledgement one = said[index];
                Sent sent = isExpected(one.kind()) && peer.isEqual ? ledger.take(one.digest()) : null;
                Runnable next = sent == null ? null : answered(peer, sent, one);
                if (sent == null) {
                    unexpected++;
                } else if (next != null) {
                    then = then.isEmpty() ? new ArrayList<>() : then;
                    then.add(next);
                }
            }
            boolean isReady = isReadyAfter(peer);
            goesOn = ledger.isRelieved() || isReady;
        }
        settled(peer, then, unexpected, goesOn);
    }

    /** Whether of such an acknowledgement nothing but the digest counts: the message is to be taken out. */
    boolean needsOnlyDigest(Kind kind) {
        return kind == Kind.ACK && options.level() == DeliveryLevel.TAKEN_OVER;
    }

    /** A peer that acknowledges as we do has taken over messages, in this order. */
    void acknowledged(Acknowledging peer, long[] digests, int count) {
        List<Runnable> then = List.of();
        long unexpected = 0;
        boolean goesOn;
        synchronized (lock) {
            Ledger ledger = ledger(peer.pipe);
            for (int index = 0; index < count; index++) {
                Sent sent = ledger.take(digests[index]);
                Runnable next = sent == null ? null : succeeded(sent);
                if (sent == null) {
                    unexpected++;
                } else if (next != null) {
                    then = then.isEmpty() ? new ArrayList<>() : then;
                    then.add(next);
                }
            }
            goesOn = ledger.isRelieved();
        }
        settled(peer, then, unexpected, goesOn);
    }

    private void settled(Acknowledging peer, List<Runnable> then, long unexpected, boolean goesOn) {
        then.forEach(Runnable::run);
        if (unexpected > 0 && isServed(peer.pipe)) {
            onUnexpected.accept(peer.pipe, unexpected);
        }
        if (goesOn) {
            writable();
        }
        settleIdle(peer);
    }

    /** Whether a peer has what it is sent: else it may still acknowledge what was taken back from it. */
    private boolean isServed(Pipe pipe) {
        return pipe.present != null && pipes.contains(pipe);
    }

    /**
     * A peer has answered for a message, which is not under way any more; under the lock, as is the next one.
     *
     * @return what is to be done without the lock; null for nothing
     */
    @Nullable
    Runnable answered(Acknowledging peer, Sent sent, Acknowledgement answer) {
        return succeeded(sent);
    }

    /** A peer has given all answers that came together: whether something that waited may be tried again. */
    boolean isReadyAfter(Acknowledging peer) {
        return false;
    }

    /** A peer has read all that was sent before a PING. */
    void ponged(Acknowledging peer, Bytes context) {}

    private boolean isExpected(Kind kind) {
        return switch (kind) {
            case ACK -> options.level() != DeliveryLevel.DONE;
            case COMP, NACK -> options.level() == DeliveryLevel.DONE;
            case CLR -> false;
        };
    }

    final @Nullable Runnable succeeded(Sent sent) {
        underWay--;
        PendingDelivery delivery = sent.delivery;
        return delivery == null
                ? null
                : options.level() == DeliveryLevel.DONE ? delivery::isDone : delivery::isTakenOver;
    }

    private static List<PendingDelivery> add(List<PendingDelivery> list, @Nullable PendingDelivery delivery) {
        if (delivery == null) {
            return list;
        }
        List<PendingDelivery> longer = list.isEmpty() ? new ArrayList<>() : list;
        longer.add(delivery);
        return longer;
    }

    /** A pipe has written messages, which is all that can be known of a peer that is not equal. */
    void written(Acknowledging peer, long messages) {
        long now = System.nanoTime() | 1; // never zero
        List<PendingDelivery> wanted;
        boolean isRelieved = false;
        synchronized (lock) {
            Ledger ledger = ledger(peer.pipe);
            wanted = ledger.written(messages, now);
            if (!peer.isEqual) {
                underWay -= ledger.takeWritten().size();
                isRelieved = ledger.isRelieved();
            }
        }
        wanted.forEach(PendingDelivery::isWritten);
        if (!peer.isEqual) {
            wanted.forEach(delivery -> delivery.fail(notAcknowledged(peer.pipe)));
            if (isRelieved) {
                writable();
            }
            settleIdle(peer);
        }
    }

    private static ZmtpDeliveryException notAcknowledged(Pipe pipe) {
        return new ZmtpDeliveryException(
                Reason.NOT_ACKNOWLEDGED,
                pipe.endpoint + ": expected a peer that acknowledges messages, but it went to " + pipe.peer()
                        + ", which does not");
    }

    /** A pipe has dropped messages that had waited too long. */
    void expired(Acknowledging peer, List<Message> messages) {
        List<PendingDelivery> wanted = List.of();
        boolean isRelieved;
        synchronized (lock) {
            Ledger ledger = ledger(peer.pipe);
            for (Message message : messages) {
                Sent sent = ledger.takeExpired(message);
                if (sent != null) {
                    underWay--;
                    wanted = add(wanted, sent.delivery);
                }
            }
            isRelieved = ledger.isRelieved();
        }
        wanted.forEach(delivery -> delivery.fail(tooOld()));
        if (isRelieved) {
            writable();
        }
        settleIdle(peer);
    }

    final ZmtpDeliveryException tooOld() {
        return new ZmtpDeliveryException(
                Reason.EXPIRED, type + " socket: expected the message to be written in time, but it became too old");
    }

    @Override
    void expired(Returned returned) {
        super.expired(returned); // first: who hears of it may look at the count
        Sent sent = returned.sent();
        if (sent != null) {
            underWay--;
            PendingDelivery delivery = sent.delivery;
            if (delivery != null) {
                afterwards(() -> delivery.fail(tooOld()));
            }
        }
    }

    /** A message is to be sent again, if that is possible in time; under the lock. */
    final void awaitExpiry(Sent sent) {
        if (sent.deadline != 0) {
            expiry.await(sent.deadline);
        }
    }

    private void dropExpired() {
        synchronized (lock) {
            expiry.stop();
            long now = Deadline.now();
            dropExpired(now);
            returned().forEach(each -> {
                if (each.sent() != null) {
                    awaitExpiry(each.sent());
                }
            });
            dropKeptExpired(now);
        }
        writable();
        settleIdle();
    }

    /** Drops what is kept for one peer and has waited too long. */
    void dropKeptExpired(long now) {}

    // ---- peers go

    @Override
    public void peerGone(Pipe pipe) {
        giveBack(pipe, true);
        super.peerGone(pipe);
    }

    @Override
    public void takeOver(Pipe pipe) {
        giveBack(pipe, false);
    }

    /** What a peer had, or its pipe held, comes before all that waits, except what only this peer may get. */
    private void giveBack(Pipe pipe, boolean stays) {
        Acknowledging peer = of(pipe);
        List<Sent> lost;
        synchronized (lock) {
            rest(pipe); // nothing more goes in
            if (!stays) {
                pipes.remove(pipe);
            }
            beginMove();
        }
        int held = pipe.takeBack().size(); // all of which is in the ledger
        synchronized (lock) {
            endMove();
            List<Sent> back = takeBack(peer, held);
            lost = ledger(pipe).takeAll();
            underWay -= lost.size();
            for (int index = back.size() - 1; index >= 0; index--) {
                Sent sent = back.get(index);
                giveBackFirst(new Returned(sent.message, sent.deadline, sent));
                awaitExpiry(sent);
            }
            if (stays && pipes.contains(pipe)) {
                wakeUp(pipe);
            }
        }
        for (Sent sent : lost) {
            if (sent.delivery != null) {
                sent.delivery.fail(notAcknowledged(pipe));
            }
        }
        settle();
        settleIdle(peer);
    }

    /**
     * Takes out what others may have of what a peer had; under the lock. What is still in its ledger after this is lost.
     *
     * @param held how many of the last messages it had not taken
     */
    List<Sent> takeBack(Acknowledging peer, int held) {
        Ledger ledger = ledger(peer.pipe);
        return peer.isEqual ? ledger.takeAll() : ledger.takeLast(held);
    }

    // ---- waiting

    private void settleIdle(Acknowledging peer) {
        Sinks.Empty<Void> emptied = null;
        synchronized (lock) {
            if (peer.emptied != null && ledger(peer.pipe).messages() == 0) {
                emptied = peer.emptied;
                peer.emptied = null;
            }
        }
        if (emptied != null) {
            emptied.tryEmitEmpty();
        }
        settleIdle();
    }

    /** Completes when the peer of a pipe has nothing that it has not acknowledged, or has gone. */
    public Mono<Void> acknowledged(Pipe pipe) {
        return Mono.defer(() -> {
            Acknowledging peer = of(pipe);
            synchronized (lock) {
                if (ledger(pipe).messages() == 0) {
                    return Mono.empty();
                }
                Sinks.Empty<Void> emptied = peer.emptied == null ? Sinks.empty() : peer.emptied;
                peer.emptied = emptied;
                return emptied.asMono();
            }
        });
    }

    final void settleIdle() {
        List<Waiter> settled;
        synchronized (lock) {
            settled = underWay == 0 ? idle.takeAll() : List.of();
        }
        if (!settled.isEmpty()) {
            settled.forEach(Waiter::complete);
        }
    }

    /** Completes when nothing is under way. */
    private Mono<Void> acknowledgedAll() {
        return idle.mono(waiter -> {
            synchronized (lock) {
                if (underWay > 0) {
                    idle.add(waiter, 0);
                    return;
                }
            }
            waiter.complete();
        });
    }

    @Override
    public Mono<Void> drained() {
        return super.drained().then(acknowledgedAll());
    }

    /** What each peer has. */
    public List<UnderWay> underWay() {
        long now = System.nanoTime();
        List<UnderWay> all = new ArrayList<>();
        synchronized (lock) {
            for (Pipe pipe : pipes) {
                all.add(underWay(pipe.endpoint, pipe.peer(), pipe.present != null, ledger(pipe), now));
            }
            addAway(all, now);
        }
        return all;
    }

    /** Adds what peers have that are away. */
    void addAway(List<UnderWay> all, long now) {}

    static UnderWay underWay(Endpoint endpoint, @Nullable Peer peer, boolean isConnected, Ledger ledger, long now) {
        long oldest = ledger.oldest();
        Duration age = oldest == 0 ? Duration.ZERO : Duration.ofNanos(now - oldest);
        return new UnderWay(endpoint, peer, isConnected, ledger.messages(), ledger.bytes(), age);
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        List<PendingDelivery> wanted = List.of();
        List<Waiter> waiting;
        synchronized (lock) {
            expiry.stop();
            takeKept().forEach(sent -> giveBackFirst(new Returned(sent.message, sent.deadline, sent)));
            for (Returned each : returned()) {
                wanted = each.sent() == null ? wanted : add(wanted, each.sent().delivery);
            }
            waiting = idle.takeAll();
        }
        Closed lost = super.close(reason);
        wanted.forEach(delivery -> delivery.fail(reason));
        waiting.forEach(waiter -> waiter.fail(reason));
        return lost;
    }

    /** Takes out what is kept for peers. */
    List<Sent> takeKept() {
        return List.of();
    }
}
