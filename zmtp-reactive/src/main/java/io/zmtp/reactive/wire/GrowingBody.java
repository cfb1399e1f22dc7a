package io.zmtp.reactive.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The body of a large frame while it comes. Its array grows with what has come, not with the declared size: it is at most
 * twice as large as what has come, so a peer that announces gigabytes gets 4 KiB. Up to the size of a frame that has
 * come whole from the same peer, within a limit, the array is made at once: peers that send large frames would be copied
 * again and again otherwise.
 */
final class GrowingBody {
    /** The body of no frame. */
    static final GrowingBody NONE = new GrowingBody(0, 0, 0, new byte[0], 0, 0);

    /** The most octets that are allocated because a peer has sent so many before: a 32nd of the heap. */
    static final int MAX_TRUSTED_SIZE = (int) Math.min(Runtime.getRuntime().maxMemory() / 32, Integer.MAX_VALUE);

    private static final int FIRST_CAPACITY = 4096;
    private static final int GROWTH_FACTOR = 2;

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
        long most =
                Math.max(Math.max(FIRST_CAPACITY, Math.min(trusted, MAX_TRUSTED_SIZE)), GROWTH_FACTOR * (long) come);
        return declared <= most ? declared : Math.max(FIRST_CAPACITY, GROWTH_FACTOR * come);
    }

    /** Takes what is missing, or all there is. Returns whether the body is complete. */
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
