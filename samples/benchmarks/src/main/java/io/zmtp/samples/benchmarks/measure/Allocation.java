package io.zmtp.samples.benchmarks.measure;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What all threads that live have allocated on the heap. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    public static long total() {
        long sum = 0;
        for (long octets : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, octets);
        }
        return sum;
    }

    public static void report(String who, long octets, long messages) {
        System.err.printf(
                Locale.ROOT, "ALLOC %s %.1f octets a message%n", who, (double) octets / Math.max(1, messages));
    }
}
