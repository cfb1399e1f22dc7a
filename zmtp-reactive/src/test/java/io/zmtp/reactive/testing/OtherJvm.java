package io.zmtp.reactive.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program of the test class path in a JVM of its own, which can be killed, and starved of memory or descriptors. */
public final class OtherJvm implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final PrintStream in;
    private final Thread reader;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Consumer<? super String> ear;

    private OtherJvm(Process process, @Nullable Consumer<? super String> ear) {
        this.process = process;
        this.ear = ear == null ? lines::add : ear;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.reader = new Thread(this::readAll, "lines of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one with little memory. */
    public static OtherJvm start(Class<?> main, String... arguments) {
        return start(main, List.of("-Xmx64m"), 0, arguments);
    }

    /**
     * Starts one.
     *
     * @param descriptors how many it may have open; 0 for as many as we
     */
    public static OtherJvm start(Class<?> main, List<String> options, int descriptors, String... arguments) {
        return new OtherJvm(process(main, options, descriptors, arguments), null);
    }

    /**
     * Starts one.
     *
     * @param ear hears each line that it prints, on a thread of its own; {@link #line} has none
     */
    public static OtherJvm start(
            Class<?> main, List<String> options, Consumer<? super String> ear, String... arguments) {
        return new OtherJvm(process(main, options, 0, arguments), ear);
    }

    private static Process process(Class<?> main, List<String> options, int descriptors, String... arguments) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>();
        if (descriptors > 0) {
            command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dio.netty.leakDetection.level=disabled"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void readAll() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = out.readLine()) != null; ) {
                ear.accept(line);
            }
        } catch (IOException ended) {
            // killed while it wrote
        }
    }

    /** Says something to it. */
    public void say(String line) {
        in.println(line);
    }

    /** The next line it prints. */
    public String line() {
        try {
            String line = lines.poll(START.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new AssertionError("the other JVM " + (process.isAlive() ? "says nothing" : "has ended"));
            }
            return line;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Ends it as {@code kill -9} does, and gives all that it had printed and was not read. */
    public List<String> kill() {
        process.toHandle().destroyForcibly(); // that of Process closes its output, with what nobody has read yet
        try {
            process.waitFor();
            reader.join(START.toMillis());
            if (reader.isAlive()) {
                throw new AssertionError("expected to have read all that it printed within " + START);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
        List<String> rest = new ArrayList<>();
        lines.drainTo(rest);
        return rest;
    }

    /** For how long it has kept processors busy. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** How much memory it holds now, in octets, heap and all else. */
    public long resident() {
        return status("VmRSS");
    }

    /** The most that it ever held, in octets. */
    public long mostResident() {
        return status("VmHWM");
    }

    private long status(String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            String line = lines.filter(each -> each.startsWith(field + ":"))
                    .findFirst()
                    .orElseThrow();
            return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
    }
}
