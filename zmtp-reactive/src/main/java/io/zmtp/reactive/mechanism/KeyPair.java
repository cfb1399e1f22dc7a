package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import java.util.Arrays;

/**
 * A long-term pair of keys on Curve25519, by which a peer of CURVE or BLAKE3ZMQ is known.
 *
 * <p>Keys have 32 octets; as text they are usually written in Z85: {@code KeyPair.of(Bytes.z85(secret))}.
 *
 * @see <a href="https://rfc.zeromq.org/spec/26/">RFC 26, CurveZMQ</a>
 * @since 0.1
 */
public final class KeyPair {

    /** Octets of a key. */
    public static final int KEY_SIZE = KeyExchange.KEY;

    private final Bytes publicKey;
    private final Bytes secretKey;

    private KeyPair(Bytes publicKey, Bytes secretKey) {
        this.publicKey = publicKey;
        this.secretKey = secretKey;
    }

    /** Makes a fresh pair, in some 50 µs. */
    public static KeyPair generate() {
        return of(Bytes.wrap(KeyExchange.secretKey()));
    }

    /**
     * Makes the pair that a secret key belongs to.
     *
     * @param secretKey 32 octets
     * @return the pair, its public key computed
     */
    public static KeyPair of(Bytes secretKey) {
        check("a secret key", secretKey);
        byte[] secret = secretKey.toByteArray();
        Bytes publicKey = Bytes.wrap(KeyExchange.publicKey(secret));
        Arrays.fill(secret, (byte) 0);
        return new KeyPair(publicKey, secretKey);
    }

    /**
     * Makes a pair of two keys, and checks that they are one.
     *
     * @param publicKey 32 octets
     * @param secretKey 32 octets
     * @return the pair
     * @throws IllegalArgumentException if the public key does not belong to the secret one
     */
    public static KeyPair of(Bytes publicKey, Bytes secretKey) {
        KeyPair pair = of(secretKey);
        if (!pair.publicKey.equals(checkPublic(publicKey))) {
            throw new IllegalArgumentException(
                    "the public key " + publicKey.z85() + " does not belong to this secret key");
        }
        return pair;
    }

    static Bytes checkPublic(Bytes publicKey) {
        check("a public key", publicKey);
        return publicKey;
    }

    private static void check(String what, Bytes key) {
        if (key.size() != KEY_SIZE) {
            throw new IllegalArgumentException(
                    what + " has 32 octets, which are 40 characters of Z85, but this one has " + key.size());
        }
    }

    /** The key to give to others. */
    public Bytes publicKey() {
        return publicKey;
    }

    /** The key to keep. Unlike this pair it prints itself. */
    public Bytes secretKey() {
        return secretKey;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPair that && publicKey.equals(that.publicKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    /** {@return the public key in Z85, and nothing of the secret one} */
    @Override
    public String toString() {
        return "KeyPair[publicKey=" + publicKey.z85() + "]";
    }
}
