package io.zmtp.reactive.socket;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Looks the host of an endpoint up, again and again, and emits one endpoint for each of its addresses. */
final class Resolving {

    /** Asks the system, which blocks. */
    static final Function<String, Mono<List<InetAddress>>> SYSTEM =
            host -> Mono.fromCallable((Callable<List<InetAddress>>) () -> List.of(InetAddress.getAllByName(host)))
                    .subscribeOn(Schedulers.boundedElastic());

    private static final Logger LOG = Loggers.getLogger(ZmtpSocket.class);

    private final String socket;
    private final Endpoint endpoint;
    private final Function<String, Mono<List<InetAddress>>> resolver;
    private boolean failing;

    private Resolving(String socket, Endpoint endpoint, Function<String, Mono<List<InetAddress>>> resolver) {
        this.socket = socket;
        this.endpoint = endpoint;
        this.resolver = resolver;
    }

    /**
     * Begins at once.
     *
     * @param socket for the log
     */
    static Flux<Set<Endpoint>> each(
            String socket, Endpoint endpoint, Duration interval, Function<String, Mono<List<InetAddress>>> resolver) {
        if (!endpoint.scheme().isTcp() || endpoint.anyHost() || endpoint.anyPort()) {
            throw new IllegalArgumentException(
                    endpoint + ": expected a tcp, tls+tcp, ws or wss endpoint with a host name and a port");
        }
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException(endpoint + ": expected an interval above zero, but it is " + interval);
        }
        return Flux.defer(() -> new Resolving(socket, endpoint, resolver)
                .once()
                .repeatWhen(rounds -> rounds.delayElements(interval))
                .distinctUntilChanged());
    }

    private Mono<Set<Endpoint>> once() {
        return Mono.defer(() -> resolver.apply(endpoint.host()))
                .map(this::endpoints)
                .doOnNext(known -> failing = false)
                .onErrorResume(this::keep);
    }

    private Set<Endpoint> endpoints(List<InetAddress> addresses) {
        Set<Endpoint> all = new LinkedHashSet<>();
        for (InetAddress address : addresses) {
            // A host with addresses of both kinds is one peer, not two.
            if (address.getClass() == addresses.get(0).getClass()) {
                all.add(endpoint.withHost(address.getHostAddress()));
            }
        }
        return all;
    }

    /** That nobody could be asked is no reason to leave anybody. */
    private Mono<Set<Endpoint>> keep(Throwable failure) {
        if (failing) {
            LOG.debug("{}: {} cannot be resolved: {}", socket, endpoint, Printable.of(failure.toString()));
        } else {
            failing = true;
            LOG.warn(
                    "{}: {} cannot be resolved, the peers stay as they are: {}",
                    socket,
                    endpoint,
                    Printable.of(failure.toString()));
        }
        return Mono.empty();
    }
}
