package io.zmtp.reactive.pipe;

import java.time.Duration;

/** The rules for durations in options. */
public final class Durations {

    /** Time is counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Durations() {}

    /** Throws if one is negative. */
    public static void check(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": expected no negative duration, but it is " + duration);
        }
    }

    /** Throws if one is not positive, or too long to be counted. */
    public static void checkPositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + ": expected a duration above zero, and at most "
                    + LONGEST.toDays() + " days, but it is " + duration);
        }
    }
}
