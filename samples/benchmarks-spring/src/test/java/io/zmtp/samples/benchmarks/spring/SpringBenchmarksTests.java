package io.zmtp.samples.benchmarks.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;

class SpringBenchmarksTests {
    private static final Duration LONG = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"void", "mono"})
    void eachListenerCountsWhatIsSentToItAndIsNotObserved(String api) {
        PushSocket push = PushSocket.create();
        try (ConfigurableApplicationContext application = listener(api)) {
            assertThat(application.getBeanProvider(ObservationRegistry.class)).isEmpty();
            assertThat(application.getBeanProvider(MeterRegistry.class)).isEmpty();
            push.connectNow("inproc://" + api);

            push.send(Message.of("{\"item\":\"tea\",\"count\":2}")).block(LONG);

            Meter meter = application.getBean(Meter.class);
            assertThat(Flux.interval(Duration.ofMillis(1))
                            .filter(tick -> meter.sum() == 1)
                            .blockFirst(LONG))
                    .isNotNull();
        } finally {
            push.dispose();
        }
    }

    @Test
    void withTheActuatorListenersAreObserved() {
        try (ConfigurableApplicationContext application = listener("void", "actuator=1")) {
            assertThat(application.getBeanProvider(ObservationRegistry.class)).isNotEmpty();
            assertThat(application.getBeanProvider(MeterRegistry.class)).isNotEmpty();
        }
    }

    private static ConfigurableApplicationContext listener(String api, String... more) {
        return SpringBenchmarks.start(
                "listener",
                Flux.concat(Flux.just("endpoint=inproc://" + api, "api=" + api), Flux.fromArray(more))
                        .collectList()
                        .block());
    }
}
