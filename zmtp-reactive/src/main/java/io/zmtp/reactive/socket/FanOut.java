package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
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
abstract class FanOut extends Outgoing {

    private final ZmtpSocket socket;
    private final boolean waits;

    /** The same as the list, to look up without the lock. */
    final Set<Pipe> members = ConcurrentHashMap.newKeySet();

    /** For whom there was no room, of the message accepted last. */
    private final List<Pipe> full = new ArrayList<>(0);

    /** Made once, so that a message costs nothing for each peer. */
    private final Consumer<Pipe> offering = this::offer;

    private @Nullable Message message;
    private Encoding encoding = new Encoding();
    private Sinks.@Nullable Empty<Void> settled;

    FanOut(ZmtpSocket socket, SocketType type, int parts, boolean waits) {
        super(type, parts);
        this.socket = socket;
        this.waits = waits;
    }

    /** Visits those that are to have a message; under the lock. */
    abstract void visit(Message sent, Consumer<Pipe> visitor);

    @Override
    boolean hasRoomFor(Message next) {
        return !isOwing();
    }

    @Override
    protected long room() {
        return isOwing() ? 0 : Integer.MAX_VALUE;
    }

    private boolean isOwing() {
        return waits && !full.isEmpty();
    }

    @Override
    void accept(Message accepted) {
        message = accepted;
        encoding = new Encoding();
        visit(accepted, offering);
        if (full.isEmpty()) {
            message = null;
        } else if (waits) {
            settled = Sinks.empty();
        }
    }

    private void offer(Pipe pipe) {
        Message offered = message;
        if (offered != null && !pipe.offer(offered, encoding)) {
            full.add(pipe);
        }
    }

    @Override
    @Nullable
    Runnable afterwards() {
        Message missed = message;
        if (full.isEmpty() || waits || missed == null) {
            return null;
        }
        Pipe[] pipes = full.toArray(new Pipe[0]);
        full.clear();
        message = null;
        return () -> {
            for (Pipe pipe : pipes) {
                socket.dropped(pipe, null, DropReason.QUEUE_FULL, missed, 1);
            }
        };
    }

    /** Gives what is owed to those that have room now. */
    @Override
    void writable() {
        if (!waits) {
            return;
        }
        Sinks.Empty<Void> done;
        synchronized (lock) {
            Message owed = message;
            if (owed == null) {
                return;
            }
            full.removeIf(pipe -> pipe.offer(owed, encoding));
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
        message = null;
        return done;
    }

    private void tell(Sinks.@Nullable Empty<Void> done) {
        if (done != null) {
            done.tryEmitEmpty();
            release();
        }
    }

    @Override
    void add(Pipe pipe) {
        synchronized (lock) {
            members.add(pipe);
            pipes.add(pipe);
        }
    }

    @Override
    void remove(Pipe pipe) {
        Message lost;
        Sinks.Empty<Void> done;
        synchronized (lock) {
            members.remove(pipe);
            pipes.remove(pipe);
            lost = isOwing() && full.remove(pipe) ? message : null;
            done = settle();
        }
        if (lost != null) {
            socket.dropped(pipe, null, DropReason.PEER_GONE, lost, 1);
        }
        tell(done);
    }

    @Override
    Mono<Void> flush() {
        return Mono.defer(() -> {
            Sinks.Empty<Void> owing;
            synchronized (lock) {
                owing = settled;
            }
            return owing == null ? super.flush() : owing.asMono().then(super.flush());
        });
    }

    @Override
    Closed close(ZmtpClosedException reason) {
        Closed lost = super.close(reason);
        Sinks.Empty<Void> owing;
        synchronized (lock) {
            owing = settled;
            settled = null;
            full.clear();
        }
        if (owing != null) {
            owing.tryEmitEmpty();
        }
        return lost;
    }
}
