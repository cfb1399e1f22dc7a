package io.zmtp.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ShutdownTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A web server that waited for endless responses would take its 30 s. */
    @Test
    void doesNotWaitForOpenStreams() {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Ticker.class)
                .initializers(new FreePorts())
                .run();
        try {
            WebClient web = WebClient.create(
                    "http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
            long[] began = new long[1];
            // emits when both have begun, and completes when both are complete
            StepVerifier.create(Flux.combineLatest(stream(web, "/ticks"), stream(web, "/live"), String::concat))
                    .expectNextCount(1)
                    .then(() -> {
                        began[0] = System.nanoTime();
                        context.close();
                    })
                    .thenConsumeWhile(more -> true)
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - began[0])).isLessThan(Duration.ofSeconds(20));
        } finally {
            context.close();
        }
    }

    private static Flux<String> stream(WebClient web, String path) {
        return web.get().uri(path).retrieve().bodyToFlux(String.class);
    }
}
