package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Shield;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The first part of a message says which peer gets the rest. Senders wait at the pipe of their peer, not here, so that
 * one that is full holds up nobody else.
 */
public final class Addressed extends Direct {

    private final boolean mandatory;
    private final Map<Bytes, Pipe> holders = new ConcurrentHashMap<>();

    /** For whom ids are kept whose handshake is under way. */
    private final Map<Bytes, Pipe> reserved = new ConcurrentHashMap<>(0);

    private final Sinks.Empty<Void> closed = Sinks.empty();

    /**
     * Nobody can be addressed yet.
     *
     * @param mandatory whether a message fails that nobody can be given, and waits for a peer whose queue is full; else
     *     either is dropped
     */
    public Addressed(SocketType type, Overflow overflow, DropListener drops, boolean mandatory) {
        super(type, type.singlePart() ? 2 : 0, overflow, drops);
        this.mandatory = mandatory;
    }

    // ---- who is there

    /** Whether somebody has this id, or will. */
    public boolean isTaken(Bytes id) {
        return holders.containsKey(id) || reserved.containsKey(id);
    }

    /** Whether a pipe may have this id, or has it. */
    public boolean isFree(Bytes id, Pipe pipe) {
        synchronized (lock) {
            return holders.getOrDefault(id, pipe) == pipe && reserved.getOrDefault(id, pipe) == pipe;
        }
    }

    /** Has a pipe be addressed by an id before its peer is there, unless somebody has it. */
    public boolean give(Bytes id, Pipe pipe) {
        return reserve(id, pipe, false) == pipe && take(pipe);
    }

    /**
     * Keeps an id for a pipe until it is {@linkplain #take taken} or {@linkplain #release released}.
     *
     * @param handover whether it is taken over from a peer that has it
     * @return the pipe itself; or the one that has the id and is to give way first; null if the id is not to be had
     */
    @Nullable
    public Pipe reserve(Bytes id, Pipe pipe, boolean handover) {
        synchronized (lock) {
            Pipe holder = holders.get(id);
            boolean held = holder != null && holder != pipe && (holder.present != null || holder.isNamed);
            if ((held && !handover) || reserved.putIfAbsent(id, pipe) != null) {
                return null;
            }
            pipe.reservedId = id;
            return held ? holder : pipe;
        }
    }

    /** Gives an id back that was kept for a pipe. */
    public void release(Pipe pipe) {
        synchronized (lock) {
            Bytes id = pipe.reservedId;
            if (id != null) {
                reserved.remove(id);
                pipe.reservedId = null;
            }
        }
    }

    /**
     * The peer comes for which an id was kept: what waits in the pipe for the one before is dropped, and what waits for this
     * one where it was before goes with it.
     */
    public void prepare(Pipe pipe) {
        Bytes id;
        Bytes before;
        Pipe holder;
        synchronized (lock) {
            id = pipe.reservedId;
            before = pipe.routingId;
            if (id == null || id.equals(before)) {
                return;
            }
            holders.remove(before, pipe);
            pipe.routingId = Bytes.EMPTY;
            holder = holders.get(id);
        }
        if (!before.isEmpty()) {
            abandon(pipe, before);
        }
        if (holder != null) {
            move(holder, pipe);
        }
    }

    /**
     * Has a pipe be addressed by the id that was kept for it, and by no other.
     *
     * @return false if it is addressed no more, for good: its endpoint was given up in the moment when it opened
     */
    public boolean take(Pipe pipe) {
        prepare(pipe);
        while (true) {
            Pipe holder;
            synchronized (lock) {
                Bytes id = pipe.reservedId;
                if (id == null || pipe.isRemoved) {
                    release(pipe);
                    return false;
                }
                holder = holders.get(id);
                if (holder == null || holder == pipe || holder.held() == 0) {
                    release(pipe);
                    holders.put(id, pipe);
                    pipe.routingId = id;
                    if (holder != null && holder != pipe && !holder.isNamed) {
                        holder.routingId = Bytes.EMPTY;
                    }
                    return true;
                }
            }
            move(holder, pipe); // more has come meanwhile
        }
    }

    /** Another peer has come in place of the one that a pipe was for: what waits for that is for nobody else. */
    private void abandon(Pipe pipe, Bytes before) {
        pipe.sendQueue()
                .turnAway(new ZmtpSendException(
                        "expected the peer " + before + ", but another peer has come in place of it"));
        List<Message> lost = pipe.takeBack();
        if (!lost.isEmpty()) {
            // Not reported as the pipe's: its peer is the other one by now.
            drops.dropped(null, pipe.endpoint, DropReason.PEER_GONE, lost.get(0).prepend(before), lost.size());
        }
    }

    private void move(Pipe from, Pipe to) {
        from.sendQueue()
                .turnAway(new ZmtpSendException(
                        "expected the peer " + from.routingId + " here, but it has come elsewhere"));
        List<Message> waiting = from.takeBack();
        int moved = to.offer(waiting.toArray(new Message[0]), waiting.size());
        drops.dropped(to, DropReason.QUEUE_FULL, waiting.subList(moved, waiting.size()));
    }

    @Override
    public void remove(Pipe pipe) {
        synchronized (lock) {
            Bytes id = pipe.routingId;
            pipe.isRemoved = true;
            release(pipe);
            Pipe next = holders.remove(id, pipe) ? reserved.get(id) : null;
            if (next != null && !next.lasting) {
                next.routingId = id;
                holders.put(id, next); // whose handshake is nearly through: messages wait for it
            }
        }
    }

    // ---- sending

    @Override
    public Mono<Void> send(Message message) {
        return Mono.defer(() -> route(message));
    }

    @Override
    public Mono<Void> send(Publisher<? extends Message> messages) {
        return Mono.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            Mono<Void> sent = Flux.from(messages)
                    .concatMap(message -> lasting(message, cancelled), 0) // nothing is asked for that cannot be taken
                    .then();
            return Mono.firstWithSignal(closed.asMono(), sent)
                    .transform(Shield::each)
                    .doOnCancel(() -> cancelled.set(true));
        });
    }

    /** Has left its source: cancelling does not take it back, and if nobody hears that it fails it is reported as dropped. */
    private Mono<Void> lasting(Message message, AtomicBoolean cancelled) {
        Mono<Void> route = route(message);
        if (route instanceof Callable<?>) {
            return route; // over already
        }
        Sinks.Empty<Void> accepted = Sinks.empty();
        route.subscribe(
                nothing -> {},
                refused -> {
                    if (cancelled.get()) {
                        drop(holders.get(message.first()), DropReason.PEER_GONE, List.of(message));
                    }
                    accepted.tryEmitError(refused);
                },
                accepted::tryEmitEmpty);
        return accepted.asMono();
    }

    private Mono<Void> route(Message message) {
        if (!isWhole(message)) {
            return Mono.error(wrong(message));
        }
        if (message.size() < 2) {
            return Mono.error(new ZmtpSendException(
                    type + " socket: expected a routing id and at least one part behind it, but there is one part"));
        }
        synchronized (lock) {
            requireOpen();
            Pipe pipe = holders.get(message.first());
            if (pipe != null && overflow == Overflow.WAIT) {
                return pipe.sendQueue().send(message.skip(1));
            } else if (pipe == null && !mandatory) {
                drop(null, DropReason.UNROUTABLE, List.of(message));
            } else if (pipe == null || !give(pipe, message.skip(1), null)) {
                return Mono.error(new ZmtpSendException(
                        (pipe == null ? "no peer has the routing id " : "there is no room in the queue of the peer ")
                                + message.first()));
            }
        }
        release();
        return Mono.empty();
    }

    @Override
    public Mono<Void> flush() {
        return onEach(Pipe::flush);
    }

    /** What waits at a pipe is accepted, at the latest, when everything before it has been written. */
    @Override
    public Mono<Void> drained() {
        return onEach(pipe -> Mono.defer(pipe::flush)
                .repeat(() -> pipe.sendQueue().waiting() > 0)
                .then());
    }

    private Mono<Void> onEach(Function<Pipe, Mono<Void>> step) {
        return Mono.defer(() -> Mono.whenDelayError(holders.values().stream()
                .map(pipe -> step.apply(pipe).onErrorComplete(ZmtpClosedException.class))
                .toList()));
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        closed.tryEmitError(reason);
        return super.close(reason);
    }
}
