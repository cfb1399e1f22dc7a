package io.zmtp.samples.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** A line a second: what came and went in that second. */
final class Stats {

    private static final double MEGA = 1_000_000;

    private final Talk talk;
    private final PrintStream err;
    private long at = System.nanoTime();
    private long received;
    private long sent;
    private long bytes;

    Stats(Talk talk, PrintStream err) {
        this.talk = talk;
        this.err = err;
    }

    Disposable start() {
        return Flux.interval(Duration.ofSeconds(1), Schedulers.newSingle("zmtp-stats", true))
                .onBackpressureDrop()
                .subscribe(tick -> tell());
    }

    private void tell() {
        long now = System.nanoTime();
        double seconds = (now - at) / 1e9;
        long receivedNow = talk.output().written();
        long sentNow = talk.input().used();
        long bytesNow = talk.output().bytes() + talk.input().bytes();
        err.println(String.format(
                Locale.ROOT,
                "received %.0f/s, sent %.0f/s, %.3f MB/s; in all received %d, sent %d",
                (receivedNow - received) / seconds,
                (sentNow - sent) / seconds,
                (bytesNow - bytes) / seconds / MEGA,
                receivedNow,
                sentNow));
        at = now;
        received = receivedNow;
        sent = sentNow;
        bytes = bytesNow;
    }
}
