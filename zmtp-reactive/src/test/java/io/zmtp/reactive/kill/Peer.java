package io.zmtp.reactive.kill;

import io.zmtp.reactive.testing.OtherJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A JVM that is killed and started again. What it says is heard by a thread of its own. */
final class Peer {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    final String name;
    private final Supplier<List<String>> arguments;
    private final Consumer<String> ear;
    private final AtomicLong lines = new AtomicLong();
    private @Nullable OtherJvm jvm;

    /**
     * Makes one that has not been started.
     *
     * @param arguments of {@link PeerProgram}, for each start
     * @param ear hears each line
     */
    Peer(String name, Supplier<List<String>> arguments, Consumer<String> ear) {
        this.name = name;
        this.arguments = arguments;
        this.ear = ear;
    }

    void start() {
        lines.set(0);
        jvm = OtherJvm.start(
                PeerProgram.class,
                List.of("-Xmx512m"),
                this::hear,
                arguments.get().toArray(String[]::new));
    }

    private void hear(String line) {
        ear.accept(line);
        lines.incrementAndGet();
    }

    void say(String line) {
        if (jvm != null) {
            jvm.say(line);
        }
    }

    /** Waits until it has said something since its start. */
    void awaitProgress() {
        await(name + " says something", () -> lines.get() > 0);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + TIMEOUT + ": " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** As {@code kill -9} does; all that it had said has been heard then. */
    void kill() {
        if (jvm != null) {
            jvm.kill();
        }
    }
}
