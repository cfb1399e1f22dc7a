package io.zmtp.reactive.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The body of a large frame while it comes. Its array grows with what has come, never by what was declared: it is at most
 * twice as large, so that a peer that announces gigabytes gets 4 KiB. Only up to the size of a frame that did come from
 * the same peer it is made at once, within limits, lest those who send large ones be copied again and again.
 */
final class GrowingBody {
    /** Of no frame. */
    static final GrowingBody NONE = new GrowingBody(0, 0, 0, new byte[0], 0, 0);

    /** So much is trusted to come at most: a 32nd of the heap. */
    static final int MOST_TRUSTED = (int) Math.min(Runtime.getRuntime().maxMemory() / 32, Integer.MAX_VALUE);

    private static final int FIRST = 4096;
    private static final int GROWTH = 2;

    private final int flags;
    private final int declared;
    private final int trusted;
    private byte[] octets;
    private int filled;

    /**
     * Begins one with what has come.
     *
     * @param trusted the size of the largest one that came from the same peer
     */
    GrowingBody(int flags, int declared, int trusted, byte[] source, int from, int to) {
        this.flags = flags;
        this.declared = declared;
        this.trusted = trusted;
        filled = to - from;
        octets = new byte[capacity(filled)];
        System.arraycopy(source, from, octets, 0, filled);
    }

    /** An empty one, of which {@code coming} octets are about to be filled in. */
    GrowingBody(int flags, int declared, int trusted, int coming) {
        this.flags = flags;
        this.declared = declared;
        this.trusted = trusted;
        octets = new byte[capacity(coming)];
    }

    private int capacity(int come) {
        long most = Math.max(Math.max(FIRST, Math.min(trusted, MOST_TRUSTED)), GROWTH * (long) come);
        return declared <= most ? declared : Math.max(FIRST, GROWTH * come);
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

    /** The array; it is exactly the body once that is complete. */
    byte[] octets() {
        return octets;
    }
}
