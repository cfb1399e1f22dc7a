package io.zmtp.reactive.routing;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Encoding;
import io.zmtp.reactive.pipe.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A copy of each message for every peer that is to have it, encoded once. A peer whose queue is full misses it; or,
 * where nothing may be dropped, is owed it, and the next message waits until all have theirs.
 */
public abstract class FanOut extends Outgoing {

    /** The same as the list, to look up without the lock. */
    public final Set<Pipe> members = ConcurrentHashMap.newKeySet();

    /** The pipes that it is owed to. */
    private final List<Pipe> full = new ArrayList<>(0);

    /** Made once, so that a message costs nothing for each peer. */
    private final Consumer<Pipe> giving = this::give;

    private final Consumer<Pipe> probing = this::probe;
    private boolean hasRoom;

    /** What is being accepted. */
    private @Nullable Message message;

    /** What some peers are still to get; nothing else is accepted meanwhile. */
    private @Nullable Message owed;

    /** Of the message that was accepted last. */
    final Encoding encoding = new Encoding();

    private Sinks.@Nullable Empty<Void> settled;

    public FanOut(SocketType type, int parts, Overflow overflow, DropListener drops) {
        super(type, parts, overflow, drops);
    }

    /** Visits those that are to have a message; under the lock. */
    protected abstract void visit(Message sent, Consumer<Pipe> visitor);

    /**
     * Looks at a message before it is given.
     *
     * @throws ZmtpSendException if it never will be
     */
    protected void check(Message next) {}

    @Override
    protected boolean tryGive(Message next) {
        check(next);
        if (owed != null || (overflow == Overflow.FAIL && !allHaveRoom(next))) {
            return false;
        }
        encoding.next();
        accept(next);
        return true;
    }

    private boolean allHaveRoom(Message next) {
        hasRoom = true;
        visit(next, probing);
        return hasRoom;
    }

    private void probe(Pipe pipe) {
        hasRoom &= pipe.room() > 0;
    }

    @Override
    protected long room() {
        return owed == null ? Integer.MAX_VALUE : 0;
    }

    /** Gives a message to all that are to have it, or drops it for those that have no room, as the overflow rule says. */
    void accept(Message accepted) {
        message = accepted;
        visit(accepted, giving);
        message = null;
        if (!full.isEmpty()) {
            owed = accepted;
            settled = Sinks.empty();
        }
    }

    private void give(Pipe pipe) {
        Message given = message;
        if (given == null || give(pipe, given, encoding)) {
            return;
        }
        if (overflow == Overflow.WAIT) {
            full.add(pipe);
        } else {
            drop(pipe, DropReason.QUEUE_FULL, List.of(given)); // there was room, but somebody sent to that very peer
        }
    }

    /** Gives what is owed to those that have room now. */
    @Override
    public void writable() {
        Sinks.Empty<Void> done;
        synchronized (lock) {
            Message late = owed;
            if (late == null) {
                return;
            }
            full.removeIf(pipe -> pipe.offer(late, encoding));
            done = settle();
        }
        tell(done);
    }

    private Sinks.@Nullable Empty<Void> settle() {
        if (!full.isEmpty() || settled == null) {
            return null;
        }
        Sinks.Empty<Void> done = settled;
        settled = null;
        owed = null;
        return done;
    }

    private void tell(Sinks.@Nullable Empty<Void> done) {
        if (done != null) {
            done.tryEmitEmpty();
        }
        release();
    }

    @Override
    public void add(Pipe pipe) {
        synchronized (lock) {
            members.add(pipe);
            pipes.add(pipe);
        }
    }

    @Override
    public void remove(Pipe pipe) {
        Sinks.Empty<Void> done;
        synchronized (lock) {
            members.remove(pipe);
            pipes.remove(pipe);
            if (full.remove(pipe) && owed != null) {
                drop(pipe, DropReason.PEER_GONE, List.of(owed));
            }
            done = settle();
        }
        tell(done);
    }

    @Override
    public Mono<Void> flush() {
        return Mono.defer(() -> {
            Sinks.Empty<Void> owing;
            synchronized (lock) {
                owing = settled;
            }
            return owing == null ? super.flush() : owing.asMono().then(super.flush());
        });
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        Closed lost = super.close(reason);
        Sinks.Empty<Void> owing;
        synchronized (lock) {
            owing = settled;
            settled = null;
            owed = null;
            full.clear();
        }
        if (owing != null) {
            owing.tryEmitEmpty();
        }
        return lost;
    }
}
