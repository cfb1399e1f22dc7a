package io.zmtp.spring.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.SubSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;

/** The example of a test in docs/spring-web.md. */
@SpringBootTest(
        classes = WebPathExampleTests.Application.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"zmtp.sockets.ticks.type=pub", "zmtp.sockets.ticks.bind=ws:/zmtp/ticks"})
@DirtiesContext
class WebPathExampleTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @LocalServerPort
    int port;

    @Autowired
    PubSocket ticks;

    @Test
    void aSubscriberGetsTicks() {
        SubSocket sub = SubSocket.create();
        sub.subscribe("md.");
        sub.connectNow("ws://localhost:" + port + "/zmtp/ticks");
        ticks.awaitSubscribers("md.", 1).block(Duration.ofSeconds(5));
        StepVerifier.create(sub.receive().map(Message::text))
                .then(() -> ticks.send(Message.of("md.tea 7")).subscribe())
                .expectNext("md.tea 7")
                .thenCancel()
                .verify(Duration.ofSeconds(5));
        sub.dispose();
    }

    @Test
    void aBrowserThatJustLooksIsSaidWhatIsHere() {
        String sentence = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .build()
                .get()
                .uri("/zmtp/ticks")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.UPGRADE_REQUIRED)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(sentence).contains("here is a ZeroMQ socket");
    }
}
