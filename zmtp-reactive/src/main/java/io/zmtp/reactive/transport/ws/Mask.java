package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** What a client's frames are masked with, so that no page can have a browser send octets of its choice (RFC 6455, 5.3). */
final class Mask {

    /** The size of a key. */
    static final int SIZE = 4;

    /** From so many octets on, the way by an array is the shorter one. */
    private static final int LARGE = 128;

    private static final FastThreadLocal<long[]> WORDS = new FastThreadLocal<>() {
        @Override
        protected long[] initialValue() {
            return new long[1024];
        }
    };

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
        int at = length < LARGE ? 0 : copyWords(from, first, to, target, length / Long.BYTES, twice);
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            to.putLong(target + at, from.getLong(first + at) ^ twice);
        }
        for (int rest = key; at < length; at++, rest = next(rest, 1)) {
            to.put(target + at, (byte) (from.get(first + at) ^ (rest >>> 24)));
        }
    }

    /** Masks by way of an array, as the JIT compiler has vectors for arrays only; how many octets that were. */
    private static int copyWords(ByteBuffer from, int first, ByteBuffer to, int target, int count, long key) {
        LongBuffer source = words(from, first, count);
        LongBuffer masked = words(to, target, count);
        long mask = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? key : Long.reverseBytes(key);
        long[] words = WORDS.get();
        while (source.hasRemaining()) {
            int length = Math.min(words.length, source.remaining());
            source.get(words, 0, length);
            for (int i = 0; i < length; i++) {
                words[i] ^= mask;
            }
            masked.put(words, 0, length);
        }
        return count * Long.BYTES;
    }

    private static LongBuffer words(ByteBuffer memory, int from, int count) {
        return memory.slice(from, count * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    private static ByteBuffer memory(ByteBuf buffer, int from, int length) {
        return buffer.nioBufferCount() == 1 ? buffer.internalNioBuffer(from, length) : buffer.nioBuffer(from, length);
    }

    /** The key for what is so many octets further on. */
    static int next(int key, int octets) {
        return Integer.rotateLeft(key, Byte.SIZE * (octets % SIZE));
    }
}
