package io.zmtp.spring.listener;

import java.time.Duration;

/** How long to wait before a listener that failed is taken up again: twice as long each time, until it runs for a while. */
final class Pauses {

    static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private Duration next = FIRST_PAUSE;
    private long begunAt = System.nanoTime();

    /** It is taken up. */
    synchronized void begin() {
        begunAt = System.nanoTime();
    }

    /** It has failed. */
    synchronized Duration next() {
        if (System.nanoTime() - begunAt > MAX_PAUSE.toNanos()) {
            next = FIRST_PAUSE;
        }
        Duration now = next;
        Duration twice = now.multipliedBy(2);
        next = twice.compareTo(MAX_PAUSE) < 0 ? twice : MAX_PAUSE;
        return now;
    }
}
