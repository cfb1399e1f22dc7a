package io.zmtp.reactive.connection;

import java.time.Duration;

/** The one rule for durations in options. */
final class Durations {

    private Durations() {}

    static void check(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": expected no negative duration, but it is " + duration);
        }
    }
}
