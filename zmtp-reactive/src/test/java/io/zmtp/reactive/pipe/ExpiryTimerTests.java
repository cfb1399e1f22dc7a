package io.zmtp.reactive.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class ExpiryTimerTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicInteger looks = new AtomicInteger();
    private final ExpiryTimer timer = new ExpiryTimer(this::look);
    private VirtualTimeScheduler time;

    @BeforeEach
    void takeTime() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void giveTimeBack() {
        VirtualTimeScheduler.reset();
    }

    /** As a queue does that always holds something. */
    private void look() {
        looks.incrementAndGet();
        timer.stop();
        timer.await(Deadline.now() + SECOND);
    }

    @Test
    void aQueueThatLooksByItselfHasOneTimerStill() {
        timer.await(Deadline.now() + SECOND);
        for (int i = 0; i < 50; i++) {
            time.advanceTimeBy(Duration.ofMillis(15));
            look(); // as the event loop does, which finds at the head what has waited too long
        }
        looks.set(0);
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(looks).hasValue(10);
        timer.stop();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(looks).hasValue(10);
    }
}
