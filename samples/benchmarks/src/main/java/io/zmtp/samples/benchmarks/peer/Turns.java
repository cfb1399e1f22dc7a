package io.zmtp.samples.benchmarks.peer;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.zmtp.reactive.transport.Loops;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Tells each second how long each event loop was busy at a stretch at most, in processor time: so long its other
 * connections were held up. What the operating system does with the processor meanwhile does not count.
 */
final class Turns implements Runnable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long PAUSE_MICROS = 100;

    private final EventExecutor loop;
    private long told = System.nanoTime();
    private long before;
    private long longest;

    private Turns(EventExecutor loop) {
        this.loop = loop;
    }

    static void watch() {
        EventLoopGroup loops = Loops.SHARED.onServer(true);
        loops.forEach(loop -> loop.execute(new Turns(loop)));
    }

    @Override
    public void run() {
        long busy = THREADS.getCurrentThreadCpuTime();
        longest = Math.max(longest, before == 0 ? 0 : busy - before);
        long now = System.nanoTime();
        if (now - told >= 1_000_000_000L) {
            System.out.printf(Locale.ROOT, "TURN maxus=%.0f%n", longest / 1e3);
            told = now;
            longest = 0;
        }
        before = THREADS.getCurrentThreadCpuTime();
        loop.schedule(this, PAUSE_MICROS, TimeUnit.MICROSECONDS);
    }
}
