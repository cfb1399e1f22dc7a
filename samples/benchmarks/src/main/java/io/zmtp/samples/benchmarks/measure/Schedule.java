package io.zmtp.samples.benchmarks.measure;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/** When requests of a fixed rate are due; each carries its time, in the clock of {@link System#nanoTime}. */
public final class Schedule {
    /** A thread that is parked wakes up that late. */
    private static final long SPIN = 60_000;

    private final long gap;
    private final int size;
    private long due = System.nanoTime();

    /** Begins now, with {@code rate} requests a second of {@code size} octets. */
    public Schedule(Settings settings) {
        gap = 1_000_000_000L / settings.rate();
        size = Math.max(Long.BYTES, settings.size());
    }

    /** The time at which a request was due, from its reply. */
    public static long due(byte[] reply) {
        return ByteBuffer.wrap(reply).getLong(0);
    }

    /** Whether the next one is due. */
    public boolean isDue() {
        return System.nanoTime() >= due;
    }

    /** Waits until the next one is due. */
    public void await() {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (left > SPIN) {
                LockSupport.parkNanos(left - SPIN);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** The request that is due. */
    public byte[] next() {
        byte[] request = new byte[size];
        ByteBuffer.wrap(request).putLong(0, due);
        due += gap;
        return request;
    }
}
