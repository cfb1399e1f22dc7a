package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The first part of a message says which peer gets the rest. Senders wait at the pipe of their peer, not here, so that
 * one that is full holds up nobody else.
 */
final class Addressed extends Outgoing {

    private final ZmtpSocket socket;
    private final boolean mandatory;
    private final Map<Bytes, Pipe> holders = new ConcurrentHashMap<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /**
     * Nobody can be addressed yet.
     *
     * @param mandatory whether what cannot be delivered fails, or waits while there is hope; else it is dropped
     */
    Addressed(ZmtpSocket socket, boolean mandatory) {
        super(socket.type, socket.type.singlePart() ? 2 : 0);
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
     * @param handover whether it takes the id over from a peer that has it; that one is closed
     * @return whether it has the id
     */
    boolean admit(Bytes id, Pipe pipe, boolean handover) {
        Pipe holder;
        synchronized (lock) {
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
            holder.drop();
        }
        return true;
    }

    @Override
    void remove(Pipe pipe) {
        holders.remove(pipe.routingId, pipe);
    }

    // ---- sending

    @Override
    Mono<Void> send(Message message) {
        return Mono.defer(() -> route(message));
    }

    @Override
    Mono<Void> send(Publisher<? extends Message> messages) {
        return Flux.from(messages)
                .concatMap(this::route)
                .takeUntilOther(closed.asMono())
                .then();
    }

    private Mono<Void> route(Message message) {
        synchronized (lock) {
            requireOpen();
        }
        if (!isWhole(message)) {
            return Mono.error(wrong(message));
        }
        if (message.size() < 2) {
            return Mono.error(new ZmtpSendException(
                    "expected a routing id and at least one part behind it, but there is one part: " + message));
        }
        Pipe pipe = holders.get(message.first());
        if (mandatory) {
            return pipe == null
                    ? Mono.error(new ZmtpSendException("no peer has the routing id " + message.first()))
                    : pipe.intake().send(message.skip(1));
        }
        if (pipe == null) {
            socket.dropped(null, null, DropReason.UNROUTABLE, message, 1);
        } else if (!pipe.offer(message.skip(1))) {
            DropReason why = isTaken(message.first()) ? DropReason.QUEUE_FULL : DropReason.PEER_GONE;
            socket.dropped(pipe, null, why, message, 1);
        }
        return Mono.empty();
    }

    @Override
    boolean hasRoomFor(Message message) {
        return true;
    }

    @Override
    void accept(Message message) {
        throw new IllegalStateException("goes to the pipe of its peer");
    }

    @Override
    protected long room() {
        return Long.MAX_VALUE;
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
