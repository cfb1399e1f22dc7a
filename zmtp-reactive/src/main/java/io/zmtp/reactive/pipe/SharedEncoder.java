package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.FrameEncoder;

/**
 * Encodes messages for many pipes, one behind the other: a pipe that gets them all holds them as one range of an array
 * that all pipes share. Internal. One thread at a time.
 */
public final class SharedEncoder {

    /** A larger message has octets of its own: it costs more to copy than to hold. */
    public static final int INLINE = 2048;

    /** The largest array that messages share; about what one write carries. */
    public static final int CAPACITY = 60 * 1024;

    private static final int FIRST = 4096;
    private static final int GROWTH = 4;

    private byte[] array = new byte[0];
    private Bytes wire = Bytes.EMPTY;
    private int end;

    /** One that has no array yet. */
    public SharedEncoder() {}

    /** Encodes a message; what a pipe takes in its place. */
    public Encoded encode(Message message) {
        long size = FrameEncoder.size(message);
        if (size > INLINE) {
            Bytes octets = FrameEncoder.encode(message);
            return new Encoded(octets, 0, octets.size(), 1);
        }
        if (size > array.length - end) {
            array = new byte[Math.min(Math.max(FIRST, GROWTH * array.length), CAPACITY)];
            wire = Bytes.wrap(array); // which changes only behind what was given away
            end = 0;
        }
        int from = end;
        end = FrameEncoder.write(message, array, from);
        return new Encoded(wire, from, end, 1);
    }
}
