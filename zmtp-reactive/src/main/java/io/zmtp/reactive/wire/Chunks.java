package io.zmtp.reactive.wire;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Arrays for what is read from the network, kept in a small pool that all connections share.
 *
 * <p>An array has one owner at a time: who took it, or who was given it since. The owner may hand it back, once, and
 * must not touch it after that; or keep it, or drop it, in which case the garbage collector has it. Handing an array
 * back twice would give it to two connections. Any thread may call; none waits.
 *
 * @since 0.1
 */
public final class Chunks {
    /** The length of a pooled array: what is carried over from the last read, and 64 KiB of this one. */
    static final int POOLED = (64 << 10) + (2 << 10);

    /** Up to here a fresh array is cheaper than one of the pool is large. */
    static final int SMALL = 4096;

    private static final int KEPT = 64;

    private static final AtomicReferenceArray<byte @Nullable []> POOL = new AtomicReferenceArray<>(KEPT);

    private Chunks() {}

    /**
     * Takes an array.
     *
     * @param size the octets it must have room for
     * @return an array of exactly that length if that is at most 4,096 or more than 67,584, else one of 67,584; its
     *     content is not defined
     */
    public static byte[] take(int size) {
        if (size <= SMALL || size > POOLED) {
            return new byte[size];
        }
        // Always from the lowest slot on, so that the arrays used last, still in a cache, are used first.
        for (int slot = 0; slot < KEPT; slot++) {
            byte[] chunk = POOL.getPlain(slot);
            if (chunk != null && POOL.compareAndSet(slot, chunk, null)) {
                return chunk;
            }
        }
        return new byte[POOLED];
    }

    /**
     * Hands an array back. Only those of the pool's length are kept, and at most 64 of them.
     *
     * @param chunk the array, which now belongs to the pool
     */
    public static void recycle(byte[] chunk) {
        if (chunk.length != POOLED) {
            return;
        }
        for (int slot = 0; slot < KEPT; slot++) {
            if (POOL.getPlain(slot) == null && POOL.compareAndSet(slot, null, chunk)) {
                return;
            }
        }
    }
}
