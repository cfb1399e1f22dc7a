package io.zmtp.reactive.mechanism.crypto;

import static java.lang.Math.multiplyHigh;

import java.util.Arrays;

/**
 * The one-time authenticator of CURVE, in three limbs of 44, 44 and 42 bits and two blocks at a time; the tests compare
 * it with Bouncy Castle's, which takes four times as long.
 *
 * <p>A sum of products is kept as the sum of their low 64 bits (modulo 2^64) and the sum of what each has above 44 bits.
 * The latter lacks what the lower parts carry over, a number below 2^20 that the former shows: see {@link #above}.
 */
final class Poly1305 {

    private static final int BLOCK = 16;
    private static final long M44 = (1L << 44) - 1;
    private static final long M42 = (1L << 42) - 1;
    private static final long M20 = (1L << 20) - 1;
    /** The bit behind a whole block, in its third limb. */
    private static final long HIGH_BIT = 1L << 40;

    private final byte[] last = new byte[BLOCK + 1];
    private long h0;
    private long h1;
    private long h2;
    /** The tag, after {@link #compute}. */
    long tag0;

    long tag1;

    /** Computes the tag of a text under a key of four words, to be used for this text only. */
    void compute(long key0, long key1, long key2, long key3, byte[] text, int from, int to) {
        long r0 = key0 & 0xffc_0fff_ffffL;
        long r1 = ((key0 >>> 44) | (key1 << 20)) & 0xfff_ffc0_ffffL;
        long r2 = (key1 >>> 24) & 0x00f_ffff_fc0fL;
        h0 = 0;
        h1 = 0;
        h2 = 0;
        int at = from;
        if (to - at >= 4 * BLOCK) {
            at = pairs(r0, r1, r2, text, at, to);
        }
        for (; to - at >= BLOCK; at += BLOCK) {
            one(r0, r1, r2, text, at, HIGH_BIT);
        }
        if (at < to) {
            Arrays.fill(last, (byte) 0);
            System.arraycopy(text, at, last, 0, to - at);
            last[to - at] = 1;
            one(r0, r1, r2, last, 0, 0);
        }
        finish(key2, key3);
    }

    private void one(long r0, long r1, long r2, byte[] text, int at, long high) {
        long t0 = Words.getLong(text, at);
        long t1 = Words.getLong(text, at + 8);
        long a0 = h0 + (t0 & M44);
        long a1 = h1 + (((t0 >>> 44) | (t1 << 20)) & M44);
        long a2 = h2 + ((t1 >>> 24) | high);
        multiply(a0, a1, a2, r0, r1, r2);
    }

    /** {@code h = a * r}. */
    private void multiply(long a0, long a1, long a2, long r0, long r1, long r2) {
        long s1 = 20 * r1;
        long s2 = 20 * r2;
        long b0 = a0 << 10;
        long b1 = a1 << 10;
        long b2 = a2 << 10;
        reduce(
                a0 * r0 + a1 * s2 + a2 * s1,
                multiplyHigh(b0, r0 << 10) + multiplyHigh(b1, s2 << 10) + multiplyHigh(b2, s1 << 10),
                a0 * r1 + a1 * r0 + a2 * s2,
                multiplyHigh(b0, r1 << 10) + multiplyHigh(b1, r0 << 10) + multiplyHigh(b2, s2 << 10),
                a0 * r2 + a1 * r1 + a2 * r0,
                multiplyHigh(b0, r2 << 10) + multiplyHigh(b1, r1 << 10) + multiplyHigh(b2, r0 << 10));
    }

    private void reduce(long lo0, long hi0, long lo1, long hi1, long lo2, long hi2) {
        long carry = above(lo0, hi0);
        long d1 = (lo1 & M44) + carry;
        carry = above(lo1, hi1) + (d1 >>> 44);
        long d2 = (lo2 & M44) + carry;
        carry = (above(lo2, hi2) << 2) + (d2 >>> 42);
        long d0 = (lo0 & M44) + 5 * carry;
        h0 = d0 & M44;
        h1 = (d1 & M44) + (d0 >>> 44);
        h2 = d2 & M42;
    }

    /** What a sum of products has above 44 bits. */
    private static long above(long low, long high) {
        return high + (((low >>> 44) - high) & M20);
    }

    /** Takes two blocks at a time, {@code h = (h + a) * r^2 + b * r}: the two products need not wait for each other. */
    private int pairs(long r0, long r1, long r2, byte[] text, int from, int to) {
        multiply(r0, r1, r2, r0, r1, r2);
        long q0 = h0;
        long q1 = h1;
        long q2 = h2;
        long s1 = 20 * r1;
        long s2 = 20 * r2;
        long p1 = 20 * q1;
        long p2 = 20 * q2;
        long r0h = r0 << 10;
        long r1h = r1 << 10;
        long r2h = r2 << 10;
        long s1h = s1 << 10;
        long s2h = s2 << 10;
        long q0h = q0 << 10;
        long q1h = q1 << 10;
        long q2h = q2 << 10;
        long p1h = p1 << 10;
        long p2h = p2 << 10;
        long a0 = 0;
        long a1 = 0;
        long a2 = 0;
        int at = from;
        for (; to - at >= 2 * BLOCK; at += 2 * BLOCK) {
            long t0 = Words.getLong(text, at);
            long t1 = Words.getLong(text, at + 8);
            a0 += t0 & M44;
            a1 += ((t0 >>> 44) | (t1 << 20)) & M44;
            a2 += (t1 >>> 24) | HIGH_BIT;
            t0 = Words.getLong(text, at + 16);
            t1 = Words.getLong(text, at + 24);
            long b0 = t0 & M44;
            long b1 = ((t0 >>> 44) | (t1 << 20)) & M44;
            long b2 = (t1 >>> 24) | HIGH_BIT;
            long a0h = a0 << 10;
            long a1h = a1 << 10;
            long a2h = a2 << 10;
            long b0h = b0 << 10;
            long b1h = b1 << 10;
            long b2h = b2 << 10;
            long lo0 = a0 * q0 + a1 * p2 + a2 * p1 + b0 * r0 + b1 * s2 + b2 * s1;
            long hi0 = multiplyHigh(a0h, q0h)
                    + multiplyHigh(a1h, p2h)
                    + multiplyHigh(a2h, p1h)
                    + multiplyHigh(b0h, r0h)
                    + multiplyHigh(b1h, s2h)
                    + multiplyHigh(b2h, s1h);
            long lo1 = a0 * q1 + a1 * q0 + a2 * p2 + b0 * r1 + b1 * r0 + b2 * s2;
            long hi1 = multiplyHigh(a0h, q1h)
                    + multiplyHigh(a1h, q0h)
                    + multiplyHigh(a2h, p2h)
                    + multiplyHigh(b0h, r1h)
                    + multiplyHigh(b1h, r0h)
                    + multiplyHigh(b2h, s2h);
            long lo2 = a0 * q2 + a1 * q1 + a2 * q0 + b0 * r2 + b1 * r1 + b2 * r0;
            long hi2 = multiplyHigh(a0h, q2h)
                    + multiplyHigh(a1h, q1h)
                    + multiplyHigh(a2h, q0h)
                    + multiplyHigh(b0h, r2h)
                    + multiplyHigh(b1h, r1h)
                    + multiplyHigh(b2h, r0h);
            long d1 = (lo1 & M44) + above(lo0, hi0);
            long d2 = (lo2 & M44) + above(lo1, hi1) + (d1 >>> 44);
            long d0 = (lo0 & M44) + 5 * ((above(lo2, hi2) << 2) + (d2 >>> 42));
            a0 = d0 & M44;
            a1 = (d1 & M44) + (d0 >>> 44);
            a2 = d2 & M42;
        }
        h0 = a0;
        h1 = a1;
        h2 = a2;
        return at;
    }

    private void finish(long pad0, long pad1) {
        // Carried twice around, all limbs are within their bits.
        for (int turn = 0; turn < 2; turn++) {
            h1 += h0 >>> 44;
            h0 &= M44;
            h2 += h1 >>> 44;
            h1 &= M44;
            h0 += 5 * (h2 >>> 42);
            h2 &= M42;
        }
        h1 += h0 >>> 44;
        h0 &= M44;
        // h - p if that is not negative: p is 2^130 - 5.
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 44);
        long g2 = h2 + (g1 >>> 44) - (1L << 42);
        long keep = g2 >> 63;
        long f0 = (h0 & keep) | (g0 & M44 & ~keep);
        long f1 = (h1 & keep) | (g1 & M44 & ~keep);
        long f2 = (h2 & keep) | (g2 & ~keep);
        long low = f0 | (f1 << 44);
        tag0 = low + pad0;
        long carry = ((low & pad0) | ((low | pad0) & ~tag0)) >>> 63;
        tag1 = ((f1 >>> 20) | (f2 << 24)) + pad1 + carry;
        h0 = 0;
        h1 = 0;
        h2 = 0;
        Arrays.fill(last, (byte) 0);
    }
}
