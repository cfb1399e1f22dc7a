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
        double doubled = first.toNanos() * Math.pow(2, Math.min(attempt, 62));
        attempt++;
        return upTo(Math.min((double) slowest.toNanos(), 1.5 * doubled));
    }

    /** The slowest pace: for what another attempt does not mend. */
    Duration slowest() {
        attempt++;
        return upTo((double) slowest.toNanos());
    }

    /** Evenly from a third of it to all of it, which is plus and minus half of what lies between. */
    private static Duration upTo(double longest) {
        return Duration.ofNanos((long) (longest * ThreadLocalRandom.current().nextDouble(1 / 3.0, 1)));
    }
}
