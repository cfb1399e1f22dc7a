package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns messages into the octets of their frames (RFC 37, Framing). Any thread may call.
 *
 * @since 0.1
 */
public final class FrameEncoder {
    /** Eight octets of an array, big-endian. */
    static final VarHandle SIZE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FrameEncoder() {}

    /**
     * Computes the octets of a message on the wire.
     *
     * @param message the message
     * @return the octets of all its frames, headers included
     */
    public static long size(Message message) {
        long size = 0;
        for (int index = 0, count = message.size(); index < count; index++) {
            int body = message.part(index).size();
            size += headerSize(body) + (long) body;
        }
        return size;
    }

    /**
     * Computes the octets of a header as we send it.
     *
     * @param body the octets of the body
     * @return 2 up to {@value Frame#MAX_SHORT} octets of body, 9 above
     */
    public static int headerSize(long body) {
        return body <= Frame.MAX_SHORT ? Frame.SHORT_HEADER : Frame.LONG_HEADER;
    }

    /**
     * Writes a header.
     *
     * @param target the array to write into
     * @param at where
     * @param flags the flags; LONG is added where the size needs it, and kept where it does not
     * @param size the octets of the body
     * @return the position behind the header
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static int header(byte[] target, int at, int flags, long size) {
        if (size <= Frame.MAX_SHORT && (flags & Frame.LONG) == 0) {
            target[at] = (byte) flags;
            target[at + 1] = (byte) size;
            return at + Frame.SHORT_HEADER;
        }
        target[at] = (byte) (flags | Frame.LONG);
        SIZE.set(target, at + 1, size);
        return at + Frame.LONG_HEADER;
    }

    /**
     * Encodes a message once, to send it to many.
     *
     * @param message the message
     * @return all its frames
     * @throws IllegalArgumentException if it does not fit into one array
     */
    public static Bytes encode(Message message) {
        long size = size(message);
        if (size > Limits.MAX_FRAME) {
            throw new IllegalArgumentException("message: expected at most " + Limits.MAX_FRAME
                    + " octets on the wire, which fit into one array, but there are " + size);
        }
        byte[] octets = new byte[(int) size];
        write(message, octets, 0);
        return Bytes.wrap(octets);
    }

    /**
     * Writes all frames of a message.
     *
     * @param message the message
     * @param target the array to write into
     * @param at where
     * @return the position behind the last frame
     * @throws IndexOutOfBoundsException if they do not fit: {@link #size} is what they need
     */
    public static int write(Message message, byte[] target, int at) {
        int position = at;
        for (int index = 0, last = message.size() - 1; index <= last; index++) {
            Bytes part = message.part(index);
            int size = part.size();
            position = header(target, position, index < last ? Frame.MORE : 0, size);
            part.copyTo(0, target, position, size);
            position += size;
        }
        return position;
    }
}
