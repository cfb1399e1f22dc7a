package io.zmtp.reactive.mechanism.crypto;

import org.jspecify.annotations.Nullable;

/** What CURVE needs of a library of cryptography. The same octets come of all of them. */
interface Primitives {

    /** Whose code it is, with its version, for people. */
    String description();

    /** The public key that belongs to a secret one. */
    byte[] publicKey(byte[] secretKey);

    /** X25519; null for a public key of low order. */
    byte @Nullable [] agree(byte[] secretKey, byte[] publicKey);

    /** See {@link SecretBox#of}. */
    SecretBox box(byte[] key, byte[] noncePrefix);
}
