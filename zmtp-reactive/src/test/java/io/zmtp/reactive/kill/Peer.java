package io.zmtp.reactive.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    private @Nullable Process process;
    private @Nullable Thread reader;

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
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                classPath,
                PeerProgram.class.getName()));
        command.addAll(arguments.get());
        try {
            Process started = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process = started;
            reader = new Thread(() -> hear(started), name);
            reader.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void hear(Process from) {
        try (BufferedReader out = from.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = out.readLine()) != null; ) {
                ear.accept(line);
                lines.incrementAndGet();
            }
        } catch (IOException ended) {
            // killed while it wrote
        }
    }

    void say(String line) {
        Process running = process;
        if (running != null) {
            try {
                OutputStream in = running.getOutputStream();
                in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                in.flush();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
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
        Process running = process;
        Thread hearing = reader;
        if (running == null || hearing == null) {
            return;
        }
        running.toHandle().destroyForcibly(); // that of Process closes its output, with what nobody has read yet
        try {
            running.waitFor();
            hearing.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
