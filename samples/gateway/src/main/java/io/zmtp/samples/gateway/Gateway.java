package io.zmtp.samples.gateway;

import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs what the active profiles say: {@code gateway}, {@code desk}, or both, which is the default. */
@SpringBootApplication
public class Gateway {

    /** What something costs. */
    record Quote(String symbol, int price, String desk) {}

    /** What desks are asked, each in its turn. */
    @ZmtpExchange("quote")
    interface Desks {

        @ZmtpExchange("{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol);

        @ZmtpExchange("{symbol}.live")
        Flux<Quote> live(@DestinationVariable String symbol);
    }

    /** The way in. */
    @RestController
    @Profile("gateway")
    @ImportZmtpServices(socket = "desks", types = Desks.class)
    static class Quotes {

        private final Desks desks;

        Quotes(Desks desks) {
            this.desks = desks;
        }

        @GetMapping("/quotes/{symbol}")
        Mono<Quote> quote(@PathVariable String symbol) {
            return desks.quote(symbol);
        }

        /** A browser that reads slowly holds back the desk; one that has gone stops it. */
        @GetMapping(path = "/quotes/{symbol}/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<Quote> live(@PathVariable String symbol) {
            return desks.live(symbol);
        }

        @ExceptionHandler(TimeoutException.class)
        @ResponseStatus(HttpStatus.GATEWAY_TIMEOUT)
        void nobodyAnswered() {}
    }

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication.run(Gateway.class, arguments);
    }
}
