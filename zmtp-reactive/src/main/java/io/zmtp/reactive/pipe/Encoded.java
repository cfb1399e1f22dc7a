package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.Frame;
import java.nio.ByteBuffer;

/**
 * Messages that are encoded already.
 *
 * @param wire where they are
 * @param from the first octet
 * @param to the end, exclusive
 * @param messages how many they are
 */
public record Encoded(Bytes wire, int from, int to, int messages) {

    /** All there is; counts the messages. */
    public static Encoded of(Bytes wire) {
        int messages = 0;
        boolean whole = true;
        ByteBuffer in = wire.asByteBuffer();
        while (in.remaining() >= 2) {
            int flags = in.get();
            long size = (flags & Frame.LONG) == 0 ? in.get() & 0xff : in.remaining() < 8 ? -1 : in.getLong();
            if (size < 0 || size > in.remaining() || (flags & Frame.COMMAND) != 0) {
                break;
            }
            in.position(in.position() + (int) size);
            whole = (flags & Frame.MORE) == 0;
            messages += whole ? 1 : 0;
        }
        if (!whole || in.hasRemaining() || messages == 0) {
            throw new IllegalArgumentException("expected whole messages as FrameEncoder.encode makes them, but these "
                    + wire.size() + " octets end elsewhere, or hold a command");
        }
        return new Encoded(wire, 0, wire.size(), messages);
    }

    /** How many octets they are. */
    public int size() {
        return to - from;
    }
}
