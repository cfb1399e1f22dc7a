package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** What a client's frames are masked with, so that no page can have a browser send octets of its choice (RFC 6455, 5.3). */
final class Mask {

    /** The size of a key. */
    static final int SIZE = 4;

    private Mask() {}

    /**
     * Masks octets, or unmasks them, which is the same.
     *
     * @param from read, and moved on
     * @param to written to
     * @param length how many
     * @param key for the first of them; 0 copies only
     * @return the key for the octets behind them
     */
    static int copy(ByteBuf from, ByteBuf to, int length, int key) {
        if (key == 0) {
            to.writeBytes(from, length);
            return 0;
        }
        to.ensureWritable(length);
        ByteBuffer source = memory(from, from.readerIndex(), length);
        ByteBuffer target = memory(to, to.writerIndex(), length);
        copy(source, source.position(), target, target.position(), length, key);
        from.skipBytes(length);
        to.writerIndex(to.writerIndex() + length);
        return next(key, length);
    }

    /** As above, in the memory below: a ByteBuf checks each access. */
    static void copy(ByteBuffer from, int first, ByteBuffer to, int target, int length, int key) {
        if (key == 0) {
            to.put(target, from, first, length);
            return;
        }
        long twice = (long) key << Integer.SIZE | (key & 0xffff_ffffL);
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            to.putLong(target + at, from.getLong(first + at) ^ twice);
        }
        for (int rest = key; at < length; at++, rest = next(rest, 1)) {
            to.put(target + at, (byte) (from.get(first + at) ^ (rest >>> 24)));
        }
    }

    private static ByteBuffer memory(ByteBuf buffer, int from, int length) {
        return buffer.nioBufferCount() == 1 ? buffer.internalNioBuffer(from, length) : buffer.nioBuffer(from, length);
    }

    /** The key for what is so many octets further on. */
    static int next(int key, int octets) {
        return Integer.rotateLeft(key, Byte.SIZE * (octets % SIZE));
    }
}
