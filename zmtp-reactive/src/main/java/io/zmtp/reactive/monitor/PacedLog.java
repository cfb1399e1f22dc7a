package io.zmtp.reactive.monitor;

import io.zmtp.reactive.Printable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Logs what a peer can cause again and again, so that it cannot fill the log: for each kind one line at once, and then one a
 * minute with the number of lines in between. At DEBUG every line is logged.
 *
 * <p>Failures are described as by {@link Printable#of(Throwable)}; their stack traces, without texts, are logged at DEBUG.
 *
 * <p>Any thread may call.
 *
 * @since 0.1
 */
public final class PacedLog {

    private static final long PAUSE_SECONDS = 60;

    /** Further kinds count as one. */
    private static final int MAX_KINDS = 256;

    private static final String OTHERS = "others";

    /** The last line of a kind, and how many were not written since one was. */
    private record Held(Consumer<String> to, String line, int count) {}

    private final Logger log;
    private final Map<String, Held> held = new HashMap<>();

    /**
     * Makes a log.
     *
     * @param owner the class that gives the logger its name
     */
    public PacedLog(Class<?> owner) {
        this.log = Loggers.getLogger(owner);
    }

    /**
     * Logs at WARN.
     *
     * @param kind the kind of the line, which no peer may choose
     * @param line what happened, printable
     */
    public void warn(String kind, String line) {
        log(log::warn, kind, line, null);
    }

    /** As {@link #warn(String, String)}, at INFO. */
    public void info(String kind, String line) {
        log(log::info, kind, line, null);
    }

    /** As {@link #warn(String, String)}, for a failure; failures of different classes are different kinds. */
    public void warn(String kind, String line, Throwable failure) {
        warn(kind, line, failure, Printable.of(failure));
    }

    /** As {@link #warn(String, String, Throwable)}, for a failure that the caller describes. */
    public void warn(String kind, String line, Throwable failure, String description) {
        log(log::warn, kind + " " + failure.getClass().getName(), line + ": " + description, failure);
    }

    /** As {@link #warn(String, String, Throwable)}, at ERROR. */
    public void error(String kind, String line, Throwable failure) {
        error(kind, line, failure, Printable.of(failure));
    }

    /** As {@link #warn(String, String, Throwable, String)}, at ERROR. */
    public void error(String kind, String line, Throwable failure, String description) {
        log(log::error, kind + " " + failure.getClass().getName(), line + ": " + description, failure);
    }

    private void log(Consumer<String> to, String kind, String line, @Nullable Throwable failure) {
        if (first(to, kind, line)) {
            to.accept(line);
        }
        if (log.isDebugEnabled()) {
            if (failure == null) {
                log.debug(line);
            } else {
                log.debug(line, Printable.trace(failure));
            }
        }
    }

    private boolean first(Consumer<String> to, String kind, String line) {
        synchronized (held) {
            String known = held.size() < MAX_KINDS || held.containsKey(kind) ? kind : OTHERS;
            Held before = held.get(known);
            held.put(known, new Held(to, line, before == null ? 0 : before.count + 1));
            if (before == null) {
                pause(known);
            }
            return before == null;
        }
    }

    private void pause(String kind) {
        Schedulers.parallel().schedule(() -> resume(kind), PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Logs what was held in the last minute. If nothing was, the next line of the kind is logged at once again. */
    private void resume(String kind) {
        Held last;
        synchronized (held) {
            last = held.remove(kind);
            if (last == null || last.count == 0) {
                return;
            }
            held.put(kind, new Held(last.to, last.line, 0));
            pause(kind);
        }
        last.to.accept(last.line + " (" + last.count + " more in the last minute)");
    }
}
