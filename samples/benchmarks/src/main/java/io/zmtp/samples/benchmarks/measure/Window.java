package io.zmtp.samples.benchmarks.measure;

import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.stream.IntStream;

/**
 * Counts the messages of one thread, and reports those of a window that opens after a warm-up: {@code START}, then
 * {@code RESULT} with the messages, the seconds, and the octets that the process has allocated for each message; and of
 * several peers, how many messages the one with the fewest has for each of the one with the most, {@code fair}.
 */
public final class Window {
    /** The clock is read once in so many octets, and in at most {@link #MAX_MESSAGES} messages. */
    private static final int OCTETS = 64 * 1024;

    private static final int MAX_MESSAGES = 256;

    private final long warm;
    private final long length;
    private final int step;
    private long count;
    private long nextLook;
    private long began;
    private long opened;
    private long countAtOpening;
    private long allocatedAtOpening;
    private State state = State.WAITING;
    private long[] shares = {};
    private long[] sharesAtOpening = {};

    private enum State {
        WAITING,
        WARMING,
        OPEN,
        CLOSED
    }

    /** A window that reads the clock about once in 64 KiB. */
    public Window(Settings settings) {
        this(settings, Math.max(1, Math.min(MAX_MESSAGES, OCTETS / Math.max(1, settings.size()))));
    }

    /** A window that reads the clock every so many messages. */
    public Window(Settings settings, int step) {
        warm = settings.warm().toNanos();
        length = settings.window().toNanos();
        this.step = step;
        nextLook = step;
    }

    /** Counts for so many peers, each of its own, too. */
    public Window among(int peers) {
        shares = new long[peers];
        return this;
    }

    /** Counts one message of a peer, by its number. */
    public void countFor(int peer) {
        shares[peer]++;
        count();
    }

    /** Counts one message. */
    public void count() {
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
        allocatedAtOpening = Allocation.total();
        countAtOpening = count;
        sharesAtOpening = shares.clone();
        opened = System.nanoTime();
        state = State.OPEN;
        System.out.println("START");
    }

    private void close(long now) {
        state = State.CLOSED;
        long messages = count - countAtOpening;
        System.out.printf(
                Locale.ROOT,
                "RESULT n=%d s=%.6f alloc=%.1f%s%n",
                messages,
                (now - opened) / 1e9,
                (double) (Allocation.total() - allocatedAtOpening) / Math.max(1, messages),
                shares.length < 2 ? "" : " fair=%.4f".formatted(fairness()));
    }

    private double fairness() {
        LongSummaryStatistics each = IntStream.range(0, shares.length)
                .mapToLong(peer -> shares[peer] - sharesAtOpening[peer])
                .summaryStatistics();
        return (double) each.getMin() / Math.max(1, each.getMax());
    }
}
