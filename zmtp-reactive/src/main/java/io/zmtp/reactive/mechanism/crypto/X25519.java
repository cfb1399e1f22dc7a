package io.zmtp.reactive.mechanism.crypto;

import static java.lang.Math.multiplyHigh;

import java.util.Arrays;

/**
 * The function X25519 of RFC 7748, with numbers of five limbs of 51 bits; the tests compare it with Bouncy Castle's, which
 * takes twice as long. What it does depends on no bit of the scalar: no branch and no index.
 *
 * <p>Limbs are below 2^52 after a product, and below 2^54 after a sum or difference of two such numbers, which is what a
 * product may be given. For one agreement by one thread.
 */
final class X25519 {

    private static final int LIMBS = 5;
    private static final long M51 = (1L << 51) - 1;
    private static final long M13 = (1L << 13) - 1;
    /** Together these move a product by 13 bits, so that its high word is what it has above 51. */
    private static final int LEFT = 8;

    private static final int RIGHT = 5;
    /** 2p, limb by limb: a difference stays positive. */
    private static final long TWO_P0 = (1L << 52) - 38;

    private static final long TWO_P = (1L << 52) - 2;
    private static final long A24 = 121_665;

    private final long[][] numbers = new long[12][LIMBS];

    private X25519() {}

    /**
     * Multiplies a point by a scalar.
     *
     * @return the result's u-coordinate, all zero for a point of low order
     */
    static byte[] multiply(byte[] scalar, byte[] u) {
        X25519 agreement = new X25519();
        try {
            return agreement.ladder(scalar, u);
        } finally {
            for (long[] number : agreement.numbers) {
                Arrays.fill(number, 0);
            }
        }
    }

    private byte[] ladder(byte[] scalar, byte[] u) {
        long[] x1 = numbers[0];
        long[] x2 = numbers[1];
        long[] z2 = numbers[2];
        long[] x3 = numbers[3];
        long[] z3 = numbers[4];
        long[] a = numbers[5];
        long[] b = numbers[6];
        long[] c = numbers[7];
        long[] d = numbers[8];
        long[] e = numbers[9];
        read(u, x1);
        x2[0] = 1;
        System.arraycopy(x1, 0, x3, 0, LIMBS);
        z3[0] = 1;
        long swap = 0;
        for (int at = 254; at >= 0; at--) {
            long bit = bit(scalar, at);
            swap(-(swap ^ bit), x2, x3, z2, z3);
            swap = bit;
            sum(a, x2, z2);
            difference(b, x2, z2);
            sum(c, x3, z3);
            difference(d, x3, z3);
            product(d, d, a);
            product(c, c, b);
            square(a, a);
            square(b, b);
            sum(x3, d, c);
            square(x3, x3);
            difference(z3, d, c);
            square(z3, z3);
            product(z3, z3, x1);
            product(x2, a, b);
            difference(e, a, b);
            small(z2, e);
            sum(z2, z2, a);
            product(z2, z2, e);
        }
        swap(-swap, x2, x3, z2, z3);
        invert(z2, z2);
        product(x2, x2, z2);
        return write(x2);
    }

    /** A bit of the scalar, clamped as the RFC says. */
    private static long bit(byte[] scalar, int at) {
        if (at == 254) {
            return 1;
        }
        return at < 3 ? 0 : (scalar[at >> 3] >> (at & 7)) & 1;
    }

    private static void swap(long mask, long[] a, long[] b, long[] c, long[] d) {
        for (int i = 0; i < LIMBS; i++) {
            long both = mask & (a[i] ^ b[i]);
            a[i] ^= both;
            b[i] ^= both;
            both = mask & (c[i] ^ d[i]);
            c[i] ^= both;
            d[i] ^= both;
        }
    }

    private static void sum(long[] out, long[] a, long[] b) {
        for (int i = 0; i < LIMBS; i++) {
            out[i] = a[i] + b[i];
        }
    }

    private static void difference(long[] out, long[] a, long[] b) {
        out[0] = a[0] + TWO_P0 - b[0];
        for (int i = 1; i < LIMBS; i++) {
            out[i] = a[i] + TWO_P - b[i];
        }
    }

    /** {@code out = a * 121665}. */
    private static void small(long[] out, long[] a) {
        long factor = A24 << RIGHT;
        reduce(
                out,
                a[0] * A24,
                multiplyHigh(a[0] << LEFT, factor),
                a[1] * A24,
                multiplyHigh(a[1] << LEFT, factor),
                a[2] * A24,
                multiplyHigh(a[2] << LEFT, factor),
                a[3] * A24,
                multiplyHigh(a[3] << LEFT, factor),
                a[4] * A24,
                multiplyHigh(a[4] << LEFT, factor));
    }

    private static void product(long[] out, long[] a, long[] b) {
        long a0 = a[0];
        long a1 = a[1];
        long a2 = a[2];
        long a3 = a[3];
        long a4 = a[4];
        long b0 = b[0];
        long b1 = b[1];
        long b2 = b[2];
        long b3 = b[3];
        long b4 = b[4];
        long c1 = 19 * b1;
        long c2 = 19 * b2;
        long c3 = 19 * b3;
        long c4 = 19 * b4;
        long lo0 = a0 * b0 + a1 * c4 + a2 * c3 + a3 * c2 + a4 * c1;
        long lo1 = a0 * b1 + a1 * b0 + a2 * c4 + a3 * c3 + a4 * c2;
        long lo2 = a0 * b2 + a1 * b1 + a2 * b0 + a3 * c4 + a4 * c3;
        long lo3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * c4;
        long lo4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
        a0 <<= LEFT;
        a1 <<= LEFT;
        a2 <<= LEFT;
        a3 <<= LEFT;
        a4 <<= LEFT;
        b0 <<= RIGHT;
        b1 <<= RIGHT;
        b2 <<= RIGHT;
        b3 <<= RIGHT;
        b4 <<= RIGHT;
        c1 <<= RIGHT;
        c2 <<= RIGHT;
        c3 <<= RIGHT;
        c4 <<= RIGHT;
        reduce(
                out,
                lo0,
                multiplyHigh(a0, b0)
                        + multiplyHigh(a1, c4)
                        + multiplyHigh(a2, c3)
                        + multiplyHigh(a3, c2)
                        + multiplyHigh(a4, c1),
                lo1,
                multiplyHigh(a0, b1)
                        + multiplyHigh(a1, b0)
                        + multiplyHigh(a2, c4)
                        + multiplyHigh(a3, c3)
                        + multiplyHigh(a4, c2),
                lo2,
                multiplyHigh(a0, b2)
                        + multiplyHigh(a1, b1)
                        + multiplyHigh(a2, b0)
                        + multiplyHigh(a3, c4)
                        + multiplyHigh(a4, c3),
                lo3,
                multiplyHigh(a0, b3)
                        + multiplyHigh(a1, b2)
                        + multiplyHigh(a2, b1)
                        + multiplyHigh(a3, b0)
                        + multiplyHigh(a4, c4),
                lo4,
                multiplyHigh(a0, b4)
                        + multiplyHigh(a1, b3)
                        + multiplyHigh(a2, b2)
                        + multiplyHigh(a3, b1)
                        + multiplyHigh(a4, b0));
    }

    private static void square(long[] out, long[] a) {
        long a0 = a[0];
        long a1 = a[1];
        long a2 = a[2];
        long a3 = a[3];
        long a4 = a[4];
        long d0 = 2 * a0;
        long d1 = 2 * a1;
        long d2 = 2 * a2;
        long d3 = 2 * a3;
        long c3 = 19 * a3;
        long c4 = 19 * a4;
        long lo0 = a0 * a0 + d1 * c4 + d2 * c3;
        long lo1 = d0 * a1 + d2 * c4 + a3 * c3;
        long lo2 = d0 * a2 + a1 * a1 + d3 * c4;
        long lo3 = d0 * a3 + d1 * a2 + a4 * c4;
        long lo4 = d0 * a4 + d1 * a3 + a2 * a2;
        d0 <<= LEFT;
        d1 <<= LEFT;
        d2 <<= LEFT;
        d3 <<= LEFT;
        c3 <<= RIGHT;
        c4 <<= RIGHT;
        reduce(
                out,
                lo0,
                multiplyHigh(a0 << LEFT, a0 << RIGHT) + multiplyHigh(d1, c4) + multiplyHigh(d2, c3),
                lo1,
                multiplyHigh(d0, a1 << RIGHT) + multiplyHigh(d2, c4) + multiplyHigh(a3 << LEFT, c3),
                lo2,
                multiplyHigh(d0, a2 << RIGHT) + multiplyHigh(a1 << LEFT, a1 << RIGHT) + multiplyHigh(d3, c4),
                lo3,
                multiplyHigh(d0, a3 << RIGHT) + multiplyHigh(d1, a2 << RIGHT) + multiplyHigh(a4 << LEFT, c4),
                lo4,
                multiplyHigh(d0, a4 << RIGHT) + multiplyHigh(d1, a3 << RIGHT) + multiplyHigh(a2 << LEFT, a2 << RIGHT));
    }

    /** Sums of products, each as its low 64 bits and what its products have above 51, back to limbs. */
    private static void reduce(
            long[] out,
            long lo0,
            long hi0,
            long lo1,
            long hi1,
            long lo2,
            long hi2,
            long lo3,
            long hi3,
            long lo4,
            long hi4) {
        long r0 = (lo0 & M51) + 19 * above(lo4, hi4);
        long r1 = (lo1 & M51) + above(lo0, hi0) + (r0 >>> 51);
        long r2 = (lo2 & M51) + above(lo1, hi1) + (r1 >>> 51);
        long r3 = (lo3 & M51) + above(lo2, hi2) + (r2 >>> 51);
        long r4 = (lo4 & M51) + above(lo3, hi3) + (r3 >>> 51);
        out[0] = (r0 & M51) + 19 * (r4 >>> 51);
        out[1] = r1 & M51;
        out[2] = r2 & M51;
        out[3] = r3 & M51;
        out[4] = r4 & M51;
    }

    /** What a sum of products has above 51 bits: the parts below may carry over a number below 2^13. */
    private static long above(long low, long high) {
        return high + (((low >>> 51) - high) & M13);
    }

    /** {@code out = a^(p - 2)}. */
    private void invert(long[] out, long[] a) {
        long[] t0 = numbers[5];
        long[] t1 = numbers[6];
        long[] t2 = numbers[7];
        long[] t3 = numbers[8];
        squares(t0, a, 1); // 2
        squares(t1, t0, 2); // 8
        product(t1, a, t1); // 9
        product(t0, t0, t1); // 11
        squares(t2, t0, 1); // 22
        product(t1, t1, t2); // 2^5 - 1
        squares(t2, t1, 5);
        product(t1, t2, t1); // 2^10 - 1
        squares(t2, t1, 10);
        product(t2, t2, t1); // 2^20 - 1
        squares(t3, t2, 20);
        product(t2, t3, t2); // 2^40 - 1
        squares(t2, t2, 10);
        product(t1, t2, t1); // 2^50 - 1
        squares(t2, t1, 50);
        product(t2, t2, t1); // 2^100 - 1
        squares(t3, t2, 100);
        product(t2, t3, t2); // 2^200 - 1
        squares(t2, t2, 50);
        product(t1, t2, t1); // 2^250 - 1
        squares(t1, t1, 5);
        product(out, t1, t0); // 2^255 - 21
    }

    private static void squares(long[] out, long[] a, int times) {
        square(out, a);
        for (int i = 1; i < times; i++) {
            square(out, out);
        }
    }

    private static void read(byte[] u, long[] out) {
        long w0 = Words.getLong(u, 0);
        long w1 = Words.getLong(u, 8);
        long w2 = Words.getLong(u, 16);
        long w3 = Words.getLong(u, 24);
        out[0] = w0 & M51;
        out[1] = ((w0 >>> 51) | (w1 << 13)) & M51;
        out[2] = ((w1 >>> 38) | (w2 << 26)) & M51;
        out[3] = ((w2 >>> 25) | (w3 << 39)) & M51;
        out[4] = (w3 >>> 12) & M51;
    }

    /** The number, below p. */
    private static byte[] write(long[] a) {
        long r0 = a[0];
        long r1 = a[1];
        long r2 = a[2];
        long r3 = a[3];
        long r4 = a[4];
        for (int turn = 0; turn < 2; turn++) {
            r1 += r0 >>> 51;
            r2 += r1 >>> 51;
            r3 += r2 >>> 51;
            r4 += r3 >>> 51;
            r0 = (r0 & M51) + 19 * (r4 >>> 51);
            r1 &= M51;
            r2 &= M51;
            r3 &= M51;
            r4 &= M51;
        }
        long over = (r0 + 19) >>> 51;
        over = (r1 + over) >>> 51;
        over = (r2 + over) >>> 51;
        over = (r3 + over) >>> 51;
        over = (r4 + over) >>> 51; // 1 if it is p or more
        r0 += 19 * over;
        r1 += r0 >>> 51;
        r2 += r1 >>> 51;
        r3 += r2 >>> 51;
        r4 += r3 >>> 51;
        r0 &= M51;
        r1 &= M51;
        r2 &= M51;
        r3 &= M51;
        r4 &= M51;
        byte[] out = new byte[4 * Long.BYTES];
        Words.putLong(out, 0, r0 | (r1 << 51));
        Words.putLong(out, 8, (r1 >>> 13) | (r2 << 38));
        Words.putLong(out, 16, (r2 >>> 26) | (r3 << 25));
        Words.putLong(out, 24, (r3 >>> 39) | (r4 << 12));
        return out;
    }
}
