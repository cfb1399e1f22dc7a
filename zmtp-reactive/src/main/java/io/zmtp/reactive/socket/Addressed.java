package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.connection.Shield;
import io.zmtp.reactive.monitor.DropReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The first part of a message says which peer gets the rest. Senders wait at the pipe of their peer, not here, so that
 * one that is full holds up nobody else.
 */
final class Addressed extends Direct {

    private final ZmtpSocket socket;
    private final boolean mandatory;
    private final Map<Bytes, Pipe> holders = new ConcurrentHashMap<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /**
     * Nobody can be addressed yet.
     *
     * @param mandatory whether a message fails that nobody can be given, and waits for a peer whose queue is full; else
     *     either is dropped
     */
    Addressed(ZmtpSocket socket, boolean mandatory) {
        super(
                socket.type,
                socket.type.singlePart() ? 2 : 0,
                socket.options.overflow(mandatory ? Overflow.WAIT : Overflow.DROP_NEWEST),
                socket::dropped);
        this.socket = socket;
        this.mandatory = mandatory;
    }

    // ---- who is there

    /** Whether somebody has this id, or will. */
    boolean isTaken(Bytes id) {
        return holders.containsKey(id);
    }

    /**
     * Has a pipe be addressed by an id from now on, and by no other.
     *
     * @param handover whether it takes the id over from a peer that has it; that one is closed, and what it brought is
     *     received before what the new one brings
     * @return whether it has the id
     */
    boolean admit(Bytes id, Pipe pipe, boolean handover) {
        Pipe holder;
        synchronized (lock) {
            if (pipe.isRemoved) {
                return false; // its endpoint was given up in the moment when it opened
            }
            holder = holders.get(id);
            boolean held = holder != null && holder != pipe && (holder.present != null || holder.isNamed);
            if (held && !handover) {
                return false;
            }
            holders.remove(pipe.routingId, pipe);
            holders.put(id, pipe);
            pipe.routingId = id;
        }
        if (holder != null && holder != pipe) {
            socket.ends(holder);
            holder.drop();
        }
        return true;
    }

    @Override
    void remove(Pipe pipe) {
        synchronized (lock) {
            pipe.isRemoved = true;
            holders.remove(pipe.routingId, pipe);
        }
    }

    // ---- sending

    @Override
    Mono<Void> send(Message message) {
        return Mono.defer(() -> route(message));
    }

    @Override
    Mono<Void> send(Publisher<? extends Message> messages) {
        return Mono.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            return Flux.from(messages)
                    .concatMap(message -> lasting(message, cancelled), 0) // nothing is asked for that cannot be taken
                    .takeUntilOther(closed.asMono())
                    .then()
                    .transform(Shield::each)
                    .doOnCancel(() -> cancelled.set(true));
        });
    }

    /** Has left its source: cancelling does not take it back, and if nobody hears that it fails it is told as dropped. */
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
                    "expected a routing id and at least one part behind it, but there is one part"));
        }
        Pipe pipe = holders.get(message.first());
        synchronized (lock) {
            requireOpen();
            if (pipe != null && overflow == Overflow.WAIT) {
                return pipe.intake().send(message.skip(1));
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
    Mono<Void> flush() {
        return onEach(Pipe::flush);
    }

    /** What waits at a pipe is accepted, at the latest, when everything before it has been written. */
    @Override
    Mono<Void> drained() {
        return onEach(pipe -> Mono.defer(pipe::flush)
                .repeat(() -> pipe.intake().waiting() > 0)
                .then());
    }

    private Mono<Void> onEach(Function<Pipe, Mono<Void>> step) {
        return Mono.defer(() -> Mono.whenDelayError(holders.values().stream()
                .map(pipe -> step.apply(pipe).onErrorComplete(ZmtpClosedException.class))
                .toList()));
    }

    @Override
    Closed close(ZmtpClosedException reason) {
        closed.tryEmitError(reason);
        return super.close(reason);
    }
}
