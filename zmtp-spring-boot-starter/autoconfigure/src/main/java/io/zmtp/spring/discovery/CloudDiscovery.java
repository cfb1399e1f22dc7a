package io.zmtp.spring.discovery;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationListener;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Asks Spring Cloud's clients: the reactive one, and where that has nothing the blocking one, on {@code boundedElastic}. Its
 * heartbeats are reasons to look services up again.
 */
final class CloudDiscovery implements ZmtpServiceDiscovery, ApplicationListener<HeartbeatEvent> {

    private final @Nullable ReactiveDiscoveryClient reactive;
    private final @Nullable DiscoveryClient blocking;
    private final Sinks.Many<HeartbeatEvent> heartbeats =
            Sinks.many().multicast().directBestEffort();

    CloudDiscovery(@Nullable ReactiveDiscoveryClient reactive, @Nullable DiscoveryClient blocking) {
        this.reactive = reactive;
        this.blocking = blocking;
    }

    @Override
    public Flux<Instance> instances(String service) {
        return ask(client -> client.getInstances(service), client -> client.getInstances(service))
                .map(CloudDiscovery::instance);
    }

    @Override
    public Flux<String> services() {
        return ask(ReactiveDiscoveryClient::getServices, DiscoveryClient::getServices);
    }

    private <T> Flux<T> ask(Function<ReactiveDiscoveryClient, Flux<T>> first, Function<DiscoveryClient, List<T>> then) {
        DiscoveryClient client = blocking;
        Flux<T> other = client == null
                ? Flux.empty()
                : Flux.defer(() -> Flux.fromIterable(then.apply(client))).subscribeOn(Schedulers.boundedElastic());
        return reactive == null ? other : first.apply(reactive).switchIfEmpty(other);
    }

    private static Instance instance(ServiceInstance found) {
        String id = Objects.requireNonNullElse(found.getInstanceId(), found.getHost() + ":" + found.getPort());
        Map<String, String> metadata = Objects.requireNonNullElse(found.getMetadata(), Map.of());
        return new Instance(id, found.getHost(), found.getPort(), metadata);
    }

    @Override
    public Flux<?> changes() {
        return heartbeats.asFlux();
    }

    @Override
    public void onApplicationEvent(HeartbeatEvent event) {
        heartbeats.tryEmitNext(event); // if two come at once, one is enough
    }
}
