package io.zmtp.reactive.mechanism.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.util.Pack;
import org.jspecify.annotations.Nullable;

/** Keys on Curve25519 (RFC 7748), and the random octets they are made of. */
public final class KeyExchange {

    /** Octets of a public or secret key. */
    public static final int KEY = 32;

    private static final SecureRandom RANDOM = seeded();

    private KeyExchange() {}

    /** A generator that reads the system's entropy now, and not on the event loop later. */
    private static SecureRandom seeded() {
        SecureRandom random;
        try {
            random = SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException missing) {
            random = new SecureRandom();
        }
        random.nextBytes(new byte[KEY]);
        return random;
    }

    /** Random octets. */
    public static byte[] random(int count) {
        byte[] octets = new byte[count];
        RANDOM.nextBytes(octets);
        return octets;
    }

    /** A fresh secret key. */
    public static byte[] secretKey() {
        return random(KEY);
    }

    /** The public key that belongs to a secret one: about 35 µs. */
    public static byte[] publicKey(byte[] secretKey) {
        return Cryptography.chosen().publicKey(secretKey);
    }

    /**
     * What both sides of an agreement get: about 100 µs in Java, and 35 µs with libsodium.
     *
     * @return the shared secret; null for a public key of low order, which would make it a known number
     */
    public static byte @Nullable [] agree(byte[] secretKey, byte[] publicKey) {
        return Cryptography.chosen().agree(secretKey, publicKey);
    }

    /**
     * NaCl's {@code crypto_box_beforenm}: the key of the boxes between two sides.
     *
     * @return the key; null for a public key of low order
     */
    public static byte @Nullable [] boxKey(byte[] secretKey, byte[] publicKey) {
        byte[] shared = agree(secretKey, publicKey);
        if (shared == null) {
            return null;
        }
        byte[] key = boxKey(shared);
        Arrays.fill(shared, (byte) 0);
        return key;
    }

    /** The key of the boxes, of what was agreed upon. */
    static byte[] boxKey(byte[] shared) {
        int[] words = Salsa20.subkey(shared, new byte[16]);
        // Not by a loop over a view of the octets: HotSpot 17 made wrong keys of one that was here (CompiledCodeTests).
        byte[] key = Pack.intToLittleEndian(words);
        Arrays.fill(words, 0);
        return key;
    }

    /** Compares in a time that depends on the length only. */
    public static boolean equal(byte[] a, byte[] b) {
        return org.bouncycastle.util.Arrays.constantTimeAreEqual(a, b);
    }
}
