package io.zmtp.reactive.wire;

/**
 * Goes through whole frames, one behind the other in an array, that {@link FrameEncoder} wrote or a decoder checked. For
 * one thread at a time; it allocates nothing. Internal.
 */
public final class FrameCursor {
    private final byte[] wire;
    private final int end;
    private int from;
    private int to;
    private int flags;

    /**
     * Makes one before the first frame.
     *
     * @param wire the array they are in
     * @param from the first octet of the first header
     * @param to the end of the last frame, exclusive
     */
    public FrameCursor(byte[] wire, int from, int to) {
        this.wire = wire;
        this.to = from;
        this.end = to;
    }

    /**
     * Goes to the next frame.
     *
     * @return whether there is one
     */
    public boolean next() {
        if (to == end) {
            return false;
        }
        flags = wire[to];
        from = to + Frame.headerSize(flags);
        to = from + (int) size(wire, to);
        return true;
    }

    /** The size in the header at a place, which must be complete. */
    public static long size(byte[] wire, int at) {
        return (wire[at] & Frame.LONG) == 0 ? wire[at + 1] & 0xff : (long) FrameEncoder.SIZE.get(wire, at + 1);
    }

    /** {@return the flags of the frame, LONG among them} */
    public int flags() {
        return flags;
    }

    /** {@return where its body starts} */
    public int from() {
        return from;
    }

    /** {@return where its body ends, exclusive} */
    public int to() {
        return to;
    }
}
