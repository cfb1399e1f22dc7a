package io.zmtp.samples.webflux;

import io.zmtp.reactive.socket.RepSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.reactive.server.WebTestClient;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "ticker.patience=200ms")
@ContextConfiguration(initializers = FreePorts.class)
@DirtiesContext
class PatienceTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void givesUpAQuestionThatNobodyAnswers(
            @Autowired @Qualifier("quotes") RepSocket quotes, @LocalServerPort int port) {
        quotes.unbind(quotes.endpoints().get(0)).block(TIMEOUT);
        WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(TIMEOUT)
                .build()
                .get()
                .uri("/quotes/{symbol}", "EURUSD")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.GATEWAY_TIMEOUT)
                .expectBody();
    }
}
