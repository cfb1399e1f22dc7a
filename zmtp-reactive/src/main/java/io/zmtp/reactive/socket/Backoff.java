package io.zmtp.reactive.socket;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before each attempt of an outage: twice as long from attempt to attempt, plus and minus half of it
 * at random, so that the clients of a server that restarts do not come all at once. Not thread safe.
 */
final class Backoff {

    private final Duration first;
    private final Duration slowest;
    private int attempt;

    Backoff(Duration first, Duration slowest) {
        this.first = first;
        this.slowest = slowest;
    }

    /** How many delays were asked for. */
    int attempt() {
        return attempt;
    }

    Duration next() {
        double most = slowest.toNanos();
        double doubled = Math.min(most, first.toNanos() * Math.pow(2, Math.min(attempt, 62)));
        attempt++;
        double jittered = doubled * ThreadLocalRandom.current().nextDouble(0.5, 1.5);
        return Duration.ofNanos((long) (jittered > most ? 2 * most - jittered : jittered));
    }

    /** The slowest pace, at random up to half faster: for what another attempt does not mend. */
    Duration slowest() {
        attempt++;
        return Duration.ofNanos(
                (long) (slowest.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
    }
}
