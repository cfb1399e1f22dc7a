package io.zmtp.spring.listener;

import java.time.Duration;

/** How long to wait before a listener that failed is taken up again: twice as long each time, until it runs for a while. */
final class Pauses {

    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private Duration next = FIRST;
    private long begunAt = System.nanoTime();

    /** It is taken up. */
    synchronized void begin() {
        begunAt = System.nanoTime();
    }

    /** It has failed. */
    synchronized Duration next() {
        if (System.nanoTime() - begunAt > LONGEST.toNanos()) {
            next = FIRST;
        }
        Duration now = next;
        Duration twice = now.multipliedBy(2);
        next = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
        return now;
    }
}
