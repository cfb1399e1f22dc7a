package io.zmtp.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.samples.gateway.Gateway.Quote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A gateway and its desks, in contexts of their own, over HTTP and TCP. */
class GatewayTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<ConfigurableApplicationContext> running = new ArrayList<>();
    private String desks;
    private WebClient http;

    @BeforeEach
    void startGateway() {
        ConfigurableApplicationContext gateway = start(
                "gateway",
                "--server.port=0",
                "--zmtp.sockets.desks.bind=tcp://127.0.0.1:*",
                "--zmtp.sockets.desks.linger=0s",
                "--zmtp.rpc.timeout=5s");
        desks = "tcp://127.0.0.1:" + gateway.getEnvironment().getProperty("local.zmtp.desks.port");
        http = WebClient.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port"));
    }

    @AfterEach
    void stop() {
        running.forEach(ConfigurableApplicationContext::close);
    }

    private ConfigurableApplicationContext start(String profile, String... properties) {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(Gateway.class).profiles(profile).run(properties);
        running.add(context);
        return context;
    }

    private Flux<Quote> get(String path) {
        return http.get().uri(path).retrieve().bodyToFlux(Quote.class);
    }

    @Test
    void asksADesk() {
        start("desk", "--zmtp.sockets.requests.connect=" + desks);
        StepVerifier.create(get("/quotes/TEA"))
                .assertNext(quote -> assertThat(quote.symbol()).isEqualTo("TEA"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void passesStreamsOn() {
        start("desk", "--zmtp.sockets.requests.connect=" + desks);
        StepVerifier.create(get("/quotes/TEA/live"))
                .expectNextCount(3)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void saysThatNobodyAnswered() {
        StepVerifier.create(http.get()
                        .uri("/quotes/TEA")
                        .exchangeToMono(response -> response.releaseBody().thenReturn(response.statusCode())))
                .expectNext(HttpStatus.GATEWAY_TIMEOUT)
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** As the desk in the README, which is a program of its own. */
    @Test
    void takesAnyProgramForADesk() {
        RouterSocket desk = RouterSocket.create();
        try {
            desk.connectNow(desks);
            desk.send(desk.receive()
                            .map(asked -> Message.of(asked.parts().subList(0, 3))
                                    .append(io.zmtp.reactive.Bytes.utf8(
                                            "{\"symbol\":\"TEA\",\"price\":7,\"desk\":\"python\"}"))))
                    .subscribe();
            StepVerifier.create(get("/quotes/TEA"))
                    .expectNext(new Quote("TEA", 7, "python"))
                    .expectComplete()
                    .verify(TIMEOUT);
        } finally {
            desk.dispose();
        }
    }
}
