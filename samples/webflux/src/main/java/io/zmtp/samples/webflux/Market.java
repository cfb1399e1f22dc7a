package io.zmtp.samples.webflux;

import static java.util.Map.entry;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final Map<String, Double> prices = new ConcurrentHashMap<>(Map.ofEntries(
            entry("EURUSD", 1.1724),
            entry("GBPUSD", 1.3127),
            entry("USDJPY", 154.31),
            entry("EURCHF", 0.9318),
            entry("BTCUSD", 91_842.0),
            entry("XAUUSD", 4_071.2),
            entry("BRENT", 63.74),
            entry("DAX", 23_471.0)));
    private final List<String> symbols = List.copyOf(prices.keySet());

    private final PubSocket feed;
    private final ZmtpTemplate zmtp;
    private final AtomicLong numbered = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final Disposable.Swap publishing = Disposables.swap();
    private final AtomicBoolean open = new AtomicBoolean();
    private volatile List<Endpoint> endpoints = List.of();

    Market(@Qualifier("feed") PubSocket feed, ZmtpTemplate zmtp) {
        this.feed = feed;
        this.zmtp = zmtp;
    }

    @EventListener(ApplicationReadyEvent.class)
    void open() {
        endpoints = feed.endpoints();
        open.set(true);
        publish();
    }

    private void publish() {
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
        return new Tick(symbol, price, System.currentTimeMillis(), numbered.incrementAndGet());
    }

    @ZmtpListener("quotes")
    Mono<Quote> quote(String symbol) {
        return Mono.just(new Quote(symbol, prices.get(symbol)));
    }

    /** Goes away, as a process that dies: its connections end, and nobody listens any more. */
    Mono<Void> kill() {
        return Mono.defer(() -> {
            if (!open.compareAndSet(true, false)) {
                return Mono.empty();
            }
            stop();
            return Flux.fromIterable(endpoints).flatMap(feed::unbind).then();
        });
    }

    /** Comes back where it was. */
    Mono<Void> revive() {
        return Mono.defer(() -> {
            if (!open.compareAndSet(false, true)) {
                return Mono.empty();
            }
            return Flux.fromIterable(endpoints)
                    .concatMap(feed::bind)
                    .doOnComplete(this::publish)
                    .doOnError(taken -> open.set(false))
                    .then();
        });
    }

    @EventListener(ContextClosedEvent.class)
    void stop() {
        publishing.update(Disposables.disposed());
    }

    boolean isOpen() {
        return open.get();
    }

    long published() {
        return published.get();
    }
}
