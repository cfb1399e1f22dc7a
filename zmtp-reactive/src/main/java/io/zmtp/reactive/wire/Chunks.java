package io.zmtp.reactive.wire;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Arrays for what is read from the network, kept in a small pool that all connections share.
 *
 * <p>An array has one owner at a time: the caller of {@link #take}, or the one it is passed on to. The owner may hand it
 * back once, and must not touch it after that; or keep it, or drop it for the garbage collector. An array that is handed
 * back twice would be given to two connections. Any thread may call; none waits. Internal.
 */
public final class Chunks {
    /** The length of a pooled array: what is carried over from the last read, and 64 KiB of this one. */
    static final int POOLED_SIZE = (64 << 10) + (2 << 10);

    /** Up to this size a fresh array is better than one of the pool, which would hold far more memory. */
    static final int SMALL_SIZE = 4096;

    private static final int POOL_SLOTS = 64;

    private static final AtomicReferenceArray<byte @Nullable []> POOL = new AtomicReferenceArray<>(POOL_SLOTS);

    private Chunks() {}

    /**
     * Takes an array.
     *
     * @param size the octets it must have room for
     * @return an array of exactly that length if it is at most 4,096 or more than 67,584, else one of 67,584; its
     *     content is undefined
     */
    public static byte[] take(int size) {
        if (size <= SMALL_SIZE || size > POOLED_SIZE) {
            return new byte[size];
        }
        // Always from the lowest slot on, so that the arrays used last, still in a cache, are used first.
        for (int slot = 0; slot < POOL_SLOTS; slot++) {
            byte[] chunk = POOL.getPlain(slot);
            if (chunk != null && POOL.compareAndSet(slot, chunk, null)) {
                return chunk;
            }
        }
        return new byte[POOLED_SIZE];
    }

    /**
     * Hands an array back. Only those of the pool's length are kept, and at most 64 of them.
     *
     * @param chunk the array, which now belongs to the pool
     */
    public static void recycle(byte[] chunk) {
        if (chunk.length != POOLED_SIZE) {
            return;
        }
        for (int slot = 0; slot < POOL_SLOTS; slot++) {
            if (POOL.getPlain(slot) == null && POOL.compareAndSet(slot, null, chunk)) {
                return;
            }
        }
    }
}
