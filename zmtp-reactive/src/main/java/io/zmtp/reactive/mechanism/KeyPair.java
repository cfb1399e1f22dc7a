package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import java.util.Arrays;

/**
 * A long-term pair of keys on Curve25519, by which a peer of CURVE or BLAKE3ZMQ is known. Immutable.
 *
 * <p>A key has {@value #KEY_SIZE} octets; as text they are usually written in Z85: {@code KeyPair.of(Bytes.z85(secret))}.
 *
 * @see <a href="https://rfc.zeromq.org/spec/26/">RFC 26, CurveZMQ</a>
 * @since 0.1
 */
public final class KeyPair {

    /** The octets of a key. */
    public static final int KEY_SIZE = KeyExchange.KEY;

    private final Bytes publicKey;
    private final Bytes secretKey;

    private KeyPair(Bytes publicKey, Bytes secretKey) {
        this.publicKey = publicKey;
        this.secretKey = secretKey;
    }

    /** {@return a new pair at random; takes about 50 µs} */
    public static KeyPair generate() {
        return of(Bytes.wrap(KeyExchange.secretKey()));
    }

    /**
     * Makes the pair that a secret key belongs to.
     *
     * @param secretKey the secret key, {@value #KEY_SIZE} octets
     * @return the pair, with the public key computed
     * @throws IllegalArgumentException if the key has another size
     */
    public static KeyPair of(Bytes secretKey) {
        check("secret key", secretKey);
        byte[] secret = secretKey.toByteArray();
        Bytes publicKey = Bytes.wrap(KeyExchange.publicKey(secret));
        Arrays.fill(secret, (byte) 0);
        return new KeyPair(publicKey, secretKey);
    }

    /**
     * Makes a pair of two keys, and checks that they belong together.
     *
     * @param publicKey the public key, {@value #KEY_SIZE} octets
     * @param secretKey the secret key, {@value #KEY_SIZE} octets
     * @return the pair
     * @throws IllegalArgumentException if a key has another size, or the two do not belong together
     */
    public static KeyPair of(Bytes publicKey, Bytes secretKey) {
        KeyPair pair = of(secretKey);
        if (!pair.publicKey.equals(checkPublic(publicKey))) {
            throw new IllegalArgumentException("key pair: expected the public key of the secret key, but "
                    + publicKey.z85() + " does not belong to it");
        }
        return pair;
    }

    static Bytes checkPublic(Bytes publicKey) {
        check("public key", publicKey);
        return publicKey;
    }

    private static void check(String what, Bytes key) {
        if (key.size() != KEY_SIZE) {
            throw new IllegalArgumentException(what + ": expected " + KEY_SIZE
                    + " octets, which are 40 characters of Z85, but there are " + key.size());
        }
    }

    /** {@return the public key, to give to peers} */
    public Bytes publicKey() {
        return publicKey;
    }

    /** {@return the secret key. Take care: its {@code toString()} shows it} */
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
