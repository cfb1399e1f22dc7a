package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ChannelPipe;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.endpoint.EndpointMonitor;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.MonitorEvent.Dropped;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Shield;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Tells what happens to a socket: to its monitor and its recorder. */
final class SocketMonitor implements EndpointMonitor {

    private static final Logger LOG = Loggers.getLogger(ZmtpSocket.class);

    private static final int HELD = 256;

    /** The pause between two events for drops of one kind. */
    private static final long PAUSE_SECONDS = 1;

    /** How many kinds of drops have events of their own; a peer that comes and goes must not fill this. */
    private static final int MOST_KINDS = 1024;

    private record Kind(@Nullable Pipe pipe, DropReason reason) {}

    private final SocketType type;
    private final Recorder recorder;
    private final Sinks.Many<MonitorEvent> events = Sinks.many().multicast().directBestEffort();

    /** What was dropped since the last event, while that is less than a pause ago. */
    private final Map<Kind, Dropped> drops = new HashMap<>();

    /** All that was ever dropped. */
    private final Map<DropReason, LongAdder> counts = new ConcurrentHashMap<>();

    private boolean ended;
    private final Map<ZmtpConnection, Long> opening = new ConcurrentHashMap<>();

    SocketMonitor(SocketType type, Recorder recorder) {
        this.type = type;
        this.recorder = recorder;
    }

    Flux<MonitorEvent> events() {
        return Shield.each(events.asFlux().onBackpressureBuffer(HELD, BufferOverflowStrategy.DROP_OLDEST));
    }

    @Override
    public void tell(MonitorEvent event) {
        LOG.debug("{}: {}", type, event);
        synchronized (events) {
            events.tryEmitNext(event);
        }
    }

    /** Who wants numbers. */
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

    /** Messages were lost that nobody can show any more. */
    void lost(Endpoint endpoint, DropReason reason, long messages) {
        if (messages > 0) {
            count(endpoint, reason, messages);
        }
    }

    private void count(Endpoint endpoint, DropReason reason, long messages) {
        counts.computeIfAbsent(reason, first -> new LongAdder()).add(messages);
        recorder.dropped(type, endpoint, reason, messages);
    }

    Map<DropReason, Long> drops() {
        Map<DropReason, Long> now = new EnumMap<>(DropReason.class);
        counts.forEach((reason, count) -> now.put(reason, count.sum()));
        return Collections.unmodifiableMap(now);
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

    /** Counts messages that were not delivered; reports the first, and then once a second. */
    void dropped(@Nullable Pipe pipe, @Nullable Endpoint endpoint, DropReason reason, Message message, long messages) {
        Endpoint where = pipe == null ? endpoint : pipe.endpoint;
        Endpoint at = where == null ? NOWHERE : where;
        count(at, reason, messages);
        Dropped first;
        synchronized (drops) {
            Kind kind = new Kind(drops.size() < MOST_KINDS ? pipe : null, reason);
            Dropped untold = drops.get(kind);
            long count = messages + (untold == null ? 0 : untold.count());
            Dropped now = new Dropped(at, pipe == null ? null : pipe.peer(), reason, message, count);
            if (ended) {
                return;
            }
            if (untold != null) {
                drops.put(kind, now);
                return;
            }
            first = now;
            drops.put(kind, new Dropped(at, now.peer(), reason, message, 0));
            pause(kind);
        }
        tell(first);
    }

    private void pause(Kind kind) {
        Schedulers.parallel().schedule(() -> resume(kind), PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Tells what was counted meanwhile; if nothing was, the next one is a first one again. */
    private void resume(Kind kind) {
        Dropped untold;
        synchronized (drops) {
            untold = drops.remove(kind);
            if (untold == null || untold.count() == 0) {
                return;
            }
            drops.put(kind, new Dropped(untold.endpoint(), untold.peer(), untold.reason(), untold.message(), 0));
            pause(kind);
        }
        tell(untold);
    }

    void end() {
        List<Dropped> untold;
        synchronized (drops) {
            ended = true;
            untold = List.copyOf(drops.values());
            drops.clear();
        }
        for (Dropped each : untold) {
            if (each.count() > 0) {
                tell(each);
            }
        }
        synchronized (events) {
            events.tryEmitComplete();
        }
    }

    static final Endpoint NOWHERE = Endpoint.parse("inproc://-");
}
