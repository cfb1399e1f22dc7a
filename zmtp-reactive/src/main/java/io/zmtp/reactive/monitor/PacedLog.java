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
 * Logs what peers, or the messages that they send, can make happen again and again: of each kind one line at once, and then
 * one a minute, with how many there were meanwhile, so that nobody can fill the log. At DEBUG there is a line for each.
 *
 * <p>Failures are described as by {@link Printable#of(Throwable)}; their stack traces, without texts, are logged at DEBUG.
 *
 * <p>Thread safe.
 *
 * @since 0.1
 */
public final class PacedLog {

    private static final long PAUSE_SECONDS = 60;

    /** So many kinds are told apart; more of them are one. */
    private static final int MOST_KINDS = 256;

    private static final String OTHERS = "others";

    /** The last line of a kind, and how many were not written since one was. */
    private record Held(Consumer<String> to, String line, int count) {}

    private final Logger log;
    private final Map<String, Held> held = new HashMap<>();

    /**
     * A log.
     *
     * @param owner whose name the logger has
     */
    public PacedLog(Class<?> owner) {
        this.log = Loggers.getLogger(owner);
    }

    /**
     * Warns.
     *
     * @param kind of lines of one kind one a minute is written; nothing that a peer chooses
     * @param line what happened, printable
     */
    public void warn(String kind, String line) {
        tell(log::warn, kind, line, null);
    }

    /** As {@link #warn(String, String)}, of a failure; those of different classes are of different kinds. */
    public void warn(String kind, String line, Throwable failure) {
        warn(kind, line, failure, Printable.of(failure));
    }

    /** As {@link #warn(String, String, Throwable)}, of a failure that the caller describes. */
    public void warn(String kind, String line, Throwable failure, String description) {
        tell(log::warn, kind + " " + failure.getClass().getName(), line + ": " + description, failure);
    }

    /** As {@link #warn(String, String, Throwable)}, at ERROR. */
    public void error(String kind, String line, Throwable failure) {
        error(kind, line, failure, Printable.of(failure));
    }

    /** As {@link #warn(String, String, Throwable, String)}, at ERROR. */
    public void error(String kind, String line, Throwable failure, String description) {
        tell(log::error, kind + " " + failure.getClass().getName(), line + ": " + description, failure);
    }

    private void tell(Consumer<String> to, String kind, String line, @Nullable Throwable failure) {
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
            String known = held.size() < MOST_KINDS || held.containsKey(kind) ? kind : OTHERS;
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

    /** Tells what was held meanwhile; if nothing was, the next one is a first one again. */
    private void resume(String kind) {
        Held untold;
        synchronized (held) {
            untold = held.remove(kind);
            if (untold == null || untold.count == 0) {
                return;
            }
            held.put(kind, new Held(untold.to, untold.line, 0));
            pause(kind);
        }
        untold.to.accept(untold.line + " (" + untold.count + " more in the last minute)");
    }
}
