package io.zmtp.samples.benchmarks;

import java.util.Locale;

/** Counts the messages that one thread receives, and reports those of a window that opens after a warm-up. */
final class Window {
    /** The clock is read once in so many octets, and in at most {@link #MAX_MESSAGES} messages. */
    private static final int OCTETS = 64 * 1024;

    private static final int MAX_MESSAGES = 256;

    private final long warm;
    private final long length;
    private final int step;
    private final boolean countsAllocation;
    private long count;
    private long nextLook;
    private long began;
    private long opened;
    private long countAtOpening;
    private long allocatedAtOpening;
    private State state = State.WAITING;

    private enum State {
        WAITING,
        WARMING,
        OPEN,
        CLOSED
    }

    Window(Settings settings) {
        this(settings, Math.max(1, Math.min(MAX_MESSAGES, OCTETS / Math.max(1, settings.size()))));
    }

    /** One that reads the clock every so many messages. */
    Window(Settings settings, int step) {
        warm = settings.warm().toNanos();
        length = settings.window().toNanos();
        this.step = step;
        countsAllocation = settings.countsAllocation();
        nextLook = step;
    }

    /** Counts one message. */
    void count() {
        if (++count == nextLook) {
            nextLook += step;
            look();
        }
    }

    private void look() {
        long now = System.nanoTime();
        switch (state) {
            case WAITING -> {
                began = now;
                state = State.WARMING;
            }
            case WARMING -> {
                if (now - began >= warm) {
                    open();
                }
            }
            case OPEN -> {
                if (now - opened >= length) {
                    close(now);
                }
            }
            case CLOSED -> nextLook = Long.MAX_VALUE;
        }
    }

    private void open() {
        allocatedAtOpening = countsAllocation ? Allocation.total() : 0;
        countAtOpening = count;
        opened = System.nanoTime();
        state = State.OPEN;
        System.out.println("START");
    }

    private void close(long now) {
        state = State.CLOSED;
        long messages = count - countAtOpening;
        System.out.printf(Locale.ROOT, "RESULT n=%d s=%.6f%n", messages, (now - opened) / 1e9);
        if (countsAllocation) {
            Allocation.report("pull", Allocation.total() - allocatedAtOpening, messages);
        }
    }
}
