package io.zmtp.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.SubSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = FreePorts.class)
class TickerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Autowired
    Market market;

    @Autowired
    Desk desk;

    private WebTestClient web;

    @BeforeEach
    void connect(@LocalServerPort int port) {
        web = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(TIMEOUT)
                .build();
    }

    @AfterEach
    void restore() {
        desk.slow(false);
        market.revive().block(TIMEOUT);
    }

    @Test
    void streamsTheTicksOfATopicAsServerSentEvents() {
        Flux<Tick> ticks = web.get()
                .uri("/ticks?topic=EUR")
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(Tick.class)
                .getResponseBody();
        StepVerifier.create(ticks.take(20))
                .thenConsumeWhile(tick -> tick.symbol().startsWith("EUR") && tick.price() > 0)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void theStreamBeginsBeforeTheFirstTick() {
        Flux<ServerSentEvent<String>> events = web.get()
                .uri("/ticks?topic=NOTHING")
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .getResponseBody();
        StepVerifier.create(events.take(1))
                .assertNext(event -> {
                    assertThat(event.comment()).isEqualTo("ticks");
                    assertThat(event.data()).isNull();
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void publishesTheTicksAtThePortOfTheWebServer(@LocalServerPort int port) {
        SubSocket sub = SubSocket.create();
        try {
            sub.connect("ws://127.0.0.1:" + port + "/zmtp/ticks").block(TIMEOUT);
            StepVerifier.create(sub.receive("EUR").take(20))
                    .thenConsumeWhile(tick -> tick.text().contains("\"symbol\":\"EUR"))
                    .expectComplete()
                    .verify(TIMEOUT);
        } finally {
            sub.close().block(TIMEOUT);
        }
    }

    @Test
    void asksTheMarketOverReqAndRep() {
        web.get()
                .uri("/quotes/{symbol}", "EURUSD")
                .exchange()
                .expectBody(Quote.class)
                .value(quote -> {
                    assertThat(quote.symbol()).isEqualTo("EURUSD");
                    assertThat(quote.price()).isPositive();
                });
    }

    @Test
    void knowsNoPriceOfWhatIsNotTraded() {
        web.get()
                .uri("/quotes/{symbol}", "NOTHING")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody();
    }

    @Test
    void takesTheTicksOfAnyZeroMqPublisher(@Value("${local.zmtp.ticks.port}") int port) {
        Scheduler thread = Schedulers.newSingle("publisher");
        ZContext context = new ZContext();
        try {
            ZMQ.Socket publisher = context.createSocket(SocketType.PUB);
            publisher.connect("tcp://127.0.0.1:" + port);
            Runnable publish = () -> {
                publisher.sendMore("GOLD");
                publisher.send("{\"symbol\": \"GOLD\", \"price\": 4071.5}");
            };
            thread.schedulePeriodically(publish, 0, 20, TimeUnit.MILLISECONDS);
            // Now and then JeroMQ forgets a connection, until it has another thing to watch.
            Runnable nudge = () -> {
                ZMQ.Socket other = context.createSocket(SocketType.PULL);
                other.bind("tcp://127.0.0.1:*");
                other.close();
            };
            thread.schedulePeriodically(nudge, 300, 300, TimeUnit.MILLISECONDS);
            Flux<Tick> gold = web.get()
                    .uri("/ticks?topic=GOLD")
                    .exchange()
                    .returnResult(Tick.class)
                    .getResponseBody();
            StepVerifier.create(gold.take(1))
                    .assertNext(tick -> assertThat(tick.price()).isEqualTo(4071.5))
                    .expectComplete()
                    .verify(TIMEOUT);
            awaitStatus(status -> status.get("latest")
                    .valueStream()
                    .anyMatch(tick -> tick.get("symbol").asString().equals("GOLD")));
        } finally {
            thread.disposeGracefully().block(TIMEOUT);
            context.close();
        }
    }

    @Test
    void aSlowDeskFillsTheQueueUntilTicksAreDropped() {
        long before = dropped(awaitStatus(status -> true));
        post("/desk/slow");
        JsonNode full = awaitStatus(status -> dropped(status) > before + 100 && queued(status) > 900);
        assertThat(queued(full)).isLessThanOrEqualTo(full.get("hwm").asLong());
        post("/desk/fast");
        awaitStatus(status -> queued(status) < 100);
    }

    @Test
    void aKilledPeerIsDialledUntilItIsBack() {
        post("/market/kill");
        awaitStatus(status -> state(status).equals("Retrying"));
        post("/market/kill");
        post("/market/revive");
        post("/market/revive");
        long taken = awaitStatus(status -> state(status).equals("HandshakeSucceeded"))
                .get("taken")
                .asLong();
        awaitStatus(status -> status.get("taken").asLong() > taken + 100);
    }

    @Test
    void tellsWhatHappenedBefore() {
        Flux<String> events = live().filter(event -> "log".equals(event.event()))
                .map(event -> event.data().get("event").asString());
        StepVerifier.create(events.filter("HandshakeSucceeded"::equals).take(1))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private void post(String path) {
        web.post().uri(path).exchange().expectStatus().isOk().expectBody().isEmpty();
    }

    private JsonNode awaitStatus(Predicate<JsonNode> condition) {
        return live().filter(event -> "status".equals(event.event()))
                .map(ServerSentEvent::data)
                .filter(condition)
                .blockFirst(TIMEOUT);
    }

    private Flux<ServerSentEvent<JsonNode>> live() {
        return web.get()
                .uri("/live")
                .exchange()
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<JsonNode>>() {})
                .getResponseBody();
    }

    private static long dropped(JsonNode status) {
        return status.get("dropped").asLong();
    }

    private static long queued(JsonNode status) {
        return status.get("peers")
                .valueStream()
                .filter(peer -> peer.get("socket").asString().equals("feed"))
                .mapToLong(peer -> peer.get("queued").asLong())
                .sum();
    }

    private static String state(JsonNode status) {
        return status.get("endpoints")
                .valueStream()
                .filter(each -> each.get("socket").asString().equals("ticks"))
                .map(each -> each.get("state").asString())
                .filter(state -> !state.equals("Listening"))
                .findFirst()
                .orElse("");
    }
}
