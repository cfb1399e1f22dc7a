package io.zmtp.spring.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.spring.discovery.ZmtpServiceDiscovery.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ServiceLookUpTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final List<Instance> registered = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private final Sinks.Many<Object> changes = Sinks.many().multicast().directBestEffort();
    private boolean failing;

    private final ZmtpServiceDiscovery discovery = new ZmtpServiceDiscovery() {
        @Override
        public Flux<Instance> instances(String service) {
            return failing
                    ? Flux.error(new IllegalStateException("the registry is away"))
                    : Flux.fromIterable(List.copyOf(registered));
        }

        @Override
        public Flux<String> services() {
            return Flux.just("workers");
        }

        @Override
        public Flux<?> changes() {
            return changes.asFlux();
        }
    };

    private void register(String host, int port) {
        registered.add(new Instance(host, host, port, Map.of()));
    }

    private Flux<Set<Endpoint>> look() {
        return ServiceLookUp.each(
                "where", ServiceReference.parse("discovery://workers"), discovery, INTERVAL, results::add);
    }

    private static Set<Endpoint> at(String... endpoints) {
        return Set.of(List.of(endpoints).stream().map(Endpoint::parse).toArray(Endpoint[]::new));
    }

    @Test
    void looksAgainByTheIntervalAndEmitsWhatChanges() {
        register("10.0.0.1", 1);
        StepVerifier.withVirtualTime(this::look)
                .expectNext(at("tcp://10.0.0.1:1"))
                .expectNoEvent(INTERVAL.multipliedBy(2))
                .then(() -> register("10.0.0.2", 2))
                .thenAwait(INTERVAL)
                .expectNext(at("tcp://10.0.0.1:1", "tcp://10.0.0.2:2"))
                .then(registered::clear)
                .thenAwait(INTERVAL)
                .expectNext(Set.of())
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(results).last().isEqualTo("the service 'workers' has no instances now");
    }

    @Test
    void looksAtOnceWhenChangesAreReported() {
        StepVerifier.withVirtualTime(this::look)
                .expectNext(Set.of())
                .then(() -> register("10.0.0.2", 2))
                .then(() -> changes.tryEmitNext("changed").orThrow())
                .expectNext(at("tcp://10.0.0.2:2"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void keepsWhatWasFoundWhileALookUpFails() {
        register("10.0.0.1", 1);
        StepVerifier.withVirtualTime(this::look)
                .expectNext(at("tcp://10.0.0.1:1"))
                .then(() -> failing = true)
                .expectNoEvent(INTERVAL.multipliedBy(3))
                .then(() -> failing = false)
                .then(() -> register("10.0.0.2", 2))
                .thenAwait(INTERVAL)
                .expectNext(at("tcp://10.0.0.1:1", "tcp://10.0.0.2:2"))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(results).anyMatch(text -> text.contains("the peers stay as they are"));
    }

    @Test
    void leavesOutAnInstanceWithoutAPort() {
        register("10.0.0.1", 0);
        register("10.0.0.2", 2);
        StepVerifier.withVirtualTime(this::look)
                .expectNext(at("tcp://10.0.0.2:2"))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(results)
                .containsExactly("the instance 10.0.0.1 is left out: expected a port from 1 to 65535, but it is 0");
    }

    @ParameterizedTest
    @CsvSource({
        "discovery://a, host.example, tcp://host.example:7",
        "discovery://a, ::1, tcp://[::1]:7",
        "discovery://a, [::1], tcp://[::1]:7",
        "discovery://a/port.zmtp, 10.0.0.1, tcp://10.0.0.1:9",
        "tls+discovery://a/port.zmtp, 10.0.0.1, tls+tcp://10.0.0.1:9",
    })
    void makesAnEndpointOfAnInstance(String reference, String host, String endpoint) {
        Instance instance = new Instance("id", host, 7, Map.of("port.zmtp", "9"));
        assertThat(ServiceReference.parse(reference).endpoint(instance)).isEqualTo(Endpoint.parse(endpoint));
    }
}
