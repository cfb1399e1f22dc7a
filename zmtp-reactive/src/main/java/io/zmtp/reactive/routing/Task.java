package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Work;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** A message that the application works on, for a limited time. Any thread. */
public final class Task implements Work {

    private final Message message;
    private final TakenOver taken;
    private final Duration limit;
    private final @Nullable Disposable timer;

    Task(Message message, TakenOver taken, Duration limit) {
        this.message = message;
        this.taken = taken;
        this.limit = limit;
        this.timer = limit.isZero()
                ? null
                : Schedulers.parallel().schedule(this::expire, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How long the work may take; zero for any time. */
    public Duration limit() {
        return limit;
    }

    /** Why it has failed when that has passed. */
    public String tooLate() {
        return "it was not done within " + limit;
    }

    private void expire() {
        taken.fail(ZmtpNackException.TIMEOUT, tooLate());
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public void done() {
        ended(taken.done());
    }

    @Override
    public void fail(int code, String text) {
        Objects.requireNonNull(text, "text");
        if (code < 0 || code > 0xff) {
            throw new IllegalArgumentException("code: expected 0 to 255, but it is " + code);
        }
        ended(taken.fail(code, text));
    }

    private void ended(boolean now) {
        if (now && timer != null) {
            timer.dispose();
        }
    }

    /** Without the content of the message, for logs. */
    @Override
    public String toString() {
        return "Work[message of " + message.size() + " parts, " + (taken.isOver() ? "over" : "to be done") + "]";
    }
}
