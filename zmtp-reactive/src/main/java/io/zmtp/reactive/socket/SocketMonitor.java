package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ChannelPipe;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.endpoint.EndpointMonitor;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.MonitorEvent.Dropped;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.pipe.MissCount;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Shield;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Reports what happens to a socket to its monitor and its recorder. */
final class SocketMonitor implements EndpointMonitor {

    private static final Logger LOG = Loggers.getLogger(ZmtpSocket.class);

    private static final int HELD = 256;

    /** The pause between two events for drops of one kind. */
    private static final long PAUSE_SECONDS = 1;

    /** How many kinds of drops have events of their own; a peer that comes and goes must not fill this. */
    private static final int MOST_KINDS = 1024;

    /**
     * Drops that are reported together.
     *
     * @param where the pipe; the endpoint, if there is no pipe; {@link #NOWHERE}, if there are too many kinds
     */
    private record Kind(Object where, DropReason reason) {}

    /** What was dropped of one kind since the last event. */
    private static final class Tally {
        private final Kind kind;
        private Endpoint endpoint = NOWHERE;
        private @Nullable Peer peer;
        private @Nullable Message message;
        private long count;

        /** Pipes that are full, and whose drops are counted there until they are taken. */
        private final List<MissCount> missed = new ArrayList<>(1);

        Tally(Kind kind) {
            this.kind = kind;
        }

        void add(Endpoint at, @Nullable Peer of, @Nullable Message one, long messages) {
            if (kind.where != NOWHERE) {
                endpoint = at;
                peer = of;
            }
            message = one == null ? message : one;
            count += messages;
        }

        /** An event for what there is; null if there is nothing. */
        @Nullable
        Dropped take() {
            Dropped event = count == 0 ? null : new Dropped(endpoint, peer, kind.reason, message, count);
            message = null;
            count = 0;
            return event;
        }
    }

    private final SocketType type;

    /** What log lines begin with. */
    private final String label;

    private final Recorder recorder;
    private final Sinks.Many<MonitorEvent> events = Sinks.many().multicast().directBestEffort();

    /**
     * What was dropped since the last event, while that is less than a pause ago. Guards what it holds, {@link #counts} and
     * {@link #ended}; with the lock of the events too, which is taken first, where an event comes of it: so no event is late.
     */
    private final Map<Kind, Tally> drops = new HashMap<>();

    /** All that was ever dropped. */
    private final Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);

    private boolean ended;
    private final Map<ZmtpConnection, Long> opening = new ConcurrentHashMap<>();

    SocketMonitor(SocketType type, @Nullable String name, Recorder recorder) {
        this.type = type;
        this.label = name == null ? type.name() : type + " '" + name + "'";
        this.recorder = recorder;
    }

    Flux<MonitorEvent> events() {
        return Shield.each(events.asFlux().onBackpressureBuffer(HELD, BufferOverflowStrategy.DROP_OLDEST));
    }

    @Override
    public void tell(MonitorEvent event) {
        LOG.debug("{}: {}", label, event);
        synchronized (events) {
            events.tryEmitNext(event);
        }
    }

    /** Where the numbers go. */
    Recorder recorder() {
        return recorder;
    }

    @Override
    public void began(ZmtpConnection connection) {
        opening.put(connection, System.nanoTime());
    }

    @Override
    public void transport(ZmtpConnection connection) {
        opening.replace(connection, System.nanoTime());
    }

    /** How long the handshake of a pipe's connection took. */
    Duration sinceConnected(Pipe pipe) {
        ZmtpConnection connection = pipe instanceof ChannelPipe over ? over.connection() : null;
        Long began = connection == null ? null : opening.remove(connection);
        return began == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
    }

    void joined(ConnectedPeer peer, Duration handshake) {
        recorder.joined(type, peer.endpoint(), handshake);
    }

    void left(ConnectedPeer peer) {
        recorder.left(type, peer.endpoint());
    }

    Map<DropReason, Long> drops() {
        synchronized (drops) {
            Map<DropReason, Long> all = new EnumMap<>(counts);
            for (Tally tally : drops.values()) {
                for (MissCount count : tally.missed) {
                    all.merge(DropReason.QUEUE_FULL, count.messages(), Long::sum);
                }
            }
            return Collections.unmodifiableMap(all);
        }
    }

    @Override
    public void ended(ZmtpConnection connection, Closed closed) {
        Throwable cause = closed.cause();
        if (opening.remove(connection) == null) {
            return;
        }
        handshakeFailed(
                connection.endpoint(),
                connection.remoteAddress().orElse(null),
                cause == null ? new IOException("closed during the handshake: " + closed.reason()) : cause);
    }

    @Override
    public void handshakeFailed(Endpoint endpoint, @Nullable SocketAddress address, Throwable cause) {
        recorder.handshakeFailed(type, endpoint);
        tell(new HandshakeFailed(endpoint, address, cause));
    }

    @Override
    public void paused(Endpoint endpoint, int connections, int handshakes, long count) {
        recorder.acceptPaused(type, endpoint, count);
        tell(new MonitorEvent.AcceptPaused(endpoint, connections, handshakes, count));
    }

    @Override
    public void retrying(Endpoint endpoint, Duration delay, int attempt, @Nullable Throwable cause) {
        recorder.retrying(type, endpoint, delay);
        tell(new MonitorEvent.Retrying(endpoint, delay, attempt, cause));
    }

    /** As below, for messages of which none is at hand any more, if there are any. */
    void lost(@Nullable Pipe pipe, Endpoint endpoint, DropReason reason, long messages) {
        if (messages > 0) {
            dropped(pipe, endpoint, reason, null, messages);
        }
    }

    /**
     * Counts messages that were not delivered; reports the first at once, and then once a second. After the {@link #end},
     * when no event can follow, nothing is counted either.
     */
    void dropped(
            @Nullable Pipe pipe,
            @Nullable Endpoint endpoint,
            DropReason reason,
            @Nullable Message message,
            long messages) {
        Endpoint where = pipe == null ? endpoint : pipe.endpoint;
        Endpoint at = where == null ? NOWHERE : where;
        boolean isFirst;
        synchronized (drops) {
            if (ended) {
                return;
            }
            Tally tally = drops.get(kind(pipe == null ? at : pipe, reason));
            isFirst = tally == null;
            if (tally != null) {
                count(tally, at, pipe, message, messages);
            }
        }
        if (!isFirst || first(at, pipe, reason, message, messages)) {
            recorder.dropped(type, at, reason, messages);
        }
    }

    private boolean first(
            Endpoint at, @Nullable Pipe pipe, DropReason reason, @Nullable Message message, long messages) {
        synchronized (events) {
            Dropped first = null;
            synchronized (drops) {
                if (ended) {
                    return false;
                }
                Kind kind = kind(pipe == null ? at : pipe, reason);
                boolean isFirst = !drops.containsKey(kind); // it is, unless another thread was faster
                Tally tally = drops.computeIfAbsent(kind, Tally::new);
                count(tally, at, pipe, message, messages);
                if (isFirst) {
                    first = tally.take();
                    pause(kind);
                }
            }
            if (first != null) {
                tell(first);
            }
            return true;
        }
    }

    private Kind kind(Object where, DropReason reason) {
        Kind own = new Kind(where, reason);
        return drops.size() < MOST_KINDS || drops.containsKey(own) ? own : new Kind(NOWHERE, reason);
    }

    private void count(Tally tally, Endpoint at, @Nullable Pipe pipe, @Nullable Message message, long messages) {
        counts.merge(tally.kind.reason, messages, Long::sum);
        tally.add(at, pipe == null ? null : pipe.peer(), message, messages);
        MissCount next = pipe == null ? null : pipe.missed;
        if (next != null && tally.kind.reason == DropReason.QUEUE_FULL && next.begin()) {
            tally.missed.add(next);
        }
    }

    /** Takes what full pipes have counted, and forgets those that are full no more. */
    private void collect(Tally tally) {
        tally.missed.removeIf(count -> {
            MissCount.Taken taken = count.take();
            if (taken == null) {
                return true;
            }
            Endpoint at = count.pipe.endpoint;
            counts.merge(DropReason.QUEUE_FULL, taken.messages(), Long::sum);
            tally.add(at, taken.peer(), taken.first(), taken.messages());
            recorder.dropped(type, at, DropReason.QUEUE_FULL, taken.messages());
            return false;
        });
    }

    private void pause(Kind kind) {
        Schedulers.parallel().schedule(() -> resume(kind), PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Reports what was counted meanwhile; if nothing was, the next one is a first one again. */
    private void resume(Kind kind) {
        synchronized (events) {
            Dropped more;
            synchronized (drops) {
                Tally tally = drops.get(kind);
                if (tally == null) {
                    return; // the end has reported it
                }
                collect(tally);
                more = tally.take();
                if (more == null) {
                    drops.remove(kind);
                    return;
                }
                pause(kind);
            }
            tell(more);
        }
    }

    void end() {
        synchronized (events) {
            List<Dropped> left = new ArrayList<>();
            synchronized (drops) {
                ended = true;
                for (Tally tally : drops.values()) {
                    collect(tally);
                    Dropped more = tally.take();
                    if (more != null) {
                        left.add(more);
                    }
                }
                drops.clear();
            }
            left.forEach(this::tell);
            events.tryEmitComplete();
        }
    }

    static final Endpoint NOWHERE = Endpoint.parse("inproc://-");
}
