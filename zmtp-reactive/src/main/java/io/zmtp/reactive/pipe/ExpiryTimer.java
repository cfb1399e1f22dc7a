package io.zmtp.reactive.pipe;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** Has a queue look for what has waited too long, on {@code Schedulers.parallel()}. Guarded by the queue's lock. */
public final class ExpiryTimer {

    /** It looks at most once in this time, in nanoseconds: so much later than due something may be dropped. */
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(10);

    private final Runnable expire;
    private @Nullable Disposable timer;
    private long due;

    /**
     * Makes one that does not run.
     *
     * @param expire looks for what has waited too long; called without the lock. To call {@link #stop} under it
     */
    public ExpiryTimer(Runnable expire) {
        this.expire = expire;
    }

    /** Has the queue look as soon as something that came now has waited too long. */
    public void await(long deadline) {
        if (timer != null) {
            if (due - deadline <= SLACK) {
                return;
            }
            timer.dispose();
        }
        long now = Deadline.now();
        long delay = Math.max(SLACK, deadline - now);
        due = now + delay;
        timer = Schedulers.parallel().schedule(expire, delay, TimeUnit.NANOSECONDS);
    }

    /** Whether something waits that may have to be dropped. */
    public boolean isRunning() {
        return timer != null;
    }

    /** The queue looks now, or not any more. */
    public void stop() {
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
    }
}
