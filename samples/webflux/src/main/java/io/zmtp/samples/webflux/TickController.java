package io.zmtp.samples.webflux;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** SUB as server-sent events, and REST by way of REQ and REP. */
@RestController
class TickController {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SubSocket ticks;
    private final ZmtpTemplate zmtp;

    TickController(@Qualifier("ticks") SubSocket ticks, ZmtpTemplate zmtp) {
        this.ticks = ticks;
        this.zmtp = zmtp;
    }

    /** A subscription for as long as the browser listens; one that is slow misses ticks, and holds up nobody. */
    @GetMapping(path = "/ticks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> ticks(@RequestParam(defaultValue = "") String topic) {
        return ticks.receive(topic).onBackpressureLatest().map(Message::text);
    }

    @GetMapping("/quotes/{symbol}")
    Mono<Quote> quote(@PathVariable String symbol) {
        return zmtp.request("ask", symbol, Quote.class)
                .timeout(PATIENCE)
                .onErrorMap(TimeoutException.class, late -> new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT))
                .filter(quote -> quote.price() != null)
                .switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
    }
}
