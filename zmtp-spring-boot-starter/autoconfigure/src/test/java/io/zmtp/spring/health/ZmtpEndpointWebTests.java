package io.zmtp.spring.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** {@code /actuator/zmtp} over HTTP. */
@SpringBootTest(
        classes = ZmtpEndpointWebTests.App.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=zmtp",
            "zmtp.defaults.linger=0s",
            "zmtp.sockets.work.type=pull",
            "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
            "zmtp.sockets.jobs.type=push",
            "zmtp.sockets.jobs.connect=",
            "zmtp.sockets.jobs.heartbeat.interval=20ms",
            "zmtp.sockets.jobs.heartbeat.timeout=10s",
            "zmtp.sockets.full.type=push",
            "zmtp.sockets.full.connect=tcp://127.0.0.1:1",
            "zmtp.sockets.full.send-hwm=1",
            "zmtp.sockets.full.on-full=drop-newest"
        })
@DirtiesContext
class ZmtpEndpointWebTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @EnableAutoConfiguration
    static class App {
        final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

        BlockingQueue<String> handled() {
            return handled;
        }

        @ZmtpListener("work")
        void on(String text) {
            handled.add(text);
        }
    }

    private WebTestClient web;

    @BeforeEach
    void open(@LocalServerPort int port) {
        web = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(TIMEOUT)
                .build();
    }

    private JsonNode get(String path) {
        return web.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }

    private WebTestClient.ResponseSpec steer(String socket, String action) {
        return web.post()
                .uri("/actuator/zmtp/{socket}", socket)
                .bodyValue(Map.of("action", action))
                .exchange();
    }

    private String stateAfter(String action) {
        JsonNode work = steer("work", action)
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
        return work.get("state").asString();
    }

    @Test
    void showsAllSockets() {
        assertThat(get("/actuator/zmtp").get("sockets").valueStream())
                .extracting(socket -> socket.get("name").asString())
                .containsExactly("full", "jobs", "work");
    }

    @Test
    void hasNoSocketOfAnotherName() {
        web.get()
                .uri("/actuator/zmtp/nowhere")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody();
    }

    @Test
    void showsHowManyMessagesWereDropped(@Autowired @Qualifier("full") PushSocket full) {
        full.send(Flux.range(0, 4).map(i -> Message.of("" + i))).block(TIMEOUT);
        JsonNode dropped = get("/actuator/zmtp/full").get("dropped");
        assertThat(dropped.get("QUEUE_FULL").asLong()).isEqualTo(3);
    }

    /** One after the other, because both take the one listener. */
    @Test
    void showsPeersAndPausesAndResumesListeners(
            @Autowired @Qualifier("jobs") PushSocket jobs,
            @Autowired App app,
            @Value("${local.zmtp.work.port}") int port)
            throws InterruptedException {
        Instant before = Instant.now().minusMillis(1);
        jobs.connectNow("tcp://127.0.0.1:" + port);
        Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .onBackpressureDrop()
                .concatMapIterable(tick -> jobs.peers(), 1)
                .filter(each -> each.roundTrip().isPresent())
                .blockFirst(TIMEOUT);
        JsonNode peer = get("/actuator/zmtp/jobs").get("peers").get(0);
        assertThat(peer.get("rttMs").asDouble()).isPositive();
        assertThat(Instant.parse(peer.get("since").asString())).isBetween(before, Instant.now());

        assertThat(stateAfter("pause")).isEqualTo("PAUSED");
        jobs.send("hello").block(TIMEOUT);
        assertThat(app.handled().poll(200, TimeUnit.MILLISECONDS)).isNull();
        assertThat(stateAfter("resume")).isEqualTo("RUNNING");
        assertThat(app.handled().poll(30, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void refusesWhatItCannotDo() {
        steer("work", "explode").expectStatus().isBadRequest().expectBody();
        steer("jobs", "pause").expectStatus().isBadRequest().expectBody();
        steer("nowhere", "pause").expectStatus().isBadRequest().expectBody();
    }
}
