package io.zmtp.samples.benchmarks;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.zmtp.samples.benchmarks.plot.Svg;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a process holds over time: printed, and in {@code soak.csv} and {@code soak.svg}, which are whole after each
 * sample. The heap is what is left after a collection.
 */
final class SoakLog implements AutoCloseable {

    private static final List<String> NAMES = List.of(
            "seconds",
            "heap MiB",
            "direct MiB",
            "descriptors",
            "threads",
            "peers",
            "visitors",
            "pushed",
            "published",
            "answered");

    /** Those that are to stay where they are. */
    private static final int PLOTTED = 6;

    private static final int WIDTH = 800;
    private static final int HEIGHT = 120;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Path folder;
    private final Supplier<List<Long>> work;
    private final LongSupplier visitors;
    private final PrintWriter csv;
    private final List<double[]> samples = new ArrayList<>();
    private final long began = System.nanoTime();

    SoakLog(Path folder, Supplier<List<Long>> work, LongSupplier visitors) {
        this.folder = folder;
        this.work = work;
        this.visitors = visitors;
        try {
            Files.createDirectories(folder);
            this.csv = new PrintWriter(Files.newBufferedWriter(folder.resolve("soak.csv")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        csv.println(String.join(",", NAMES));
    }

    void sample(long peers) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        List<Long> done = work.get();
        double[] sample = {
            (System.nanoTime() - began) / 1e9,
            (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0,
            ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory() / 1048576.0,
            descriptors(),
            ManagementFactory.getThreadMXBean().getThreadCount(),
            peers,
            visitors.getAsLong(),
            done.get(0),
            done.get(1),
            done.get(2)
        };
        samples.add(sample);
        String[] shown = Arrays.stream(sample)
                .mapToObj(value -> String.format(Locale.ROOT, value % 1 == 0 ? "%.0f" : "%.1f", value))
                .toArray(String[]::new);
        csv.println(String.join(",", shown));
        csv.flush();
        StringBuilder line = new StringBuilder("SOAK");
        for (int i = 0; i < shown.length; i++) {
            line.append(' ').append(NAMES.get(i).replace(' ', '-')).append('=').append(shown[i]);
        }
        System.out.println(line);
        plot();
    }

    private static double descriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One curve below the other, each from zero to its own maximum. */
    private void plot() {
        Svg svg = new Svg(WIDTH, (PLOTTED - 1) * HEIGHT);
        double last = Math.max(1, samples.get(samples.size() - 1)[0]);
        for (int curve = 1; curve < PLOTTED; curve++) {
            int index = curve;
            double most = Math.max(
                    1, samples.stream().mapToDouble(each -> each[index]).max().orElse(1));
            int bottom = curve * HEIGHT - 10;
            svg.text(
                    4,
                    bottom - HEIGHT + 25,
                    "start",
                    String.format(Locale.ROOT, "%s, at most %.1f in %.0f s", NAMES.get(index), most, last));
            svg.curve(
                    Svg.colour(0),
                    samples.stream()
                            .map(each ->
                                    new double[] {each[0] / last * WIDTH, bottom - each[index] / most * (HEIGHT - 40)})
                            .toList());
            svg.line(0, bottom, WIDTH, bottom);
        }
        svg.write(folder.resolve("soak.svg"));
    }

    @Override
    public void close() {
        csv.close();
    }
}
