package io.zmtp.reactive.routing;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpDeliveryException.Reason;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.Waiters;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.Digest;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Round robin among peers that acknowledge. A message stays here until it is acknowledged; what a peer had not acknowledged when
 * it went comes before all that waits, and goes to the others, or to the same peer when it is back.
 */
public final class Acknowledged extends RoundRobin {

    private final long maxMessages;
    private final long maxBytes;
    private final long maxAge;
    private final ObjLongConsumer<Pipe> onUnexpected;
    private final Digest digests = new Digest();

    /** Subscribers that wait until nothing is under way. */
    private final Waiters idle = new Waiters(lock);

    /** How many messages were accepted, and not acknowledged, wherever they are now. */
    private long underWay;

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
        this.maxMessages = options.maxUnderWay() == 0 ? bounds.sendMessages() : options.maxUnderWay();
        this.maxBytes = options.maxUnderWayBytes() == 0 ? bounds.sendBytes() : options.maxUnderWayBytes();
        this.maxAge = bounds.maxAge().toNanos();
        this.onUnexpected = onUnexpected;
    }

    Ledger newLedger() {
        return new Ledger(maxMessages, maxBytes);
    }

    private static Ledger ledger(Pipe pipe) {
        Acknowledging acknowledging = Acknowledging.of(pipe);
        if (acknowledging == null || acknowledging.ledger == null) {
            throw new IllegalStateException(pipe + ": nothing is acknowledged");
        }
        return acknowledging.ledger;
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
        Ledger ledger = ledger(pipe);
        if (ledger.room() <= 0 || !pipe.offer(message)) {
            return false;
        }
        Sent sent = again;
        if (sent == null) {
            sent = sent(message, delivering);
        } else {
            sent.offered = message;
        }
        ledger.add(sent);
        offered(pipe, 1);
        return true;
    }

    private void offered(Pipe pipe, int count) {
        Acknowledging peer = Acknowledging.of(pipe);
        if (count > 0 && peer != null && pipe.writesAtOnce()) {
            afterwards(() -> written(peer, count));
        }
    }

    private Sent sent(Message message, @Nullable PendingDelivery delivery) {
        underWay++;
        long deadline = maxAge != 0 || message.ages() ? Deadline.of(message, maxAge) : 0;
        return new Sent(message, digests.of(message), FrameEncoder.size(message), deadline, delivery);
    }

    @Override
    int offer(Pipe pipe, Message[] messages, int count) {
        Ledger ledger = ledger(pipe);
        int accepted = pipe.offer(messages, (int) Math.min(count, ledger.room()));
        for (int index = 0; index < accepted; index++) {
            ledger.add(sent(messages[index], null));
        }
        offered(pipe, accepted);
        return accepted;
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

    /**
     * A peer has acknowledged messages, in this order.
     *
     * @param unexpected how often it has said what makes no sense here
     */
    void acknowledged(Acknowledging peer, long[] taken, int count, int unexpected) {
        Ledger ledger = ledger(peer.pipe);
        List<PendingDelivery> wanted = List.of();
        long strange = unexpected;
        boolean isRelieved;
        synchronized (lock) {
            for (int index = 0; index < count; index++) {
                Sent sent = ledger.take(taken[index]);
                if (sent == null) {
                    strange++;
                    continue;
                }
                underWay--;
                wanted = add(wanted, sent.delivery);
            }
            isRelieved = ledger.isRelieved();
        }
        wanted.forEach(PendingDelivery::isTakenOver);
        if (strange > 0) {
            onUnexpected.accept(peer.pipe, strange);
        }
        if (isRelieved) {
            writable();
        }
        settleIdle();
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
        Ledger ledger = ledger(peer.pipe);
        List<PendingDelivery> wanted;
        boolean isRelieved = false;
        synchronized (lock) {
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
            settleIdle();
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
        Ledger ledger = ledger(peer.pipe);
        List<PendingDelivery> wanted = List.of();
        boolean isRelieved;
        synchronized (lock) {
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
        settleIdle();
    }

    private ZmtpDeliveryException tooOld() {
        return new ZmtpDeliveryException(
                Reason.EXPIRED, type + " socket: expected the message to be written in time, but it became too old");
    }

    @Override
    void expired(Returned returned) {
        Sent sent = returned.sent();
        if (sent != null) {
            underWay--;
            PendingDelivery delivery = sent.delivery;
            if (delivery != null) {
                afterwards(() -> delivery.fail(tooOld()));
            }
        }
        super.expired(returned);
    }

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

    /** What a peer had, or its pipe held, comes before all that waits. */
    private void giveBack(Pipe pipe, boolean stays) {
        Ledger ledger = ledger(pipe);
        synchronized (lock) {
            rest(pipe); // nothing more goes in
            if (!stays) {
                pipes.remove(pipe);
            }
            beginMove();
        }
        pipe.takeBack(); // all of which is in the ledger
        synchronized (lock) {
            endMove();
            List<Sent> back = ledger.takeAll();
            for (int index = back.size() - 1; index >= 0; index--) {
                Sent sent = back.get(index);
                giveBackFirst(new Returned(sent.message, sent.deadline, sent));
            }
            if (stays && pipes.contains(pipe)) {
                wakeUp(pipe);
            }
        }
        settle();
        settleIdle();
    }

    // ---- waiting

    private void settleIdle() {
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
                Ledger ledger = ledger(pipe);
                Presence present = pipe.present;
                long oldest = ledger.oldest();
                all.add(new UnderWay(
                        pipe.endpoint,
                        pipe.peer(),
                        present != null,
                        ledger.messages(),
                        ledger.bytes(),
                        oldest == 0 ? Duration.ZERO : Duration.ofNanos(now - oldest)));
            }
        }
        return all;
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        List<PendingDelivery> wanted = new ArrayList<>();
        List<Waiter> waiting;
        synchronized (lock) {
            for (Returned each : returned()) {
                Sent sent = each.sent();
                if (sent != null && sent.delivery != null) {
                    wanted.add(sent.delivery);
                }
            }
            waiting = idle.takeAll();
        }
        Closed lost = super.close(reason);
        wanted.forEach(delivery -> delivery.fail(reason));
        waiting.forEach(waiter -> waiter.fail(reason));
        return lost;
    }
}
