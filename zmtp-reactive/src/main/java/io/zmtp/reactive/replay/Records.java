package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameCursor;
import io.zmtp.reactive.wire.FrameEncoder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through records, one behind the other in an array: the size of the frames in four octets, the number in eight, and the
 * frames of a message as they would be on the wire (RFC 37, Framing), or none. For one thread at a time. What a
 * peer sent is checked.
 */
final class Records {

    /** The octets of a record before its frames. */
    static final int HEADER = Integer.BYTES + Long.BYTES;

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] octets;
    private final int end;
    private int from;
    private int to;
    private long number;

    /**
     * Makes one before the first record.
     *
     * @param octets the array, which is not changed
     * @param end where the last record ends
     */
    Records(byte[] octets, int end) {
        this.octets = octets;
        this.end = end;
    }

    static Records of(Bytes records) {
        return new Records(records.toByteArray(), records.size());
    }

    /**
     * Those of a page.
     *
     * @param most how many octets the page may have, if there is more than one record
     * @throws ZmtpProtocolException if there are more
     */
    static Records of(Bytes records, int most) {
        Records all = of(records);
        if (records.size() > most && all.next() && all.to < all.end) {
            throw wrong("at most " + most + " octets of records", "there are " + records.size());
        }
        return new Records(all.octets, all.end);
    }

    /** Writes one; returns the position behind it. */
    static int write(long number, Message message, int size, byte[] target, int at) {
        int frames = header(number, size, target, at);
        return FrameEncoder.write(message, target, frames);
    }

    static int header(long number, int size, byte[] target, int at) {
        INT.set(target, at, size);
        LONG.set(target, at + Integer.BYTES, number);
        return at + HEADER;
    }

    /**
     * Goes to the next one.
     *
     * @return whether there is one
     * @throws ZmtpProtocolException if it is cut off
     */
    boolean next() {
        if (to == end) {
            return false;
        }
        int size = end - to < HEADER ? -1 : (int) INT.get(octets, to);
        if (size < 0 || size > end - to - HEADER) {
            throw wrong("a whole record", (end - to) + " octets are left");
        }
        number = (long) LONG.get(octets, to + Integer.BYTES);
        from = to + HEADER;
        to = from + size;
        return true;
    }

    long number() {
        return number;
    }

    /** Where the frames begin. */
    int from() {
        return from;
    }

    /** Where they end. */
    int to() {
        return to;
    }

    /** Whether there is the number only. */
    boolean isBare() {
        return from == to;
    }

    /**
     * The message.
     *
     * @throws ZmtpProtocolException if it is none
     */
    Message message(@Nullable Peer peer) {
        List<Bytes> parts = new ArrayList<>(2);
        int at = from;
        boolean more = true;
        while (more) {
            int flags = at < to ? octets[at] : -1;
            int header = FrameEncoder.headerSize((flags & Frame.LONG) == 0 ? 0 : Long.MAX_VALUE);
            if (at >= to || (flags & ~(Frame.LONG | Frame.MORE)) != 0 || to - at < header) {
                throw wrong("a message in record " + number, "its frames are broken");
            }
            long size = FrameCursor.size(octets, at);
            if (size < 0 || size > to - at - header) {
                throw wrong("a message in record " + number, "a frame of it has " + size + " octets");
            }
            at += header;
            parts.add(Bytes.copyOf(octets, at, at + (int) size));
            at += (int) size;
            more = (flags & Frame.MORE) != 0;
        }
        if (at != to) {
            throw wrong("one message in record " + number, (to - at) + " octets follow it");
        }
        return Message.received(parts, peer);
    }

    private static ZmtpProtocolException wrong(String expected, String came) {
        return new ZmtpProtocolException("replay: expected " + expected + ", but " + came, Wire.PROPERTY);
    }
}
