package io.zmtp.reactive.mechanism.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.util.Pack;
import org.jspecify.annotations.Nullable;

/** A box of libsodium's Salsa20 and Poly1305. */
final class SodiumBox extends SecretBox {

    /** How much one call does: the garbage collector may have to wait for its end, some 50 µs. */
    static final int CHUNK = 64 * 1024;

    private static final int START_BLOCKS = 8;
    private static final int STATE = 256;
    private static final int STATE_ALIGNMENT = 16;
    private static final int POLY_KEY = 32;

    private final byte[] key;
    private final byte[] nonce = new byte[Long.BYTES];
    /** The key of the authenticator, then what is added to the start of the text: all that a small one needs, in one call. */
    private final byte[] start = new byte[START_BLOCKS * Salsa20.BLOCK];

    private final byte[] tag = new byte[TAG];
    /** For texts of more than one chunk. */
    private @Nullable ByteBuffer state;

    SodiumBox(byte[] key, byte[] noncePrefix) {
        int[] subkey = Salsa20.subkey(key, noncePrefix);
        this.key = Pack.intToLittleEndian(subkey);
        Arrays.fill(subkey, 0);
    }

    @Override
    public void seal(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        int made = begin(counter, to - text);
        xor(octets, text, to);
        authenticate(octets, text, to);
        System.arraycopy(tag, 0, octets, from, TAG);
        Arrays.fill(start, 0, made, (byte) 0);
    }

    @Override
    public boolean open(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        int made = begin(counter, to - text);
        authenticate(octets, text, to);
        long difference = (Words.getLong(tag, 0) ^ Words.getLong(octets, from))
                | (Words.getLong(tag, 8) ^ Words.getLong(octets, from + 8));
        boolean authentic = difference == 0;
        if (authentic) {
            xor(octets, text, to);
        }
        Arrays.fill(start, 0, made, (byte) 0);
        return authentic;
    }

    private int begin(long counter, int length) {
        Words.putLong(nonce, 0, Long.reverseBytes(counter));
        int made = Math.min(POLY_KEY + length, start.length);
        SodiumFunctions.salsa20(start, made, nonce, key);
        return made;
    }

    private void xor(byte[] octets, int from, int to) {
        int end = Math.min(from + start.length - POLY_KEY, to);
        Words.xor(octets, from, end, start, POLY_KEY);
        long block = START_BLOCKS;
        for (int at = end; at < to; at += CHUNK, block += CHUNK / Salsa20.BLOCK) {
            SodiumFunctions.salsa20Xor(octets, at, Math.min(CHUNK, to - at), nonce, block, key);
        }
    }

    private void authenticate(byte[] octets, int from, int to) {
        if (to - from <= CHUNK) {
            SodiumFunctions.poly1305(tag, octets, from, to - from, start);
            return;
        }
        ByteBuffer running = state;
        if (running == null) {
            running = ByteBuffer.allocateDirect(STATE + STATE_ALIGNMENT).alignedSlice(STATE_ALIGNMENT);
            state = running;
        }
        SodiumFunctions.poly1305Init(running, start);
        for (int at = from; at < to; at += CHUNK) {
            SodiumFunctions.poly1305Update(running, octets, at, Math.min(CHUNK, to - at));
        }
        SodiumFunctions.poly1305Final(running, tag);
    }

    @Override
    public void wipe() {
        Arrays.fill(key, (byte) 0);
    }
}
