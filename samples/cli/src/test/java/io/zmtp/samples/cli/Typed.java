package io.zmtp.samples.cli;

import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Standard input that somebody types. */
final class Typed extends InputStream {

    private static final byte[] END = {};

    private final BlockingQueue<byte[]> typed = new LinkedBlockingQueue<>();
    private final AtomicLong read = new AtomicLong();
    private byte[] now = {};
    private int at;
    private boolean ended;

    void type(byte[] octets) {
        if (octets.length > 0) {
            typed.add(octets);
        }
    }

    void end() {
        typed.add(END);
    }

    /** How many octets were taken. */
    long taken() {
        return read.get();
    }

    @Override
    public int read(byte[] into, int from, int length) {
        try {
            if (at == now.length && !ended) {
                now = typed.take();
                at = 0;
                ended = now == END;
            }
        } catch (InterruptedException e) {
            ended = true;
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, now.length - at);
        System.arraycopy(now, at, into, from, count);
        at += count;
        read.addAndGet(count);
        return count;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
