package io.zmtp.reactive.pipe;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.concurrent.Queues;

/**
 * The events of one pipe, one at a time and in order, by whichever thread brings one: what an event loop is to other
 * transports. An event that comes while another one runs is left to the thread that runs it, so that sockets which
 * answer each other on one thread do not fill its stack.
 */
final class SerialDrain {

    /** So deep may pipes run in each other, as they do in a chain of sockets; then one goes after the other. */
    private static final int MAX_DEPTH = 16;

    private static final ThreadLocal<Depth> DEPTH = ThreadLocal.withInitial(Depth::new);

    private static final class Depth {
        int running;
        final ArrayDeque<SerialDrain> later = new ArrayDeque<>(0);
    }

    private final Runnable onReadable;
    private final Runnable onWritable;
    private final Queue<Runnable> steps =
            Queues.<Runnable>unboundedMultiproducer().get();
    private volatile boolean readable;
    private volatile boolean writable;

    /** Held until it is started. */
    private final AtomicInteger wip = new AtomicInteger(1);

    SerialDrain(Runnable onReadable, Runnable onWritable) {
        this.onReadable = onReadable;
        this.onWritable = onWritable;
    }

    /** Begins with what has come meanwhile. */
    void start() {
        drain();
    }

    /** Something came; however often this is called, one event follows. */
    void readable() {
        readable = true;
        run();
    }

    /** There is room; however often this is called, one event follows. */
    void writable() {
        writable = true;
        run();
    }

    /** Has a step in the life of the pipe wait for {@link #run()}; it comes before events that are reported after it. */
    void add(Runnable step) {
        steps.offer(step);
    }

    void run() {
        if (wip.getAndIncrement() == 0) {
            drain();
        }
    }

    private void drain() {
        Depth depth = DEPTH.get();
        if (depth.running == MAX_DEPTH) {
            depth.later.add(this);
            return;
        }
        depth.running++;
        try {
            drainNow();
        } finally {
            depth.running--;
        }
        if (depth.running == 0) {
            for (SerialDrain next; (next = depth.later.poll()) != null; ) {
                depth.running++;
                next.drainNow();
                depth.running--;
            }
        }
    }

    private void drainNow() {
        int missed = wip.get();
        do {
            // Read before the steps: what made it readable may have come after one of them, never before.
            boolean reads = readable;
            boolean writes = writable;
            for (Runnable step; (step = steps.poll()) != null; ) {
                Shield.run(step);
            }
            if (reads) {
                readable = false;
                Shield.run(onReadable);
            }
            if (writes) {
                writable = false;
                Shield.run(onWritable);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }
}
