package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * Connects many times at once, again and again: a {@code req} of another process, connected since before, tells how long
 * that holds it up. The connections end a few at a time.
 */
final class Storm {

    /** A thousand ends at once would take a loop 10 ms, most of them in the kernel, and would hide what handshakes take. */
    private static final int EACH = 50;

    private static final Duration PAUSE = Duration.ofMillis(20);

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
        List<DealerSocket> sockets = Stream.generate(() ->
                        DealerSocket.create(options -> settings.calling(options).reconnect(Duration.ofMillis(20))))
                .limit(Math.max(1, settings.connections() / EACH))
                .toList();
        Flux.range(0, settings.connections())
                .concatMap(number -> sockets.get(number % sockets.size()).connect(settings.endpoint()))
                .thenMany(Flux.fromIterable(sockets).flatMap(DealerSocket::onPeer, sockets.size()))
                .take(settings.connections())
                .blockLast();
        Flux.fromIterable(sockets)
                .delayElements(PAUSE)
                .doOnNext(DealerSocket::dispose)
                .concatMap(DealerSocket::onClose)
                .blockLast();
    }
}
