package io.zmtp.samples.cli;

import java.time.Duration;

/** Durations and numbers in words. */
final class Text {

    private Text() {}

    static String of(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    static String messages(long count) {
        return count + (count == 1 ? " message was" : " messages were");
    }
}
