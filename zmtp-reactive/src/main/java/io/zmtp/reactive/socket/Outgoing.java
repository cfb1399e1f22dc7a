package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.connection.Intake;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A socket's rule for who gets the next message. */
abstract class Outgoing extends Intake {

    /** Goes to nobody, but not before everything that waits ahead of it. */
    private static final Object BARRIER = new Object();

    /** Those that may be sent to. Changed under the lock. */
    final List<Pipe> pipes = new CopyOnWriteArrayList<>();

    private final SocketType type;
    private final int parts;

    /**
     * Makes one.
     *
     * @param parts how many parts each message must have; 0 for any number
     */
    Outgoing(SocketType type, int parts) {
        super(null);
        this.type = type;
        this.parts = parts;
    }

    /** Whether a message has as many parts as it must have. */
    final boolean isWhole(Message message) {
        return parts == 0 || message.size() == parts;
    }

    final ZmtpSendException wrong(Message message) {
        return new ZmtpSendException(type + " socket: a message of " + parts + (parts == 1 ? " part" : " parts")
                + " expected, this one has " + message.size());
    }

    /** Whether a message would be accepted now; under the lock. */
    abstract boolean hasRoomFor(Message message);

    /**
     * Accepts a message for which there is room; under the lock. Who offers to pipes under the lock elsewhere calls
     * {@link #release()} without it, so that those pipes may tell their peers.
     */
    abstract void accept(Message message);

    /** What to do once the lock is released, about what was just accepted; null for nothing. */
    @Nullable
    Runnable afterwards() {
        return null;
    }

    /** From now on a pipe may be sent to. */
    void add(Pipe pipe) {
        synchronized (lock) {
            pipes.add(pipe);
        }
        release();
    }

    /** From now on a pipe must not be sent to. */
    void remove(Pipe pipe) {
        synchronized (lock) {
            pipes.remove(pipe);
        }
    }

    /** There is room again, somewhere. */
    void writable() {
        release();
    }

    /** Completes when everything accepted so far was written or lost, and what waits was accepted before. */
    Mono<Void> flush() {
        return Mono.defer(() -> Mono.whenDelayError(pipes.stream()
                .map(pipe -> pipe.flush().onErrorComplete(ZmtpClosedException.class))
                .toList()));
    }

    /** As {@link #flush()}, for those too who wait now. */
    Mono<Void> drained() {
        return send(BARRIER).then(flush());
    }

    Mono<Void> send(Message message) {
        return isWhole(message) ? send((Object) message) : Mono.error(wrong(message));
    }

    Mono<Void> send(Publisher<? extends Message> messages) {
        return sendMany(messages);
    }

    /**
     * Fails everyone who waits.
     *
     * @return what it held itself, between two pipes
     */
    Closed close(ZmtpClosedException reason) {
        fail(reason);
        return reason.closed();
    }

    @Override
    protected final boolean hasRoomFor(Object item) {
        return item == BARRIER || hasRoomFor(whole((Message) item));
    }

    private Message whole(Message message) {
        if (!isWhole(message)) {
            throw wrong(message);
        }
        return message;
    }

    @Override
    protected final @Nullable Runnable accept(Object item) {
        if (item == BARRIER) {
            return null;
        }
        accept((Message) item);
        return afterwards();
    }

    @Override
    protected final boolean tryAccept(Object item) {
        return item == BARRIER || tryAccept(whole((Message) item));
    }

    /** Accepts a message if there is room; under the lock. */
    boolean tryAccept(Message message) {
        boolean room = hasRoomFor(message);
        if (room) {
            accept(message);
        }
        return room;
    }

    @Override
    protected void accepted(MonoSink<Void> stream) {
        stream.success();
    }
}
