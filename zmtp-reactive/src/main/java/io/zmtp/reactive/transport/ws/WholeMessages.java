package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.nio.ByteBuffer;

/**
 * Reads messages of one WebSocket frame that have come as a whole, as most have, from memory to memory. What else there
 * is, right or wrong, {@link FrameReader} reads octet by octet.
 */
final class WholeMessages {

    private WholeMessages() {}

    /**
     * Takes messages up to the first that is not of that kind. Only between two frames, and two messages.
     *
     * @param in where a frame begins
     * @param out gets the octets of ZMTP, as far as it has room
     * @param fromClient whether frames are masked
     */
    static void read(ByteBuf in, ByteBuf out, boolean fromClient) {
        if (in.nioBufferCount() != 1 || out.nioBufferCount() != 1) {
            return;
        }
        ByteBuffer source = in.internalNioBuffer(in.readerIndex(), in.readableBytes());
        ByteBuffer target = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
        int maskSize = fromClient ? Mask.SIZE : 0;
        int expected = fromClient ? FrameReader.MASKED : 0;
        int from = source.position();
        int to = target.position();
        while (source.limit() - from > 2 + maskSize) {
            int second = source.get(from + 1) & 0xff;
            int size = second & FrameReader.LENGTH_64;
            int at = from + 2;
            if (source.get(from) != (byte) (FrameReader.FIN | FrameReader.BINARY)
                    || (second & FrameReader.MASKED) != expected
                    || size == 0
                    || size == FrameReader.LENGTH_64) {
                break;
            }
            if (size == FrameReader.LENGTH_16) {
                if (source.limit() - at < 2) {
                    break;
                }
                size = source.getShort(at) & 0xffff;
                at += 2;
                if (size <= FrameReader.MAX_CONTROL) {
                    break;
                }
            }
            if (source.limit() - at < maskSize + size
                    || target.limit() - to < FrameEncoder.headerSize(size - 1L) + size - 1) {
                break;
            }
            int mask = fromClient ? source.getInt(at) : 0;
            at += maskSize;
            int flags = (source.get(at) ^ (mask >>> 24)) & 0xff;
            if (flags > FrameReader.MORE) {
                break;
            }
            to = open(target, to, flags, size - 1);
            Mask.copy(source, at + 1, target, to, size - 1, Mask.next(mask, 1));
            to += size - 1;
            from = at + size;
        }
        in.skipBytes(from - source.position());
        out.writerIndex(out.writerIndex() + to - target.position());
    }

    /** Writes ZMTP's header; where it ends. */
    private static int open(ByteBuffer target, int at, int flags, int size) {
        if (FrameEncoder.headerSize(size) == 2) {
            target.put(at, (byte) flags).put(at + 1, (byte) size);
            return at + 2;
        }
        target.put(at, (byte) (flags | Frame.LONG)).putLong(at + 1, size);
        return at + 1 + Long.BYTES;
    }
}
