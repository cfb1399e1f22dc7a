package io.zmtp.reactive.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The body of a large frame while it comes. Its array grows with what has come, never by what was declared: a peer that
 * announces gigabytes gets 4 KiB.
 */
final class GrowingBody {
    /** Of no frame. */
    static final GrowingBody NONE = new GrowingBody(0, 0, new byte[0], 0, 0);

    private static final int FIRST = 4096;
    private static final int GROWTH = 4;

    /** Up to so many times what has come the whole is taken at once, lest a size just missed is copied once more for its end. */
    private static final int LEAP = 4 * GROWTH;

    private final int flags;
    private final int declared;
    private byte[] octets;
    private int filled;

    GrowingBody(int flags, int declared, byte[] source, int from, int to) {
        this.flags = flags;
        this.declared = declared;
        filled = to - from;
        octets = new byte[capacity(filled)];
        System.arraycopy(source, from, octets, 0, filled);
    }

    /** An empty one, of which {@code coming} octets are about to be filled in. */
    GrowingBody(int flags, int declared, int coming) {
        this.flags = flags;
        this.declared = declared;
        octets = new byte[capacity(coming)];
    }

    private int capacity(int come) {
        return declared <= Math.max(FIRST, LEAP * (long) come) ? declared : Math.max(FIRST, GROWTH * come);
    }

    /** Takes what is missing, or all there is; whether the body is complete. */
    boolean fill(ByteBuffer in) {
        int taken = Math.min(in.remaining(), declared - filled);
        if (taken > octets.length - filled) {
            octets = Arrays.copyOf(octets, capacity(filled + taken));
        }
        in.get(octets, filled, taken);
        filled += taken;
        return filled == declared;
    }

    int flags() {
        return flags;
    }

    int declared() {
        return declared;
    }

    int filled() {
        return filled;
    }

    int capacity() {
        return octets.length;
    }

    /** The array; it is exactly the body once that is complete. */
    byte[] octets() {
        return octets;
    }
}
