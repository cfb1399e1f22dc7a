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
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeadLetter;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.Waiters;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Digest;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Round robin among peers that acknowledge. A message stays here until it is acknowledged; what a peer had not acknowledged when
 * it went comes before all that waits, and goes to the others, or to the same peer when it is back.
 */
public final class Acknowledged extends RoundRobin {

    private static final PacedLog LOG = new PacedLog(Acknowledged.class);

    private final DeliveryOptions options;
    private final boolean isOnce;
    private final long maxMessages;
    private final long maxBytes;
    private final long maxAge;
    private final ObjLongConsumer<Pipe> onUnexpected;
    private static final byte[] NO_OCTETS = {};

    private final Digest digests = new Digest();

    /** Subscribers that wait until nothing is under way. */
    private final Waiters idle = new Waiters(lock);

    /** Peers that know what they have taken over, by their names; those too that are away. */
    private final Map<Peer.Key, PinnedPeer> pinned = new LinkedHashMap<>();

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
        this.options = options;
        this.isOnce = options.level().isOnce();
        this.maxMessages = options.maxUnderWay() == 0 ? bounds.sendMessages() : options.maxUnderWay();
        this.maxBytes = options.maxUnderWayBytes() == 0 ? bounds.sendBytes() : options.maxUnderWayBytes();
        this.maxAge = bounds.maxAge().toNanos();
        this.onUnexpected = onUnexpected;
    }

    /** Whether messages go only to peers that are there, and are known by name. */
    public boolean isOnce() {
        return isOnce;
    }

    Ledger newLedger(boolean isExact) {
        return new Ledger(maxMessages, maxBytes, isExact);
    }

    private static Acknowledging of(Pipe pipe) {
        Acknowledging acknowledging = Acknowledging.of(pipe);
        if (acknowledging == null || acknowledging.ledger == null) {
            throw new IllegalStateException(pipe + ": nothing is acknowledged");
        }
        return acknowledging;
    }

    private static Ledger ledger(Pipe pipe) {
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
        PinnedPeer once = peer.pinned;
        if (once != null && !giveAgain(peer, once)) {
            return false;
        }
        Ledger ledger = Objects.requireNonNull(peer.ledger);
        if (ledger.room() <= 0) {
            return false;
        }
        Sent sent = again;
        long digest = sent == null ? digests.of(message) : sent.digest;
        if (once != null && once.mustWait(digest)) {
            ping(pipe, once);
            return false;
        }
        if (!pipe.offer(message)) {
            return false;
        }
        if (sent == null) {
            sent = sent(message, digest, delivering);
        } else {
            Ledger.release(sent);
            sent.offered = message;
        }
        if (once == null) {
            ledger.add(sent);
        } else {
            once.add(sent);
        }
        offered(peer, 1);
        return true;
    }

    private Sent sent(Message message, long digest, @Nullable PendingDelivery delivery) {
        underWay++;
        long deadline = maxAge != 0 || message.ages() ? Deadline.of(message, maxAge) : 0;
        return new Sent(message, digest, FrameEncoder.size(message), deadline, delivery);
    }

    @Override
    int offer(Pipe pipe, Message[] messages, int count) {
        if (isOnce) {
            int accepted = 0;
            while (accepted < count && offer(pipe, messages[accepted])) {
                accepted++;
            }
            return accepted;
        }
        Acknowledging peer = of(pipe);
        Ledger ledger = Objects.requireNonNull(peer.ledger);
        int accepted = pipe.offer(messages, (int) Math.min(count, ledger.room()));
        for (int index = 0; index < accepted; index++) {
            ledger.add(sent(messages[index], digests.of(messages[index]), null));
        }
        offered(peer, accepted);
        return accepted;
    }

    private void offered(Acknowledging peer, int count) {
        if (count > 0 && peer.pipe.writesAtOnce()) {
            afterwards(() -> written(peer, count));
        }
    }

    /** Gives a peer what it, or a connection before, had already; false if some of that has to wait. */
    private boolean giveAgain(Acknowledging peer, PinnedPeer once) {
        for (Sent next; (next = once.nextAgain()) != null; ) {
            if (!peer.pipe.offer(next.message)) {
                return false;
            }
            next.offered = next.message;
            once.sentAgain();
            offered(peer, 1);
        }
        if (once.hasAgain()) {
            ping(peer.pipe, once);
        }
        return !once.hasAgain();
    }

    /** Asks whether the peer has read what it is to forget, if something waits for that. */
    private void ping(Pipe pipe, PinnedPeer once) {
        Presence present = pipe.present;
        Bytes context = present == null ? null : once.takePing();
        if (context != null && present != null) {
            afterwards(() -> present.commands().ping(context));
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

    // ---- peers that come back

    @Override
    public void add(Pipe pipe) {
        if (isOnce) {
            joined(pipe);
        }
        super.add(pipe);
    }

    private void joined(Pipe pipe) {
        Acknowledging peer = of(pipe);
        Presence present = pipe.present;
        synchronized (lock) {
            if (present == null || !peer.isEqual) {
                peer.pinned = null;
                peer.ledger = newLedger(false);
                return;
            }
            PinnedPeer once = pinned.computeIfAbsent(
                    Memories.key(present.peer()),
                    key -> new PinnedPeer(newLedger(true), present.peer(), pipe.endpoint));
            once.joined(pipe, present.peer(), present.commands());
            peer.pinned = once;
            peer.ledger = once.ledger;
            giveAgain(peer, once);
        }
    }

    @Override
    public void writable() {
        if (isOnce) {
            synchronized (lock) {
                for (Pipe pipe : pipes) {
                    Acknowledging peer = of(pipe);
                    if (peer.pinned != null) {
                        giveAgain(peer, peer.pinned);
                    }
                }
            }
        }
        super.writable();
    }

    // ---- what becomes of them

    /** A peer has said something of messages, in this order. */
    void acknowledged(Acknowledging peer, Acknowledgement[] said, int count) {
        List<Runnable> then = List.of();
        long unexpected = 0;
        boolean goesOn;
        synchronized (lock) {
            Ledger ledger = ledger(peer.pipe);
            PinnedPeer once = peer.pinned;
            byte[] clears = once == null ? NO_OCTETS : new byte[count * Acknowledgement.MAX_FRAME];
            int length = 0;
            for (int index = 0; index < count; index++) {
                Acknowledgement one = said[index];
                Sent sent = isExpected(one.kind()) && peer.isEqual ? ledger.take(one.digest()) : null;
                if (sent == null) {
                    unexpected++;
                    continue;
                }
                if (once != null) {
                    once.answered(sent);
                    length = Acknowledgement.write(Kind.CLR, sent.digest, clears, length);
                }
                Runnable next = one.kind() == Kind.NACK ? failed(peer, sent, one) : succeeded(sent);
                if (next != null) {
                    then = then.isEmpty() ? new ArrayList<>() : then;
                    then.add(next);
                }
            }
            Presence present = peer.pipe.present;
            if (length > 0 && present != null) {
                present.commands().write(clears, length);
            }
            boolean isAwaited = once != null && once.takeAwaited();
            goesOn = ledger.isRelieved() || isAwaited;
        }
        then.forEach(Runnable::run);
        if (unexpected > 0) {
            onUnexpected.accept(peer.pipe, unexpected);
        }
        if (goesOn) {
            writable();
        }
        settleIdle(peer);
    }

    private boolean isExpected(Kind kind) {
        return switch (kind) {
            case ACK -> options.level() != DeliveryLevel.DONE;
            case COMP, NACK -> options.level() == DeliveryLevel.DONE;
            case CLR -> false;
        };
    }

    private @Nullable Runnable succeeded(Sent sent) {
        underWay--;
        PendingDelivery delivery = sent.delivery;
        return delivery == null
                ? null
                : options.level() == DeliveryLevel.DONE ? delivery::isDone : delivery::isTakenOver;
    }

    /** The work has failed: it is tried again, or never. */
    private Runnable failed(Acknowledging peer, Sent sent, Acknowledgement nack) {
        PendingDelivery delivery = sent.delivery;
        Peer who = Objects.requireNonNull(peer.pipe.peer());
        ZmtpNackException failure = new ZmtpNackException(nack.code(), nack.text(), who);
        sent.failures++;
        if (failure.isRetryable() && sent.failures <= options.retries()) {
            PinnedPeer once = Objects.requireNonNull(peer.pinned);
            once.rest(sent);
            return () -> {
                if (delivery != null) {
                    delivery.isTakenOver();
                }
                retry(once, sent);
            };
        }
        DeadLetter.Reason reason =
                failure.isRetryable() ? DeadLetter.Reason.TOO_MANY_ATTEMPTS : DeadLetter.Reason.REFUSED;
        underWay--;
        return () -> {
            if (delivery != null) {
                delivery.isTakenOver();
            }
            bury(sent, new DeadLetter(sent.message, who, reason, sent.failures, failure));
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
                giveBackFirst(new Returned(sent.message, sent.deadline, sent));
            } else {
                once.again(sent);
            }
        }
        writable();
    }

    /** A message is not sent any more; without the lock. */
    private void bury(Sent sent, DeadLetter letter) {
        if (sent.delivery != null) {
            sent.delivery.fail(letter.failure());
        }
        Function<? super DeadLetter, ? extends Mono<Void>> handler = options.deadLetters();
        if (handler == null) {
            LOG.warn("dead letter", type + " socket: " + letter);
            drops.dropped(null, DropReason.DEAD_LETTER, List.of(sent.message));
            return;
        }
        Mono.defer(() -> handler.apply(letter)).subscribe(nothing -> {}, failure -> {
            LOG.warn("dead letter", type + " socket: " + letter + " could not be handed on", failure);
            drops.dropped(null, DropReason.DEAD_LETTER, List.of(sent.message));
        });
    }

    /** The peer has read everything up to a PING; false if this is for another one. */
    boolean ponged(Acknowledging peer, Bytes context) {
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
        return true;
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
            Ledger ledger = Objects.requireNonNull(peer.ledger);
            PinnedPeer once = peer.pinned;
            List<Sent> back = once != null ? left(once, held) : peer.isEqual ? ledger.takeAll() : ledger.takeLast(held);
            lost = once == null ? ledger.takeAll() : List.of();
            underWay -= lost.size();
            if (once != null) {
                peer.pinned = null;
                peer.ledger = newLedger(false);
            }
            for (int index = back.size() - 1; index >= 0; index--) {
                Sent sent = back.get(index);
                giveBackFirst(new Returned(sent.message, sent.deadline, sent));
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

    /** A peer has gone that may come back; returns what others may have. Under the lock. */
    private List<Sent> left(PinnedPeer once, int held) {
        List<Sent> free = once.left(held);
        if (once.isEmpty()) {
            pinned.values().remove(once);
        } else {
            once.timer = Schedulers.parallel()
                    .schedule(() -> giveUp(once), options.deadLetterAfter().toNanos(), TimeUnit.NANOSECONDS);
        }
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
        }
        String why = type + " socket: expected " + once.peer + " to come back within " + options.deadLetterAfter()
                + ", but it did not";
        for (Sent sent : all) {
            ZmtpDeliveryException gone = new ZmtpDeliveryException(Reason.PEER_GONE, why);
            bury(sent, new DeadLetter(sent.message, once.peer, DeadLetter.Reason.PEER_GONE, sent.failures + 1, gone));
        }
        settleIdle();
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
                all.add(underWay(pipe.endpoint, pipe.peer(), pipe.present != null, ledger(pipe), now));
            }
            for (PinnedPeer once : pinned.values()) {
                if (once.pipe == null) {
                    all.add(underWay(once.endpoint, once.peer, false, once.ledger, now));
                }
            }
        }
        return all;
    }

    private static UnderWay underWay(
            Endpoint endpoint, @Nullable Peer peer, boolean isConnected, Ledger ledger, long now) {
        long oldest = ledger.oldest();
        Duration age = oldest == 0 ? Duration.ZERO : Duration.ofNanos(now - oldest);
        return new UnderWay(endpoint, peer, isConnected, ledger.messages(), ledger.bytes(), age);
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        List<PendingDelivery> wanted = List.of();
        List<Waiter> waiting;
        synchronized (lock) {
            for (PinnedPeer once : pinned.values()) {
                if (once.timer != null) {
                    once.timer.dispose();
                }
                once.takeAll().forEach(sent -> giveBackFirst(new Returned(sent.message, sent.deadline, sent)));
            }
            pinned.clear();
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
}
