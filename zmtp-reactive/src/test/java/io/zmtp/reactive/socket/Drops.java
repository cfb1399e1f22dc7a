package io.zmtp.reactive.socket;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.Recorder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;

/** Counts what sockets dropped. */
final class Drops implements Recorder {

    private final Map<DropReason, Long> counts = new ConcurrentHashMap<>();

    @Override
    public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
        counts.merge(reason, messages, Long::sum);
    }

    long of(DropReason reason) {
        return counts.getOrDefault(reason, 0L);
    }

    Map<DropReason, Long> all() {
        return Map.copyOf(counts);
    }

    /** Waits until so many were dropped. */
    void await(DropReason reason, long count) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .filter(tick -> of(reason) >= count)
                .blockFirst(Sockets.TIMEOUT);
    }
}
