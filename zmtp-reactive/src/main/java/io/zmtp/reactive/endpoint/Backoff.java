package io.zmtp.reactive.endpoint;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * How long to wait before each attempt of an outage: twice as long from attempt to attempt, plus and minus half of it
 * at random, so that the clients of a server that restarts do not come all at once. The outage is over when a
 * connection has held for as long as the first delay. Any thread.
 */
final class Backoff {

    /** Renewals have so many nanoseconds between them: the system keeps the port of each for about a minute. */
    private static final long RENEWAL = TimeUnit.MILLISECONDS.toNanos(10);

    private final Duration first;
    private final Duration slowest;
    private int attempt;
    private long renewedAt = System.nanoTime() - RENEWAL;
    private Disposable holding = Disposables.disposed();

    Backoff(Duration first, Duration slowest) {
        this.first = first;
        this.slowest = slowest;
    }

    /** How many delays were asked for. */
    synchronized int attempt() {
        return attempt;
    }

    Duration next() {
        return next(slowest);
    }

    /** As above, but no longer than so long, unless the first delay is longer already. */
    synchronized Duration next(Duration most) {
        Duration limit = most.compareTo(first) < 0 ? first : most;
        Duration longest = limit.compareTo(slowest) < 0 ? limit : slowest;
        double doubled = first.toNanos() * Math.pow(2, Math.min(attempt, 62));
        attempt++;
        return upTo(Math.min((double) longest.toNanos(), 1.5 * doubled));
    }

    Duration longest() {
        return slowest;
    }

    /** The slowest pace: for what another attempt does not mend. */
    synchronized Duration slowest() {
        attempt++;
        return upTo((double) slowest.toNanos());
    }

    /** At once, for nothing was wrong; but one who wants that again and again has it a hundred times a second. */
    synchronized Duration renewal() {
        long now = System.nanoTime();
        renewedAt = Math.max(renewedAt + RENEWAL - now, 0) + now;
        return Duration.ofNanos(renewedAt - now);
    }

    /** A connection is there. */
    synchronized void opened() {
        holding = Mono.delay(first).subscribe(tick -> held());
    }

    private synchronized void held() {
        attempt = 0;
    }

    /** It has gone, or will not come. */
    synchronized void ended() {
        holding.dispose();
    }

    /** Evenly from a third of it to all of it, which is plus and minus half of what lies between. */
    private static Duration upTo(double longest) {
        return Duration.ofNanos((long) (longest * ThreadLocalRandom.current().nextDouble(1 / 3.0, 1)));
    }
}
