package io.zmtp.reactive.routing;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Digest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Sends requests to the connected peers in turn. Only a reply from the peer that was asked counts. */
public final class Requests extends Direct {

    private final Awaited awaited;
    private final DeliveryOptions delivery;
    private final Digest digests = new Digest();

    /** Requests whose peer has gone, and which only that peer may be asked again. */
    private final Set<PendingRequest> pinned = new LinkedHashSet<>(0);

    /** Requests that no peer could be asked yet, in the order of coming. */
    private final Set<PendingRequest> waiting = new LinkedHashSet<>();

    private final Sinks.Empty<Void> idle = Sinks.empty();
    private boolean draining;
    private int turn;

    /**
     * Nothing is asked yet.
     *
     * @param delivery says what becomes of requests whose peer has gone
     */
    public Requests(Awaited awaited, DeliveryOptions delivery) {
        super(SocketType.REQ, 0, Overflow.WAIT, DropListener.NONE);
        this.awaited = awaited;
        this.delivery = delivery;
    }

    // ---- asking

    public Mono<Message> request(Message body) {
        return Mono.create(sink -> {
            PendingRequest pending = new PendingRequest(body, sink);
            sink.onCancel(() -> cancel(pending));
            try {
                synchronized (lock) {
                    requireOpen();
                    if (pending.cancelled) {
                        return; // while it was subscribed to
                    }
                    if (!waiting.isEmpty() || !ask(pending)) {
                        waiting.add(pending);
                    }
                }
                release();
            } catch (ZmtpException refused) {
                sink.error(refused);
            }
        });
    }

    /** Sends a request to the next peer; false if none has room, or no request may be sent now. Under the lock. */
    private boolean ask(PendingRequest pending) {
        Pipe pipe = awaited.mayAsk() ? choose() : null;
        return pipe != null && ask(pending, pipe);
    }

    private boolean ask(PendingRequest pending, Pipe pipe) {
        pending.pipe = pipe;
        pending.peer = pipe.present;
        pending.request(awaited.seal(pending.body, pipe).from(null)); // of any age: a request has a time limit
        awaited.sent(pending);
        if (pipe.offer(pending.request())) {
            return true;
        }
        awaited.unsent(pending);
        pending.pipe = null;
        return false;
    }

    /** The next pipe that has room; null for none. */
    private @Nullable Pipe choose() {
        int count = pipes.size();
        for (int i = 0; i < count; i++) {
            int at = Math.floorMod(turn + i, count);
            Pipe pipe = pipes.get(at);
            if (pipe.room() > 0) {
                turn = at + 1;
                return pipe;
            }
        }
        return null;
    }

    /** Sends the requests that wait, as far as possible. */
    private void next() {
        boolean end;
        synchronized (lock) {
            pinned.removeIf(this::askAgain);
            for (Iterator<PendingRequest> each = waiting.iterator(); each.hasNext() && ask(each.next()); ) {
                each.remove();
            }
            end = draining && waiting.isEmpty() && pinned.isEmpty() && awaited.size() == 0;
        }
        release();
        if (end) {
            idle.tryEmitEmpty();
        }
    }

    /** Asks the peer again that had a request, if it is back and there is room; under the lock. */
    private boolean askAgain(PendingRequest pending) {
        for (Pipe pipe : pipes) {
            Presence present = pipe.present;
            if (present != null && Memories.key(present.peer()).equals(pending.pinnedTo)) {
                boolean asked = awaited.mayAsk() && ask(pending, pipe);
                if (asked && pending.timer != null) {
                    pending.timer.dispose();
                }
                return asked;
            }
        }
        return false;
    }

    // ---- answers

    /** A message came from a peer; false if it is not the reply to a request. */
    public boolean answered(Pipe pipe, Message message) {
        PendingRequest pending;
        synchronized (lock) {
            pending = awaited.answered(pipe, message);
        }
        if (pending == null) {
            return false;
        }
        next();
        pending.sink.success(awaited.open(pending, message));
        return true;
    }

    private void cancel(PendingRequest pending) {
        Pipe ending = null;
        synchronized (lock) {
            pending.cancelled = true;
            if (!waiting.remove(pending)
                    && !pinned.remove(pending)
                    && pending.pipe != null
                    && awaited.cancelled(pending)) {
                ending = pending.pipe;
                pipes.remove(ending); // until its next connection
            }
        }
        if (ending != null && ending.present == pending.peer) {
            ending.renew();
        }
        next();
    }

    // ---- peers

    @Override
    public void add(Pipe pipe) {
        super.add(pipe);
        next();
    }

    @Override
    public void writable() {
        next();
    }

    /** The peer has gone: the requests that it was asked fail, or are asked again. */
    public void left(Pipe pipe) {
        List<PendingRequest> failed;
        synchronized (lock) {
            pipes.remove(pipe);
            failed = awaited.left(pipe);
            Acknowledging peer = Acknowledging.of(pipe);
            if (peer != null && peer.isEqual) {
                askLater(failed, pipe);
                failed = List.of();
            }
        }
        pipe.takeBack(); // the next connection must not be asked what nobody waits for
        fail(
                failed,
                new ZmtpClosedException(
                        pipe.endpoint + ": the peer has gone before it replied",
                        new Closed(Closed.Reason.PEER, null, 0, 0)));
        next();
    }

    /** Has requests asked again, before all that wait: anybody, or the same peer only. Under the lock. */
    private void askLater(List<PendingRequest> requests, Pipe pipe) {
        Peer peer = pipe.peer();
        if (!delivery.level().isOnce() || peer == null) {
            List<PendingRequest> behind = List.copyOf(waiting);
            waiting.clear();
            waiting.addAll(requests);
            waiting.addAll(behind);
            return;
        }
        for (PendingRequest pending : requests) {
            pending.pinnedTo = Memories.key(peer);
            pinned.add(pending);
            pending.timer = Schedulers.parallel()
                    .schedule(
                            () -> giveUp(pending, pipe, peer),
                            delivery.deadLetterAfter().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void giveUp(PendingRequest pending, Pipe pipe, Peer peer) {
        boolean isLost;
        synchronized (lock) {
            isLost = pinned.remove(pending);
        }
        if (isLost) {
            Shield.run(() -> pending.sink.error(new ZmtpDeliveryException(
                    ZmtpDeliveryException.Reason.PEER_GONE,
                    pipe.endpoint + ": expected " + peer + " to come back within " + delivery.deadLetterAfter()
                            + " and to reply, but it did not")));
            next();
        }
    }

    /**
     * A peer could not answer requests, and says so.
     *
     * @return how often it has said something else
     */
    long refused(Pipe pipe, Acknowledgement[] said, int count) {
        long unexpected = 0;
        Presence present = pipe.present;
        for (int index = 0; index < count; index++) {
            Acknowledgement one = said[index];
            PendingRequest pending = one.kind() == Kind.NACK ? take(pipe, present, one.digest()) : null;
            if (pending == null) {
                unexpected++;
            } else {
                Peer peer = present == null ? pipe.peer() : present.peer();
                Shield.run(() -> pending.sink.error(new ZmtpNackException(one.code(), one.text(), peer)));
            }
        }
        next();
        return unexpected;
    }

    private @Nullable PendingRequest take(Pipe pipe, @Nullable Presence present, long digest) {
        synchronized (lock) {
            for (PendingRequest pending : awaited.all()) {
                if (pending.pipe == pipe && pending.peer == present && pending.hasDigest(digest, digests)) {
                    awaited.unsent(pending);
                    return pending;
                }
            }
        }
        return null;
    }

    private static void fail(List<PendingRequest> exchanges, ZmtpClosedException reason) {
        for (PendingRequest pending : exchanges) {
            ZmtpClosedException own = new ZmtpClosedException(String.valueOf(reason.getMessage()), reason.closed());
            Shield.run(() -> pending.sink.error(own));
        }
    }

    // ---- the end

    /** As {@link #flush()}, after all requests were answered. */
    @Override
    public Mono<Void> drained() {
        return Mono.defer(() -> {
            synchronized (lock) {
                draining = true;
            }
            next();
            return idle.asMono().then(flush());
        });
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        List<PendingRequest> failed;
        synchronized (lock) {
            failed = new ArrayList<>(waiting);
            failed.addAll(pinned);
            waiting.clear();
            pinned.clear();
            for (Pipe pipe : pipes) {
                failed.addAll(awaited.left(pipe));
            }
        }
        Closed lost = super.close(reason);
        fail(failed, reason);
        return lost;
    }
}
