package io.zmtp.samples.webflux;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Publishes 1,000 ticks a second, whoever wants them, and answers who asks for a price. */
@Component
class Market {

    private static final Duration BEAT = Duration.ofMillis(20);
    private static final int TICKS_A_BEAT = 20;
    private static final int MOST_BEATS = 8;

    private final Map<String, Double> prices = new ConcurrentHashMap<>(Map.of(
            "EURUSD", 1.1724, "GBPUSD", 1.3127, "USDJPY", 154.31, "EURCHF", 0.9318, "BTCUSD", 91_842.0, "XAUUSD",
            4_071.2, "BRENT", 63.74, "DAX", 23_471.0));
    private final List<String> symbols = List.copyOf(prices.keySet());

    private final PubSocket feed;
    private final ZmtpTemplate zmtp;
    private final AtomicLong published = new AtomicLong();
    private final Disposable.Swap publishing = Disposables.swap();
    private volatile Endpoint endpoint;
    private volatile boolean open;

    Market(@Qualifier("feed") PubSocket feed, ZmtpTemplate zmtp) {
        this.feed = feed;
        this.zmtp = zmtp;
    }

    @EventListener(ApplicationReadyEvent.class)
    void open() {
        open(feed.endpoints().get(0));
    }

    private void open(Endpoint where) {
        endpoint = where;
        open = true;
        publishing.update(Flux.interval(BEAT)
                .onBackpressureDrop() // so that a machine that lags is not made to catch up
                .publishOn(Schedulers.parallel(), MOST_BEATS)
                .concatMap(beat -> Flux.range(0, TICKS_A_BEAT), 0)
                .map(i -> next())
                .concatMap(
                        tick -> zmtp.send("feed", tick.symbol(), tick).doOnSuccess(sent -> published.incrementAndGet()))
                .subscribe());
    }

    /** A random walk. */
    private Tick next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String symbol = symbols.get(random.nextInt(symbols.size()));
        double price = prices.merge(symbol, 1 + random.nextGaussian() * 3e-5, (before, factor) -> before * factor);
        return new Tick(symbol, price, System.currentTimeMillis());
    }

    @ZmtpListener("quotes")
    Mono<Quote> quote(String symbol) {
        return Mono.just(new Quote(symbol, prices.get(symbol)));
    }

    /** Goes away, as a process that dies: its connections end, and nobody listens any more. */
    synchronized Mono<Void> kill() {
        if (!open) {
            return Mono.empty();
        }
        close();
        return feed.unbind(endpoint);
    }

    /** Comes back where it was. */
    synchronized Mono<Void> revive() {
        return open ? Mono.empty() : feed.bind(endpoint).doOnNext(this::open).then();
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        open = false;
        publishing.update(Disposables.disposed());
    }

    boolean isOpen() {
        return open;
    }

    long published() {
        return published.get();
    }
}
