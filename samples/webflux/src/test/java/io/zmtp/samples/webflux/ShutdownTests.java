package io.zmtp.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ShutdownTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** A web server that waited for endless responses would take its 30 s. */
    @ParameterizedTest
    @ValueSource(strings = {"/ticks", "/live"})
    void doesNotWaitForOpenStreams(String path) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Ticker.class)
                .initializers(new FreePorts())
                .run();
        try {
            int port = context.getEnvironment().getRequiredProperty("local.server.port", int.class);
            Flux<String> stream = WebClient.create("http://localhost:" + port)
                    .get()
                    .uri(path)
                    .retrieve()
                    .bodyToFlux(String.class);
            long[] began = new long[1];
            StepVerifier.create(stream)
                    .expectNextCount(1)
                    .then(() -> {
                        began[0] = System.nanoTime();
                        context.close();
                    })
                    .thenConsumeWhile(more -> true)
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - began[0])).isLessThan(Duration.ofSeconds(10));
        } finally {
            context.close();
        }
    }
}
