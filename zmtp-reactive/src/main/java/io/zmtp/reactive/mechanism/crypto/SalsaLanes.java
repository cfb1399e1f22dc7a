package io.zmtp.reactive.mechanism.crypto;

import static java.lang.Integer.rotateLeft;

import java.util.Arrays;

/**
 * Many blocks of Salsa20 side by side: one array a word of the state, and loops so plain that the virtual machine makes
 * vector instructions of them. Two to three times as fast as block after block, for text that is long enough.
 */
final class SalsaLanes {

    /** From so many blocks on it is faster to make all that there are lanes for, and use some, than one by one. */
    static final int WORTH_WHILE = 48;

    /** How many blocks at a time: 8 KiB. Fewer give the vectors too little to do. */
    static final int BLOCKS = 128;

    /** 10 KiB a thread that encrypts or decrypts large messages: event loops, as a rule. */
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
        long first = (in[8] & 0xffff_ffffL) | (long) in[9] << 32;
        for (int i = 0; i < BLOCKS; i++) {
            long counter = first + i;
            varied[0][i] = in[6];
            varied[1][i] = in[7];
            varied[2][i] = (int) counter;
            varied[3][i] = (int) (counter >>> 32);
        }
        compute(in, octets, at, count);
        return count;
    }

    /** Adds the first blocks of so many messages as there are lanes for, whose nonces count on from this one. */
    void xorMessages(int[] in, long counter, int blocks, byte[] octets) {
        for (int i = 0; i < BLOCKS; i++) {
            long nonce = Long.reverseBytes(counter + i / blocks);
            varied[0][i] = (int) nonce;
            varied[1][i] = (int) (nonce >>> 32);
            varied[2][i] = i % blocks;
            varied[3][i] = 0;
        }
        compute(in, octets, 0, BLOCKS);
    }

    private void compute(int[] in, byte[] octets, int at, int count) {
        for (int word = 0; word < x.length; word++) {
            if (word >= FIRST_VARIED && word < FIRST_VARIED + varied.length) {
                System.arraycopy(varied[word - FIRST_VARIED], 0, x[word], 0, BLOCKS);
            } else {
                Arrays.fill(x[word], in[word]);
            }
        }
        for (int round = 0; round < 10; round++) {
            quarters(
                    x[0], x[4], x[8], x[12], //
                    x[5], x[9], x[13], x[1], //
                    x[10], x[14], x[2], x[6], //
                    x[15], x[3], x[7], x[11]);
            quarters(
                    x[0], x[1], x[2], x[3], //
                    x[5], x[6], x[7], x[4], //
                    x[10], x[11], x[8], x[9], //
                    x[15], x[12], x[13], x[14]);
        }
        for (int word = 0; word < x.length; word++) {
            if (word >= FIRST_VARIED && word < FIRST_VARIED + varied.length) {
                add(x[word], varied[word - FIRST_VARIED]);
            } else {
                add(x[word], in[word]);
            }
        }
        for (int word = 0; word < x.length; word += 4) {
            xor(x[word], x[word + 1], x[word + 2], x[word + 3], octets, at + Integer.BYTES * word, count);
        }
        for (int[] lane : x) {
            Arrays.fill(lane, 0);
        }
    }

    private static void add(int[] lane, int[] words) {
        for (int i = 0; i < BLOCKS; i++) {
            lane[i] += words[i];
        }
    }

    private static void add(int[] lane, int word) {
        for (int i = 0; i < BLOCKS; i++) {
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
            int[] d3) {
        for (int i = 0; i < BLOCKS; i++) {
            b0[i] ^= rotateLeft(a0[i] + d0[i], 7);
        }
        for (int i = 0; i < BLOCKS; i++) {
            c0[i] ^= rotateLeft(b0[i] + a0[i], 9);
        }
        for (int i = 0; i < BLOCKS; i++) {
            d0[i] ^= rotateLeft(c0[i] + b0[i], 13);
        }
        for (int i = 0; i < BLOCKS; i++) {
            a0[i] ^= rotateLeft(d0[i] + c0[i], 18);
        }
        for (int i = 0; i < BLOCKS; i++) {
            b1[i] ^= rotateLeft(a1[i] + d1[i], 7);
        }
        for (int i = 0; i < BLOCKS; i++) {
            c1[i] ^= rotateLeft(b1[i] + a1[i], 9);
        }
        for (int i = 0; i < BLOCKS; i++) {
            d1[i] ^= rotateLeft(c1[i] + b1[i], 13);
        }
        for (int i = 0; i < BLOCKS; i++) {
            a1[i] ^= rotateLeft(d1[i] + c1[i], 18);
        }
        for (int i = 0; i < BLOCKS; i++) {
            b2[i] ^= rotateLeft(a2[i] + d2[i], 7);
        }
        for (int i = 0; i < BLOCKS; i++) {
            c2[i] ^= rotateLeft(b2[i] + a2[i], 9);
        }
        for (int i = 0; i < BLOCKS; i++) {
            d2[i] ^= rotateLeft(c2[i] + b2[i], 13);
        }
        for (int i = 0; i < BLOCKS; i++) {
            a2[i] ^= rotateLeft(d2[i] + c2[i], 18);
        }
        for (int i = 0; i < BLOCKS; i++) {
            b3[i] ^= rotateLeft(a3[i] + d3[i], 7);
        }
        for (int i = 0; i < BLOCKS; i++) {
            c3[i] ^= rotateLeft(b3[i] + a3[i], 9);
        }
        for (int i = 0; i < BLOCKS; i++) {
            d3[i] ^= rotateLeft(c3[i] + b3[i], 13);
        }
        for (int i = 0; i < BLOCKS; i++) {
            a3[i] ^= rotateLeft(d3[i] + c3[i], 18);
        }
    }
}
