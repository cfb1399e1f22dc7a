package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * NaCl's {@code crypto_secretbox}, XSalsa20 with Poly1305, in place: a tag of 16 octets, then the text. Also
 * {@code crypto_box}, with the key that {@link KeyExchange#boxKey} computes. {@link Cryptography} decides whose code it is.
 *
 * <p>Of the nonce's 24 octets the first 16 are fixed with the key, as CURVE has them for all messages of a direction:
 * that saves deriving the stream's key for each. For one thread at a time.
 */
public abstract class SecretBox {

    /** Octets of a tag: how much longer a box is than its text. */
    public static final int TAG = 16;

    /** Octets of a nonce. */
    public static final int NONCE = 24;

    static final int NONCE_PREFIX = 16;

    SecretBox() {}

    /**
     * Makes one.
     *
     * @param key 32 octets; copied
     * @param noncePrefix the first 16 octets of every nonce; more are ignored
     * @return it
     */
    public static SecretBox of(byte[] key, byte[] noncePrefix) {
        return Cryptography.chosen().box(key, noncePrefix);
    }

    /** Makes a box of a text. */
    public static byte[] seal(byte[] key, byte[] nonce, byte[] text) {
        byte[] octets = new byte[TAG + text.length];
        System.arraycopy(text, 0, octets, TAG, text.length);
        SecretBox box = of(key, nonce);
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
        SecretBox box = of(key, nonce);
        boolean authentic = box.open(counter(nonce), octets, 0, octets.length);
        box.wipe();
        byte[] text = authentic ? Arrays.copyOfRange(octets, TAG, octets.length) : null;
        Arrays.fill(octets, (byte) 0);
        return text;
    }

    static long counter(byte[] nonce) {
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
    public abstract void seal(long counter, byte[] octets, int from, int to);

    /**
     * Decrypts in place, if the tag is right: nothing is decrypted before that is known.
     *
     * @return whether it is authentic; if not, the octets are as they were
     */
    public abstract boolean open(long counter, byte[] octets, int from, int to);

    /** Forgets the key; it cannot be used after that. */
    public abstract void wipe();
}
