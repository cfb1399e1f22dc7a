package io.zmtp.reactive.mechanism.crypto;

import static java.lang.Integer.rotateLeft;

import java.util.Arrays;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.util.Pack;

/**
 * The stream cipher of CURVE. Blocks are added to the text in place, which is what makes it several times as fast as
 * Bouncy Castle's engine, against which the tests compare it.
 */
final class Salsa20 {

    static final int BLOCK = 64;

    private static final int ROUNDS = 20;
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    /** Constants at 0, 5, 10, 15; key at 1 to 4 and 11 to 14; nonce at 6 and 7; block counter at 8 and 9. */
    private final int[] input = new int[16];

    /** Makes one of a key of eight words. */
    Salsa20(int[] key) {
        for (int i = 0; i < 4; i++) {
            input[5 * i] = CONSTANTS[i];
            input[1 + i] = key[i];
            input[11 + i] = key[4 + i];
        }
    }

    /** HSalsa20: the key that XSalsa20 uses, from 32 octets of key and the first 16 of the nonce. */
    static int[] subkey(byte[] key, byte[] nonce) {
        int[] words = new Salsa20(Pack.littleEndianToInt(key, 0, 8)).input;
        Pack.littleEndianToInt(nonce, 0, words, 6, 4);
        int[] core = new int[16];
        Salsa20Engine.salsaCore(ROUNDS, words, core);
        int[] subkey = new int[8];
        for (int i = 0; i < 4; i++) {
            // The core comes with the input added, which HSalsa20 leaves out.
            subkey[i] = core[5 * i] - words[5 * i];
            subkey[4 + i] = core[6 + i] - words[6 + i];
        }
        Arrays.fill(words, 0);
        Arrays.fill(core, 0);
        return subkey;
    }

    /** Goes to the first block of a message. */
    void start(int nonce0, int nonce1) {
        input[6] = nonce0;
        input[7] = nonce1;
        input[8] = 0;
        input[9] = 0;
    }

    /** Adds the first blocks of as many messages as there are lanes for; their nonces follow this one. */
    void xorMessages(long counter, int blocks, byte[] octets) {
        SalsaLanes.ofThread().xorMessages(input, counter, blocks, octets);
    }

    /** Adds whole blocks of key stream. */
    void xorBlocks(byte[] octets, int from, int blocks) {
        int at = from;
        int left = blocks;
        if (left >= SalsaLanes.MIN_BLOCKS) {
            SalsaLanes lanes = SalsaLanes.ofThread();
            while (left >= SalsaLanes.MIN_BLOCKS) {
                int done = lanes.xor(input, octets, at, left);
                advance(done);
                left -= done;
                at += done * BLOCK;
            }
        }
        for (; left > 0; left--, at += BLOCK) {
            xorBlock(input, octets, at);
            advance(1);
        }
    }

    private void advance(int blocks) {
        int before = input[8];
        input[8] = before + blocks;
        if (Integer.compareUnsigned(input[8], before) < 0) {
            input[9]++;
        }
    }

    private static void xorBlock(int[] in, byte[] octets, int at) {
        int x0 = in[0];
        int x1 = in[1];
        int x2 = in[2];
        int x3 = in[3];
        int x4 = in[4];
        int x5 = in[5];
        int x6 = in[6];
        int x7 = in[7];
        int x8 = in[8];
        int x9 = in[9];
        int x10 = in[10];
        int x11 = in[11];
        int x12 = in[12];
        int x13 = in[13];
        int x14 = in[14];
        int x15 = in[15];
        for (int round = 0; round < ROUNDS; round += 2) {
            x4 ^= rotateLeft(x0 + x12, 7);
            x9 ^= rotateLeft(x5 + x1, 7);
            x14 ^= rotateLeft(x10 + x6, 7);
            x3 ^= rotateLeft(x15 + x11, 7);
            x8 ^= rotateLeft(x4 + x0, 9);
            x13 ^= rotateLeft(x9 + x5, 9);
            x2 ^= rotateLeft(x14 + x10, 9);
            x7 ^= rotateLeft(x3 + x15, 9);
            x12 ^= rotateLeft(x8 + x4, 13);
            x1 ^= rotateLeft(x13 + x9, 13);
            x6 ^= rotateLeft(x2 + x14, 13);
            x11 ^= rotateLeft(x7 + x3, 13);
            x0 ^= rotateLeft(x12 + x8, 18);
            x5 ^= rotateLeft(x1 + x13, 18);
            x10 ^= rotateLeft(x6 + x2, 18);
            x15 ^= rotateLeft(x11 + x7, 18);

            x1 ^= rotateLeft(x0 + x3, 7);
            x6 ^= rotateLeft(x5 + x4, 7);
            x11 ^= rotateLeft(x10 + x9, 7);
            x12 ^= rotateLeft(x15 + x14, 7);
            x2 ^= rotateLeft(x1 + x0, 9);
            x7 ^= rotateLeft(x6 + x5, 9);
            x8 ^= rotateLeft(x11 + x10, 9);
            x13 ^= rotateLeft(x12 + x15, 9);
            x3 ^= rotateLeft(x2 + x1, 13);
            x4 ^= rotateLeft(x7 + x6, 13);
            x9 ^= rotateLeft(x8 + x11, 13);
            x14 ^= rotateLeft(x13 + x12, 13);
            x0 ^= rotateLeft(x3 + x2, 18);
            x5 ^= rotateLeft(x4 + x7, 18);
            x10 ^= rotateLeft(x9 + x8, 18);
            x15 ^= rotateLeft(x14 + x13, 18);
        }
        Words.xorInt(octets, at, x0 + in[0]);
        Words.xorInt(octets, at + 4, x1 + in[1]);
        Words.xorInt(octets, at + 8, x2 + in[2]);
        Words.xorInt(octets, at + 12, x3 + in[3]);
        Words.xorInt(octets, at + 16, x4 + in[4]);
        Words.xorInt(octets, at + 20, x5 + in[5]);
        Words.xorInt(octets, at + 24, x6 + in[6]);
        Words.xorInt(octets, at + 28, x7 + in[7]);
        Words.xorInt(octets, at + 32, x8 + in[8]);
        Words.xorInt(octets, at + 36, x9 + in[9]);
        Words.xorInt(octets, at + 40, x10 + in[10]);
        Words.xorInt(octets, at + 44, x11 + in[11]);
        Words.xorInt(octets, at + 48, x12 + in[12]);
        Words.xorInt(octets, at + 52, x13 + in[13]);
        Words.xorInt(octets, at + 56, x14 + in[14]);
        Words.xorInt(octets, at + 60, x15 + in[15]);
    }

    /** Forgets the key; it cannot be used after that. */
    void wipe() {
        Arrays.fill(input, 0);
    }
}
