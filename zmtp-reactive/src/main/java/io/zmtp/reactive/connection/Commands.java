package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.pipe.CommandWriter;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the socket has to say of messages that came or went, encoded, until the event loop takes it. */
final class Commands implements CommandWriter {

    /** Reading stops above so many octets: a peer that makes us say so much reads nothing itself. */
    static final int MOST = 4 * 1024 * 1024;

    private static final int FIRST_CAPACITY = 256;

    private final Runnable wake;
    private final Consumer<Bytes> pinging;
    private byte[] waiting = new byte[0];
    private boolean closed;
    /** Changed under the lock, looked at without. */
    private volatile int length;

    /** Commands that were taken, to be written now. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not kept
    record Block(byte[] frames, int length) {}

    /**
     * Makes one in which nothing waits.
     *
     * @param wake has the event loop come and take
     * @param pinging sends a PING with a context behind what waits here
     */
    Commands(Runnable wake, Consumer<Bytes> pinging) {
        this.wake = wake;
        this.pinging = pinging;
    }

    @Override
    public void write(byte[] frames, int size) {
        boolean wakes;
        synchronized (this) {
            if (closed) {
                return;
            }
            wakes = length == 0;
            if (length + size > waiting.length) {
                waiting = Arrays.copyOf(waiting, Math.max(FIRST_CAPACITY, 2 * (length + size)));
            }
            System.arraycopy(frames, 0, waiting, length, size);
            length += size;
        }
        if (wakes) {
            wake.run();
        }
    }

    @Override
    public void ping(Bytes context) {
        pinging.accept(context);
    }

    boolean isWaiting() {
        return length != 0;
    }

    /** How many octets wait. */
    int size() {
        return length;
    }

    /** Takes all that waits; null for nothing. */
    synchronized @Nullable Block take() {
        if (length == 0) {
            return null;
        }
        Block taken = new Block(waiting, length);
        waiting = new byte[Math.min(waiting.length, FIRST_CAPACITY)];
        length = 0;
        return taken;
    }

    /** Nothing is written any more. */
    synchronized void close() {
        closed = true;
        length = 0;
        waiting = new byte[0];
    }
}
