package io.zmtp.reactive.socket;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.PacedLog;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Keeps a socket connected to the latest of the sets of endpoints that a publisher emits. What is connected by other
 * means is left alone.
 */
final class Following {

    private static final PacedLog LOG = new PacedLog(ZmtpSocket.class);
    private static final Logger CHANGES = Loggers.getLogger(ZmtpSocket.class);

    private final ZmtpSocket socket;

    /** What was connected here; one signal at a time. */
    private final Set<Endpoint> ours = new HashSet<>();

    private Following(ZmtpSocket socket) {
        this.socket = socket;
    }

    static Mono<Void> of(ZmtpSocket socket, Publisher<? extends Collection<Endpoint>> sets) {
        return Mono.defer(() -> {
            Following following = new Following(socket);
            return Flux.<Collection<Endpoint>>from(sets)
                    .onBackpressureLatest()
                    .concatMap(following::follow, 1)
                    .takeUntilOther(socket.onClose())
                    .onErrorComplete(ZmtpClosedException.class)
                    .then();
        });
    }

    private Mono<Void> follow(Collection<Endpoint> latest) {
        Set<Endpoint> there = new HashSet<>(socket.endpoints());
        ours.retainAll(there); // some may have been disconnected by hand, or given up
        Set<Endpoint> gone = new HashSet<>(ours);
        gone.removeAll(latest);
        Set<Endpoint> fresh = new LinkedHashSet<>(latest);
        fresh.removeAll(there);
        ours.removeAll(gone);
        if (!gone.isEmpty() || !fresh.isEmpty()) {
            CHANGES.info("{}: connects to {}, leaves {}", socket.label(), fresh, gone);
        }
        // A peer that is slow to take the rest must not hold up the next set.
        gone.forEach(endpoint -> socket.disconnect(endpoint).onErrorComplete().subscribe());
        return Flux.fromIterable(fresh).concatMap(this::connect).then();
    }

    /** One that cannot be connected to is no reason to leave the others. */
    private Mono<Endpoint> connect(Endpoint endpoint) {
        return socket.connect(endpoint)
                .doOnNext(ours::add)
                .onErrorResume(failure -> !(failure instanceof ZmtpClosedException), failure -> {
                    LOG.warn(
                            "left out",
                            socket.label() + ": " + endpoint + " cannot be connected to and is left out",
                            failure,
                            Printable.of(failure.toString()));
                    return Mono.empty();
                });
    }
}
