package io.zmtp.reactive.pipe;

import java.time.Duration;

/** The one rule for durations in options. */
public final class Durations {

    private Durations() {}

    /** Throws if one is negative. */
    public static void check(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": expected no negative duration, but it is " + duration);
        }
    }
}
