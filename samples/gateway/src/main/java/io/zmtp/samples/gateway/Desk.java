package io.zmtp.samples.gateway;

import io.zmtp.samples.gateway.Gateway.Quote;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.annotation.Profile;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Knows what things cost, and how that changes. */
@Component
@Profile("desk")
class Desk {

    private final String name = "java " + ProcessHandle.current().pid();

    @ZmtpListener(socket = "requests", topics = "quote.{symbol}")
    Mono<Quote> quote(@DestinationVariable String symbol) {
        return Mono.just(new Quote(symbol, price(symbol), name));
    }

    @ZmtpListener(socket = "requests", topics = "quote.{symbol}.live")
    Flux<Quote> live(@DestinationVariable String symbol) {
        return Flux.interval(Duration.ZERO, Duration.ofMillis(200))
                .onBackpressureDrop() // who is slow misses some
                .scan(
                        price(symbol),
                        (price, tick) -> price + ThreadLocalRandom.current().nextInt(-1, 2))
                .map(price -> new Quote(symbol, price, name));
    }

    private static int price(String symbol) {
        return 100 + Math.floorMod(symbol.hashCode(), 900);
    }
}
