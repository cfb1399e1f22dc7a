package io.zmtp.reactive.socket;

import io.zmtp.reactive.pipe.Presence;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The peers that are there, and those who look for them. */
final class Peers {

    private static final int MAX_UNREAD_JOINS = 1024;

    /** In the order of joining; locks itself. */
    private final Map<Presence, ConnectedPeer> present = new LinkedHashMap<>();

    private final Sinks.Many<ConnectedPeer> joins = Sinks.many().multicast().directBestEffort();

    List<ConnectedPeer> now() {
        synchronized (present) {
            return List.copyOf(present.values());
        }
    }

    int count() {
        synchronized (present) {
            return present.size();
        }
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
        synchronized (present) {
            present.put(peer.presence(), peer);
        }
        synchronized (joins) {
            joins.tryEmitNext(peer);
        }
    }

    /** Null if it never joined. */
    @Nullable
    ConnectedPeer remove(Presence presence) {
        synchronized (present) {
            return present.remove(presence);
        }
    }

    void end() {
        joins.tryEmitComplete();
    }
}
