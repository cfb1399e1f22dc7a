package io.zmtp.reactive.socket;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The peers that are there, and those who look for them. */
final class Peers {

    private static final int MAX_UNREAD_JOINS = 1024;

    private final List<ConnectedPeer> present = new CopyOnWriteArrayList<>();
    private final Sinks.Many<ConnectedPeer> joins = Sinks.many().multicast().directBestEffort();

    List<ConnectedPeer> now() {
        return List.copyOf(present);
    }

    /** Those that are there, and each that joins from then on. */
    Flux<ConnectedPeer> all() {
        return Flux.defer(() -> {
            Flux<ConnectedPeer> later =
                    joins.asFlux().onBackpressureBuffer(MAX_UNREAD_JOINS, BufferOverflowStrategy.DROP_OLDEST);
            return Flux.merge(later, Flux.defer(() -> Flux.fromIterable(now())))
                    .distinct(peer -> peer, Peers::forgetful);
        });
    }

    /** A set of peers that keeps none which has gone. */
    private static Set<ConnectedPeer> forgetful() {
        return Collections.newSetFromMap(new WeakHashMap<>());
    }

    void add(ConnectedPeer peer) {
        present.add(peer);
        synchronized (joins) {
            joins.tryEmitNext(peer);
        }
    }

    void remove(ConnectedPeer peer) {
        present.remove(peer);
    }

    void end() {
        joins.tryEmitComplete();
    }
}
