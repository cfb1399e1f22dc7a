package io.zmtp.reactive.mechanism.crypto;

import static java.lang.Integer.rotateLeft;

import java.util.Arrays;

/**
 * Many blocks of Salsa20 side by side: one array for each word of the state, and loops plain enough for the virtual machine to make
 * vector instructions of them. Two to three times as fast as block after block, for text that is long enough.
 */
final class SalsaLanes {

    /** From so many blocks on it is faster to make a block in every lane, even if some are not used, than one by one. */
    static final int MIN_BLOCKS = 48;

    /** How many blocks at a time at most: 16 KiB. Fewer give the vectors too little to do, more leave the first cache. */
    static final int BLOCKS = 256;

    /** Lanes are computed in multiples of this, so that the vectors are full. */
    private static final int STEP = 32;

    /** 20 KiB a thread that encrypts or decrypts large messages: event loops, as a rule. */
    private static final ThreadLocal<SalsaLanes> OF_THREAD = ThreadLocal.withInitial(SalsaLanes::new);

    /** Nonce and block counter are words 6 to 9 of the state; the others are the same in all lanes. */
    private static final int FIRST_VARIED = 6;

    private final int[][] varied = new int[4][BLOCKS];
    private final int[][] x = new int[16][BLOCKS];

    private SalsaLanes() {}

    static SalsaLanes ofThread() {
        return OF_THREAD.get();
    }

    /** Adds the next blocks to the text, at most {@code blocks} and {@link #BLOCKS}; returns how many. */
    int xor(int[] in, byte[] octets, int at, int blocks) {
        int count = Math.min(blocks, BLOCKS);
        int lanes = (count + STEP - 1) / STEP * STEP;
        long first = (in[8] & 0xffff_ffffL) | (long) in[9] << 32;
        for (int i = 0; i < lanes; i++) {
            long counter = first + i;
            varied[0][i] = in[6];
            varied[1][i] = in[7];
            varied[2][i] = (int) counter;
            varied[3][i] = (int) (counter >>> 32);
        }
        compute(in, lanes, octets, at, count);
        return count;
    }

    /**
     * Adds the first blocks of as many messages as have room; their nonces follow this one. The room is a multiple of 32
     * blocks.
     */
    void xorMessages(int[] in, long counter, int blocks, byte[] octets) {
        int lanes = octets.length / Salsa20.BLOCK;
        for (int i = 0; i < lanes; i++) {
            long nonce = Long.reverseBytes(counter + i / blocks);
            varied[0][i] = (int) nonce;
            varied[1][i] = (int) (nonce >>> 32);
            varied[2][i] = i % blocks;
            varied[3][i] = 0;
        }
        compute(in, lanes, octets, 0, lanes);
    }

    private void compute(int[] in, int lanes, byte[] octets, int at, int count) {
        for (int word = 0; word < x.length; word++) {
            if (word >= FIRST_VARIED && word < FIRST_VARIED + varied.length) {
                System.arraycopy(varied[word - FIRST_VARIED], 0, x[word], 0, lanes);
            } else {
                Arrays.fill(x[word], 0, lanes, in[word]);
            }
        }
        for (int round = 0; round < 10; round++) {
            quarters(
                    x[0], x[4], x[8], x[12], //
                    x[5], x[9], x[13], x[1], //
                    x[10], x[14], x[2], x[6], //
                    x[15], x[3], x[7], x[11], //
                    lanes);
            quarters(
                    x[0], x[1], x[2], x[3], //
                    x[5], x[6], x[7], x[4], //
                    x[10], x[11], x[8], x[9], //
                    x[15], x[12], x[13], x[14], //
                    lanes);
        }
        for (int word = 0; word < x.length; word++) {
            if (word >= FIRST_VARIED && word < FIRST_VARIED + varied.length) {
                add(x[word], varied[word - FIRST_VARIED], lanes);
            } else {
                add(x[word], in[word], lanes);
            }
        }
        for (int word = 0; word < x.length; word += 4) {
            xor(x[word], x[word + 1], x[word + 2], x[word + 3], octets, at + Integer.BYTES * word, count);
        }
        for (int[] lane : x) {
            Arrays.fill(lane, 0, lanes, 0);
        }
    }

    private static void add(int[] lane, int[] words, int lanes) {
        for (int i = 0; i < lanes; i++) {
            lane[i] += words[i];
        }
    }

    private static void add(int[] lane, int word, int lanes) {
        for (int i = 0; i < lanes; i++) {
            lane[i] += word;
        }
    }

    private static void xor(int[] a, int[] b, int[] c, int[] d, byte[] octets, int from, int count) {
        for (int i = 0; i < count; i++) {
            int at = from + Salsa20.BLOCK * i;
            Words.xorInt(octets, at, a[i]);
            Words.xorInt(octets, at + 4, b[i]);
            Words.xorInt(octets, at + 8, c[i]);
            Words.xorInt(octets, at + 12, d[i]);
        }
    }

    // All four quarter-rounds in one method, though one would do for all: a method of so many bytecodes stays out of
    // line, else the caller becomes one huge compilation in which nothing is made a vector.
    private static void quarters(
            int[] a0,
            int[] b0,
            int[] c0,
            int[] d0, //
            int[] a1,
            int[] b1,
            int[] c1,
            int[] d1, //
            int[] a2,
            int[] b2,
            int[] c2,
            int[] d2, //
            int[] a3,
            int[] b3,
            int[] c3,
            int[] d3, //
            int lanes) {
        for (int i = 0; i < lanes; i++) {
            int a = a0[i];
            int b = b0[i];
            int c = c0[i];
            int d = d0[i];
            b ^= rotateLeft(a + d, 7);
            c ^= rotateLeft(b + a, 9);
            d ^= rotateLeft(c + b, 13);
            a ^= rotateLeft(d + c, 18);
            a0[i] = a;
            b0[i] = b;
            c0[i] = c;
            d0[i] = d;
        }
        for (int i = 0; i < lanes; i++) {
            int a = a1[i];
            int b = b1[i];
            int c = c1[i];
            int d = d1[i];
            b ^= rotateLeft(a + d, 7);
            c ^= rotateLeft(b + a, 9);
            d ^= rotateLeft(c + b, 13);
            a ^= rotateLeft(d + c, 18);
            a1[i] = a;
            b1[i] = b;
            c1[i] = c;
            d1[i] = d;
        }
        for (int i = 0; i < lanes; i++) {
            int a = a2[i];
            int b = b2[i];
            int c = c2[i];
            int d = d2[i];
            b ^= rotateLeft(a + d, 7);
            c ^= rotateLeft(b + a, 9);
            d ^= rotateLeft(c + b, 13);
            a ^= rotateLeft(d + c, 18);
            a2[i] = a;
            b2[i] = b;
            c2[i] = c;
            d2[i] = d;
        }
        for (int i = 0; i < lanes; i++) {
            int a = a3[i];
            int b = b3[i];
            int c = c3[i];
            int d = d3[i];
            b ^= rotateLeft(a + d, 7);
            c ^= rotateLeft(b + a, 9);
            d ^= rotateLeft(c + b, 13);
            a ^= rotateLeft(d + c, 18);
            a3[i] = a;
            b3[i] = b;
            c3[i] = c;
            d3[i] = d;
        }
    }
}
