package io.zmtp.samples.webflux;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A price; the second frame of a tick, in JSON. The first one is the symbol again, as the topic.
 *
 * @param time milliseconds since 1970; now, if a publisher leaves it out
 * @param number of the market's ticks, so that a gap shows what was dropped; null if a publisher does not number them
 */
record Tick(
        String symbol,
        double price,
        @Nullable Long time,
        @Nullable Long number) {

    Tick {
        Objects.requireNonNull(symbol, "symbol");
        time = time == null ? System.currentTimeMillis() : time;
    }

    /** How old it is, in milliseconds. */
    long age() {
        return System.currentTimeMillis() - time;
    }
}
