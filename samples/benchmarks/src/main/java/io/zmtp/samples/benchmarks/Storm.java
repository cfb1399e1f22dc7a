package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.ReqSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One request at a time by a connection that has long been there, first alone, then while many others are made at once:
 * how long the slowest reply takes.
 */
final class Storm {

    private final Settings settings;
    private final ReqSocket req;

    private Storm(Settings settings) {
        this.settings = settings;
        this.req = ReqSocket.create(settings::calling);
    }

    static void run(Settings settings) {
        Storm storm = new Storm(settings);
        storm.req.connectNow(settings.endpoint());
        storm.during(Mono.delay(settings.warm()));
        System.out.println("START");
        LongSummaryStatistics quiet = storm.during(Mono.delay(settings.window()));
        DealerSocket dealer =
                DealerSocket.create(options -> settings.calling(options).reconnect(Duration.ofMillis(20)));
        long began = System.nanoTime();
        LongSummaryStatistics stormy = storm.during(storm.connect(dealer));
        System.out.printf(
                Locale.ROOT,
                "RESULT n=%d s=%.6f quiet_avgus=%.2f quiet_maxus=%.2f avgus=%.2f maxus=%.2f%n",
                settings.connections(),
                (System.nanoTime() - began) / 1e9,
                quiet.getAverage() / 1e3,
                quiet.getMax() / 1e3,
                stormy.getAverage() / 1e3,
                stormy.getMax() / 1e3);
        dealer.dispose();
        storm.req.dispose();
    }

    /** Nanoseconds of each round trip until something has happened. */
    private LongSummaryStatistics during(Mono<?> event) {
        LongSummaryStatistics nanos = new LongSummaryStatistics();
        Message message = Message.of(new byte[settings.size()]);
        Mono<?> happened = event.cache();
        happened.subscribe();
        Mono.defer(() -> {
                    long asked = System.nanoTime();
                    return req.request(message).doOnNext(reply -> nanos.accept(System.nanoTime() - asked));
                })
                .repeat()
                .takeUntilOther(happened)
                .blockLast();
        return nanos;
    }

    private Mono<Void> connect(DealerSocket dealer) {
        return Flux.range(0, settings.connections())
                .concatMap(number -> dealer.connect(settings.endpoint()))
                .thenMany(dealer.onPeer().take(settings.connections()))
                .then();
    }
}
