package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.autoconfigure.loops.EventLoops;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ShutdownTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouterFunction<ServerResponse> routes(@Qualifier("ticks") SubSocket ticks) {
            return RouterFunctions.route()
                    .GET(
                            "/ticks",
                            request -> ServerResponse.ok()
                                    .contentType(MediaType.TEXT_EVENT_STREAM)
                                    .body(ticks.receive("md.").map(Message::text), String.class))
                    .build();
        }
    }

    private static ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "zmtp.sockets.feed.type=pub",
                        "zmtp.sockets.feed.bind=inproc://shutdown",
                        "zmtp.sockets.ticks.type=sub",
                        "zmtp.sockets.ticks.connect=inproc://shutdown")
                .run();
    }

    @Test
    void endsEndlessResponsesBeforeTheWebServerWaitsForThem() {
        ConfigurableApplicationContext context = start();
        try {
            PubSocket feed = context.getBean("feed", PubSocket.class);
            Flux<String> response = WebClient.create(
                            "http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                    .get()
                    .uri("/ticks")
                    .retrieve()
                    .bodyToFlux(String.class);
            long[] began = new long[1];
            StepVerifier.create(response)
                    .then(() -> feed.awaitSubscribers("md.", 1)
                            .then(feed.send("md.x", "1"))
                            .block(TIMEOUT))
                    .expectNext("1")
                    .then(() -> {
                        began[0] = System.nanoTime();
                        context.close();
                    })
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - began[0])).isLessThan(Duration.ofSeconds(15));
        } finally {
            context.close();
        }
    }

    @Test
    void sharesTheEventLoopsOfTheWebServer() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(EventLoops.class).loops())
                    .isSameAs(context.getBean(org.springframework.http.client.ReactorResourceFactory.class)
                            .getLoopResources());
        }
    }
}
