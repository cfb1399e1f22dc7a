package io.zmtp.reactive.connection;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Acts when nothing happened for a while. It counts ticks of an eighth of that while instead of reading a clock: that
 * works under virtual time, and a wall clock that jumps changes nothing. Lives on the event loop.
 */
final class SilenceTimer {

    private static final int TICKS = 8;

    private final Executor loop;
    private final Runnable onSilence;
    private final IntSupplier patience;
    private @Nullable Disposable ticking;
    private Duration running = Duration.ZERO;
    private int quiet;
    private boolean resting;

    /**
     * Makes one that does not count yet.
     *
     * @param patience how many limits may pass in silence; asked at each tick, when it may also touch
     */
    SilenceTimer(Executor loop, Runnable onSilence, IntSupplier patience) {
        this.loop = loop;
        this.onSilence = onSilence;
        this.patience = patience;
    }

    /** Starts counting anew; a limit of zero stops it. */
    void start(Duration limit) {
        quiet = 0;
        if (ticking != null && limit.equals(running)) {
            touch();
            return;
        }
        stop();
        running = limit;
        if (!limit.isZero()) {
            long tick = Math.max(limit.toNanos() / TICKS, TimeUnit.MILLISECONDS.toNanos(1));
            ticking = Schedulers.parallel()
                    .schedulePeriodically(() -> loop.execute(this::tick), tick, tick, TimeUnit.NANOSECONDS);
        }
    }

    /** Starts counting unless it counts already. */
    void arm(Duration limit) {
        if (ticking == null) {
            start(limit);
        }
    }

    /** Something happened. The tick under way does not count: better late than early. */
    void touch() {
        quiet = -1;
    }

    /** While resting, silence does not count. */
    void rest(boolean resting) {
        this.resting = resting;
        touch();
    }

    void stop() {
        if (ticking != null) {
            ticking.dispose();
            ticking = null;
        }
    }

    private void tick() {
        if (ticking == null || resting) {
            return;
        }
        int most = TICKS * patience.getAsInt();
        if (++quiet >= most) {
            stop();
            onSilence.run();
        }
    }
}
