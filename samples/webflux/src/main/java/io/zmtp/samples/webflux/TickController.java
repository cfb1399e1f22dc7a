package io.zmtp.samples.webflux;

import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
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

    private final SubSocket ticks;
    private final ZmtpTemplate zmtp;
    private final Duration patience;

    TickController(
            @Qualifier("ticks") SubSocket ticks, ZmtpTemplate zmtp, @Value("${ticker.patience:2s}") Duration patience) {
        this.ticks = ticks;
        this.zmtp = zmtp;
        this.patience = patience;
    }

    /**
     * A subscription for as long as the browser listens; one that is slow misses ticks, and holds up nobody. The comment
     * has the response begin before the first tick.
     */
    @GetMapping(path = "/ticks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> ticks(@RequestParam(defaultValue = "") String topic) {
        return ticks.receive(topic)
                .onBackpressureLatest()
                .map(tick -> ServerSentEvent.builder(tick.text()).build())
                .startWith(ServerSentEvent.<String>builder().comment("ticks").build());
    }

    @GetMapping("/quotes/{symbol}")
    Mono<Quote> quote(@PathVariable String symbol) {
        return zmtp.request("ask", symbol, Quote.class)
                .timeout(patience)
                .onErrorMap(TimeoutException.class, late -> new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT))
                .filter(quote -> quote.price() != null)
                .switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
    }
}
