package io.zmtp.samples.benchmarks.compare;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run: its processes, which end with it. */
final class Trial implements AutoCloseable {
    /** An AOT cache of a Boot application on a busy machine. */
    private static final Duration WRITING = Duration.ofMinutes(5);

    private final Programs programs;
    private final Variant variant;
    private final Map<String, String> settings;
    private final Experiment.Timing timing;
    private final boolean isTraining;
    private final Path errors;
    private final String endpoint;
    private final List<Child> children = new ArrayList<>();
    private final Map<Path, Child> writing = new HashMap<>();
    private final Object news = new Object();

    /**
     * Nothing has started yet.
     *
     * @param settings for all peers
     * @param isTraining whether class archives are written instead of read
     * @param errors the file to which the standard error of the processes goes
     */
    Trial(
            Programs programs,
            Variant variant,
            Map<String, String> settings,
            Experiment.Timing timing,
            boolean isTraining,
            Path errors)
            throws IOException {
        this.programs = programs;
        this.variant = variant;
        this.settings = settings;
        this.timing = timing;
        this.isTraining = isTraining;
        this.errors = errors;
        this.endpoint = "tcp://127.0.0.1:" + freePort();
    }

    /** One that is free, as is the next one, which some peers bind too: connections that were closed just now may hold it. */
    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket next =
                            new ServerSocket(free.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
                return next.getLocalPort() - 1;
            } catch (BindException taken) {
                continue;
            }
        }
    }

    boolean hasClient() {
        return variant.peers().size() > 1;
    }

    Duration warm() {
        return Duration.ofMillis((long) (timing.warm(variant) * 1000));
    }

    Duration window() {
        return Duration.ofMillis((long) (timing.window() * 1000));
    }

    /** Starts the peer of that number. */
    Child start(int number) throws IOException {
        Peer peer = variant.peers().get(number);
        Path archive = programs.folder().resolve(variant.name().replaceAll("\\W+", "-") + number + ".jsa");
        List<String> command = new ArrayList<>(programs.command(peer, archive, isTraining));
        for (String word : peer.role().split(" ")) {
            command.add(word.equals("ENDPOINT") ? endpoint : word);
        }
        if (!peer.program().isTool()) {
            settings(peer).forEach((key, value) -> command.add(key + "=" + value));
        }
        Child child = new Child(variant.name() + ", " + peer.role(), command, errors, news);
        children.add(child);
        if (isTraining && peer.isArchived()) {
            writing.put(archive, child);
        }
        return child;
    }

    /** Waits until the processes that write archives of classes have ended by themselves, which is when they write. */
    void awaitArchives() throws IOException, InterruptedException {
        for (Map.Entry<Path, Child> each : writing.entrySet()) {
            each.getValue().awaitExit(WRITING);
            if (!Files.exists(each.getKey())) {
                throw new IOException(variant.name() + " wrote no archive of classes within " + WRITING);
            }
        }
    }

    private Map<String, String> settings(Peer peer) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("endpoint", peer.settings().getOrDefault("scheme", "tcp") + endpoint.substring("tcp".length()));
        all.put("warm", Double.toString(timing.warm(variant)));
        all.put("secs", Double.toString(timing.window()));
        all.putAll(peer.settings());
        return all;
    }

    /** Waits until any of the processes has printed the word. */
    Child awaitAny(String word, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        synchronized (news) {
            for (; ; ) {
                for (Child child : children) {
                    if (child.hasPrinted(word)) {
                        return child;
                    }
                    child.failIfOver(word, end);
                }
                TimeUnit.NANOSECONDS.timedWait(news, end - System.nanoTime());
            }
        }
    }

    Usage usage() {
        return new Usage(
                System.nanoTime(), children.stream().map(Child::cpuSeconds).toList(), Machine.busySeconds());
    }

    /** A sample of what was printed, and of what has been used since then. */
    Sample sampleSince(Usage before, Line result) {
        Usage after = usage();
        Sample sample = new Sample();
        sample.putAll(result);
        double messages = result.get("n");
        sample.put("cpuServer", after.childSince(before, 0) * 1e6 / messages);
        sample.put("memoryServer", children.get(0).memory());
        if (children.size() > 1) {
            sample.put("cpuClient", after.childSince(before, 1) * 1e6 / messages);
            sample.put("memoryClient", children.get(1).memory());
        }
        sample.put("foreign", after.foreignSince(before));
        return sample;
    }

    @Override
    public void close() {
        for (int i = children.size() - 1; i >= 0; i--) {
            children.get(i).close();
        }
    }
}
