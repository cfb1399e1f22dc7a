package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.socket.DealerSocket;
import java.time.Duration;
import java.util.Locale;
import reactor.core.publisher.Flux;

/**
 * Connects many times at once, again and again: a {@code req} of another process, connected since before, tells how long
 * that holds it up.
 */
final class Storm {

    private Storm() {}

    static void run(Settings settings) {
        repeat(settings, settings.warm());
        System.out.println("START");
        long began = System.nanoTime();
        long storms = repeat(settings, settings.window());
        System.out.printf(
                Locale.ROOT,
                "RESULT n=%d s=%.6f storms=%d%n",
                storms * settings.connections(),
                (System.nanoTime() - began) / 1e9,
                storms);
    }

    private static long repeat(Settings settings, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long storms = 0;
        do {
            connect(settings);
            storms++;
        } while (System.nanoTime() < end);
        return storms;
    }

    private static void connect(Settings settings) {
        DealerSocket dealer =
                DealerSocket.create(options -> settings.calling(options).reconnect(Duration.ofMillis(20)));
        Flux.range(0, settings.connections())
                .concatMap(number -> dealer.connect(settings.endpoint()))
                .thenMany(dealer.onPeer().take(settings.connections()))
                .blockLast();
        dealer.dispose();
        dealer.onClose().block();
    }
}
