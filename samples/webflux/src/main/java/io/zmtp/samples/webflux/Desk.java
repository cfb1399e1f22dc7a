package io.zmtp.samples.webflux;

import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Takes the ticks. When it is slow it asks later for the next one; everything else follows from that. */
@Component
class Desk {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int MOST_SYMBOLS = 48;

    private final Map<String, Tick> latest = new ConcurrentSkipListMap<>();
    private final AtomicLong taken = new AtomicLong();
    private volatile long lag;
    private volatile boolean slow;

    /** The next tick is asked for when the {@code Mono} completes. */
    @ZmtpListener("ticks")
    Mono<Void> on(Tick tick) {
        taken.incrementAndGet();
        lag = tick.age();
        if (latest.containsKey(tick.symbol()) || latest.size() < MOST_SYMBOLS) {
            latest.put(tick.symbol(), tick);
        }
        return slow ? Mono.delay(PAUSE).then() : Mono.empty();
    }

    void slow(boolean slow) {
        this.slow = slow;
    }

    boolean isSlow() {
        return slow;
    }

    long taken() {
        return taken.get();
    }

    /** How old the last tick was when it was taken, in milliseconds. */
    long lag() {
        return lag;
    }

    Collection<Tick> latest() {
        return latest.values();
    }
}
