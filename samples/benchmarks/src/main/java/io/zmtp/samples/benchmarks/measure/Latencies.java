package io.zmtp.samples.benchmarks.measure;

import java.util.Arrays;
import java.util.Locale;

/** The times that one thread records (another one may ask whether it is done), and those of a window that opens after a warm-up as quantiles. */
public final class Latencies {
    private static final int MOST = 8 << 20;

    private final long warm;
    private final long length;
    private final long[] times = new long[MOST];
    private volatile long began = System.nanoTime();
    private long opened;
    private int count;
    private volatile boolean done;

    /** Begins the warm-up. */
    public Latencies(Settings settings) {
        warm = settings.warm().toNanos();
        length = settings.window().toNanos();
    }

    /** Begins the warm-up anew: what came before was not the work to be measured yet. */
    public void restart() {
        began = System.nanoTime();
    }

    /** Records one time, in the clock of {@link System#nanoTime}. */
    public void record(long from, long to) {
        if (done) {
            return;
        }
        if (opened == 0) {
            if (to - began >= warm) {
                opened = to;
                System.out.println("START");
            }
            return;
        }
        if (count < MOST) {
            times[count++] = to - from;
        }
        if (to - opened >= length) {
            done = true;
            report((to - opened) / 1e9);
        }
    }

    /** Whether the window is over. */
    public boolean isDone() {
        return done;
    }

    private void report(double seconds) {
        Arrays.sort(times, 0, count);
        System.out.printf(
                Locale.ROOT,
                "RESULT n=%d s=%.6f p50us=%.2f p90us=%.2f p99us=%.2f p999us=%.2f maxus=%.2f%n",
                count,
                seconds,
                quantile(0.5),
                quantile(0.9),
                quantile(0.99),
                quantile(0.999),
                times[count - 1] / 1e3);
    }

    private double quantile(double share) {
        return times[(int) (count * share)] / 1e3;
    }
}
