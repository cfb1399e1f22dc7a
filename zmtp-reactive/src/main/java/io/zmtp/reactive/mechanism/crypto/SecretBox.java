package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * NaCl's {@code crypto_secretbox}, XSalsa20 with Poly1305, in place: a tag of 16 octets, then the text. Also
 * {@code crypto_box}, with the key that {@link KeyExchange#boxKey} computes.
 *
 * <p>Of the nonce's 24 octets the first 16 are fixed with the key, as CURVE has them for all messages of a direction:
 * that saves deriving the stream's key for each. For one thread at a time.
 */
public final class SecretBox {

    /** Octets of a tag: how much longer a box is than its text. */
    public static final int TAG = 16;

    /** Octets of a nonce. */
    public static final int NONCE = 24;

    private static final int NONCE_PREFIX = 16;

    private static final int HALF_BLOCK = Salsa20.BLOCK / 2;

    private final Salsa20 salsa;
    private final StreamAhead ahead = new StreamAhead();
    private final Poly1305 poly = new Poly1305();
    /** The first half is the key of the authenticator; the second is added to the text. */
    private final byte[] firstBlock = new byte[Salsa20.BLOCK];

    private final byte[] lastBlock = new byte[Salsa20.BLOCK];

    /**
     * Makes one.
     *
     * @param key 32 octets; copied
     * @param noncePrefix the first 16 octets of every nonce; more are ignored
     */
    public SecretBox(byte[] key, byte[] noncePrefix) {
        int[] subkey = Salsa20.subkey(key, noncePrefix);
        salsa = new Salsa20(subkey);
        Arrays.fill(subkey, 0);
    }

    /** Makes a box of a text. */
    public static byte[] seal(byte[] key, byte[] nonce, byte[] text) {
        byte[] octets = new byte[TAG + text.length];
        System.arraycopy(text, 0, octets, TAG, text.length);
        SecretBox box = new SecretBox(key, nonce);
        box.seal(counter(nonce), octets, 0, octets.length);
        box.wipe();
        return octets;
    }

    /** Opens a box; null if it is not authentic. */
    public static byte @Nullable [] open(byte[] key, byte[] nonce, byte[] sealed) {
        if (sealed.length < TAG) {
            return null;
        }
        byte[] octets = sealed.clone();
        SecretBox box = new SecretBox(key, nonce);
        boolean authentic = box.open(counter(nonce), octets, 0, octets.length);
        box.wipe();
        byte[] text = authentic ? Arrays.copyOfRange(octets, TAG, octets.length) : null;
        Arrays.fill(octets, (byte) 0);
        return text;
    }

    private static long counter(byte[] nonce) {
        return Long.reverseBytes(Words.getLong(nonce, NONCE_PREFIX));
    }

    /**
     * Encrypts in place.
     *
     * @param counter the last 8 octets of the nonce as a big-endian number; never the same again with this key
     * @param octets 16 octets to be filled with the tag, then the text
     * @param from where the tag starts
     * @param to where the text ends
     */
    public void seal(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        int at = begin(counter, to - text);
        xor(octets, text, to, at);
        authenticate(octets, text, to, at);
        Words.putLong(octets, from, poly.tag0);
        Words.putLong(octets, from + 8, poly.tag1);
        forget();
    }

    /**
     * Decrypts in place, if the tag is right: nothing is decrypted before that is known.
     *
     * @return whether it is authentic; if not, the octets are as they were
     */
    public boolean open(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        int at = begin(counter, to - text);
        authenticate(octets, text, to, at);
        long difference = (poly.tag0 ^ Words.getLong(octets, from)) | (poly.tag1 ^ Words.getLong(octets, from + 8));
        boolean authentic = difference == 0;
        if (authentic) {
            xor(octets, text, to, at);
        }
        forget();
        return authentic;
    }

    /** Makes the first block. If all of this message's stream is there already, returns where it starts instead. */
    private int begin(long counter, int length) {
        int at = ahead.find(salsa, counter, 1 + (length + HALF_BLOCK - 1) / Salsa20.BLOCK);
        if (at < 0) {
            long nonce = Long.reverseBytes(counter);
            salsa.start((int) nonce, (int) (nonce >>> 32));
            salsa.xorBlocks(firstBlock, 0, 1);
        }
        return at;
    }

    private void xor(byte[] octets, int from, int to, int ready) {
        if (ready >= 0) {
            xor(octets, from, to, ahead.octets(), ready + HALF_BLOCK);
            return;
        }
        int end = Math.min(from + HALF_BLOCK, to);
        xor(octets, from, end, firstBlock, HALF_BLOCK);
        int blocks = (to - end) / Salsa20.BLOCK;
        salsa.xorBlocks(octets, end, blocks);
        int at = end + blocks * Salsa20.BLOCK;
        int rest = to - at;
        if (rest > 0) {
            System.arraycopy(octets, at, lastBlock, 0, rest);
            salsa.xorBlocks(lastBlock, 0, 1);
            System.arraycopy(lastBlock, 0, octets, at, rest);
        }
    }

    private static void xor(byte[] octets, int from, int to, byte[] stream, int streamFrom) {
        int at = from;
        int other = streamFrom;
        for (; to - at >= Long.BYTES; at += Long.BYTES, other += Long.BYTES) {
            Words.putLong(octets, at, Words.getLong(octets, at) ^ Words.getLong(stream, other));
        }
        for (; at < to; at++, other++) {
            octets[at] ^= stream[other];
        }
    }

    private void authenticate(byte[] octets, int from, int to, int ready) {
        byte[] key = ready >= 0 ? ahead.octets() : firstBlock;
        int at = Math.max(ready, 0);
        poly.compute(
                Words.getLong(key, at),
                Words.getLong(key, at + 8),
                Words.getLong(key, at + 16),
                Words.getLong(key, at + 24),
                octets,
                from,
                to);
    }

    private void forget() {
        Arrays.fill(firstBlock, (byte) 0);
        Arrays.fill(lastBlock, (byte) 0);
    }

    /** Forgets the key; it cannot be used after that. */
    public void wipe() {
        salsa.wipe();
        ahead.wipe();
    }
}
