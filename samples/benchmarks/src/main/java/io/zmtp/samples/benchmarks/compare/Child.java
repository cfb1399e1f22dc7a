package io.zmtp.samples.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process of a run, and the lines that it has printed. */
final class Child implements AutoCloseable {
    /** Long enough to write a class archive. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String name;
    private final Path errors;
    private final long errorsBefore;
    private final boolean isJvm;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Object news;
    private boolean ended;

    /**
     * Starts it.
     *
     * @param name for error texts
     * @param errors the file to which its standard error goes
     * @param news notified with each line
     */
    Child(String name, List<String> command, Path errors, Object news) throws IOException {
        this.name = name;
        this.errors = errors;
        this.errorsBefore = Files.size(errors);
        this.news = news;
        this.isJvm = command.get(0).endsWith("java");
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                add(line);
            }
        } catch (IOException closed) {
            add("");
        }
        synchronized (news) {
            ended = true;
            news.notifyAll();
        }
    }

    private void add(String line) {
        synchronized (news) {
            lines.add(line);
            news.notifyAll();
        }
    }

    boolean hasPrinted(String word) {
        return find(line -> line.word().equals(word)) != null;
    }

    /** Waits for a line that begins with the word. */
    Line await(String word, Duration time) throws IOException, InterruptedException {
        return await(word, line -> line.word().equals(word), time);
    }

    /** Waits for any line. */
    void awaitLine(Duration time) throws IOException, InterruptedException {
        await("a line", line -> !line.word().isEmpty(), time);
    }

    private Line await(String what, Predicate<Line> wanted, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        synchronized (news) {
            for (; ; ) {
                Line line = find(wanted);
                if (line != null) {
                    return line;
                }
                failIfOver(what, end);
                TimeUnit.NANOSECONDS.timedWait(news, end - System.nanoTime());
            }
        }
    }

    private Line find(Predicate<Line> wanted) {
        synchronized (news) {
            return lines.stream().map(Line::parse).filter(wanted).findFirst().orElse(null);
        }
    }

    /** Throws when the process has ended, or the time is over. */
    void failIfOver(String what, long end) throws IOException {
        if (ended) {
            throw new IOException(name + " ended without " + what + lastError());
        }
        if (System.nanoTime() >= end) {
            throw new IOException(name + " did not print " + what + " in time" + lastError());
        }
    }

    /** The last line since it was started that is not one of a stack trace. */
    private String lastError() throws IOException {
        byte[] all = Files.readAllBytes(errors);
        int from = (int) Math.min(errorsBefore, all.length);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .reduce((earlier, later) -> later)
                .map(line -> ": " + line + " (all of it in " + errors + ")")
                .orElse("");
    }

    void awaitExit(Duration time) throws InterruptedException {
        process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    void writeLine(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The processor time that it has used, in seconds. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** Its resident memory in MiB; not a number where that is not known. */
    double memory() {
        return Machine.residentMebibytes(process.pid());
    }

    /**
     * What it keeps, in MiB: of a JVM what is live on its heap, since what is resident depends on when it collects; else its
     * resident memory.
     */
    double kept() throws IOException, InterruptedException {
        if (!isJvm) {
            return memory();
        }
        Process asked = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asked.waitFor();
        return liveOctets(answer) / (1 << 20);
    }

    /** Of a histogram of classes, whose last line is {@code Total}, the instances and their octets. */
    static double liveOctets(String histogram) {
        return histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .mapToDouble(line -> Double.parseDouble(line.strip().split("\\s+")[2]))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Ends it, in good order if it can. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
