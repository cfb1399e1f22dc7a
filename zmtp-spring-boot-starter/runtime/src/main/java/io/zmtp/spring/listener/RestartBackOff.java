package io.zmtp.spring.listener;

import java.time.Duration;

/** The delay before a listener that failed is started again: it doubles each time, and starts anew after a long run. */
final class RestartBackOff {

    static final Duration MIN_DELAY = Duration.ofMillis(100);
    static final Duration MAX_DELAY = Duration.ofSeconds(30);

    private Duration next = MIN_DELAY;
    private long startedAt = System.nanoTime();

    /** The listener was started. */
    synchronized void started() {
        startedAt = System.nanoTime();
    }

    /** The listener has failed: how long to wait now. */
    synchronized Duration next() {
        if (System.nanoTime() - startedAt > MAX_DELAY.toNanos()) {
            next = MIN_DELAY;
        }
        Duration now = next;
        Duration twice = now.multipliedBy(2);
        next = twice.compareTo(MAX_DELAY) < 0 ? twice : MAX_DELAY;
        return now;
    }
}
