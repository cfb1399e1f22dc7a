package io.zmtp.samples.benchmarks.spring;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.core.env.Environment;

/**
 * Counts what any number of threads handle: {@code START} after the warm-up, which begins with the first message, and
 * {@code RESULT} after the window, with the octets that were allocated for each message.
 */
final class Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final LongAdder count = new LongAdder();
    private final CountDownLatch first = new CountDownLatch(1);

    /** Counts one. */
    void count() {
        count.increment();
        if (first.getCount() > 0) {
            first.countDown();
        }
    }

    /** What was counted until now. */
    long sum() {
        return count.sum();
    }

    /** Measures in a thread of its own; {@code warm} and {@code secs} are in seconds. */
    void start(Environment settings) {
        double warm = settings.getProperty("warm", Double.class, 4.0);
        double window = settings.getProperty("secs", Double.class, 4.0);
        Thread thread = new Thread(() -> measure(warm, window), "meter");
        thread.setDaemon(true);
        thread.start();
    }

    private void measure(double warm, double window) {
        try {
            first.await();
            sleep(warm);
            System.out.println("START");
            long messages = count.sum();
            long allocated = allocated();
            long began = System.nanoTime();
            sleep(window);
            messages = count.sum() - messages;
            System.out.printf(
                    Locale.ROOT,
                    "RESULT n=%d s=%.6f alloc=%.1f%n",
                    messages,
                    (System.nanoTime() - began) / 1e9,
                    (double) (allocated() - allocated) / Math.max(1, messages));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }

    /** By all threads that live. */
    private static long allocated() {
        long sum = 0;
        for (long octets : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, octets);
        }
        return sum;
    }
}
