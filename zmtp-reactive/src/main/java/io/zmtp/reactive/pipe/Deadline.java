package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Schedulers;

/** When a message that waits is dropped: nanoseconds of the clock by which Reactor's timers go; 0 for never. */
public final class Deadline {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private Deadline() {}

    /** The time: in tests perhaps a virtual one. */
    public static long now() {
        return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
    }

    /**
     * That of a message that is accepted now.
     *
     * @param age how long any message may wait, in nanoseconds; 0 for any time. The message may have a shorter one
     */
    public static long of(Message message, long age) {
        long own = message.maxAge().map(Duration::toNanos).orElse(0L);
        return in(own == 0 ? age : age == 0 ? own : Math.min(own, age));
    }

    /** That of what is accepted now and may wait so many nanoseconds, or any time if that is 0. */
    public static long in(long age) {
        return age == 0 ? 0 : (now() + age) | 1; // an odd one is not 0
    }

    /** Whether it has come. */
    public static boolean isOver(long deadline, long now) {
        return deadline != 0 && deadline - now <= 0;
    }

    /** A message with the age that is left to it, to wait elsewhere. */
    public static Message rest(Message message, long deadline) {
        if (deadline == 0) {
            return message;
        }
        Duration left = Duration.ofNanos(deadline - now());
        return message.withMaxAge(left.compareTo(SHORTEST) < 0 ? SHORTEST : left);
    }
}
