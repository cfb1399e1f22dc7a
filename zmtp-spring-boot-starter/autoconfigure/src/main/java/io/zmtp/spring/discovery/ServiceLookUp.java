package io.zmtp.spring.discovery;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.spring.discovery.ZmtpServiceDiscovery.Instance;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks a service up, again and again, and emits the endpoints of its instances. One round at a time. */
final class ServiceLookUp {

    private static final Log LOG = LogFactory.getLog(ZmtpServiceDiscovery.class);

    private final String where;
    private final ServiceReference reference;
    private final ZmtpServiceDiscovery discovery;
    private final Consumer<String> result;
    private @Nullable String trouble;

    private ServiceLookUp(
            String where, ServiceReference reference, ZmtpServiceDiscovery discovery, Consumer<String> result) {
        this.where = where;
        this.reference = reference;
        this.discovery = discovery;
        this.result = result;
    }

    /**
     * Begins at once, and goes on in intervals, or earlier if the discovery reports changes.
     *
     * @param where the key and the endpoint, for the log
     * @param result gets what each round found, or why it found nothing
     */
    static Flux<Set<Endpoint>> each(
            String where,
            ServiceReference reference,
            ZmtpServiceDiscovery discovery,
            Duration interval,
            Consumer<String> result) {
        return Flux.defer(() -> new ServiceLookUp(where, reference, discovery, result)
                .once()
                .repeatWhen(rounds -> rounds.concatMap(done -> Mono.firstWithValue(
                        Mono.delay(interval), discovery.changes().next().map(changed -> 0L))))
                .distinctUntilChanged());
    }

    private Mono<Set<Endpoint>> once() {
        return Flux.defer(() -> discovery.instances(reference.service()))
                .collectList()
                .flatMap(found -> found.isEmpty() ? none() : Mono.just(endpoints(found)))
                .onErrorResume(failure -> {
                    report("cannot be looked up, the peers stay as they are: " + failure);
                    return Mono.empty();
                });
    }

    private Mono<Set<Endpoint>> none() {
        return discovery.services().sort().collectList().map(known -> {
            String service = reference.service();
            report(
                    known.contains(service)
                            ? "the service '" + service + "' has no instances now"
                            : "expected a service '" + service + "', but these are known: " + known);
            return Set.of();
        });
    }

    private Set<Endpoint> endpoints(List<Instance> instances) {
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        String wrong = null;
        for (Instance instance : instances) {
            try {
                endpoints.add(reference.endpoint(instance));
            } catch (IllegalArgumentException unusable) {
                wrong = "the instance " + instance.id() + " is left out: " + unusable.getMessage();
            }
        }
        if (wrong == null) {
            found(endpoints);
        } else {
            report(wrong);
        }
        return endpoints;
    }

    private void found(Set<Endpoint> endpoints) {
        if (trouble != null) {
            trouble = null;
            LOG.info(where + ": found again: " + endpoints);
        }
        result.accept(endpoints.toString());
    }

    /** At WARN if it is news. */
    private void report(String what) {
        String text = Printable.of(what);
        if (!Objects.equals(trouble, text)) {
            LOG.warn(where + ": " + text);
        }
        trouble = text;
        result.accept(text);
    }
}
