package io.zmtp.reactive.mechanism.crypto;

import org.jspecify.annotations.Nullable;

/** libsodium's, through {@link SodiumFunctions}; its boxes, or ours for small ones. */
final class Sodium implements Primitives {

    private static final int FIRST_JDK = 22;
    private static final String NATIVE_IMAGE = "org.graalvm.nativeimage.imagecode";

    private final boolean ownSmallBoxes;

    /** @throws LinkageError if this JVM or this machine cannot call it; the cause says why */
    Sodium(boolean ownSmallBoxes) {
        this.ownSmallBoxes = ownSmallBoxes;
        if (Runtime.version().feature() < FIRST_JDK) {
            throw new UnsatisfiedLinkError("needs JDK " + FIRST_JDK + " or newer");
        }
        if (System.getProperty(NATIVE_IMAGE) != null) {
            throw new UnsatisfiedLinkError("a native image has no foreign functions unless it was built for them");
        }
        if (SodiumFunctions.init() < 0) {
            throw new UnsatisfiedLinkError("sodium_init failed");
        }
    }

    @Override
    public String description() {
        String name = "libsodium " + SodiumFunctions.VERSION;
        return ownSmallBoxes
                ? name + ", with Salsa20 and Poly1305 of zmtp-reactive below " + MixedBox.SMALL + " octets"
                : name;
    }

    @Override
    public byte[] publicKey(byte[] secretKey) {
        byte[] publicKey = new byte[KeyExchange.KEY];
        SodiumFunctions.scalarMultBase(publicKey, secretKey);
        return publicKey;
    }

    @Override
    public byte @Nullable [] agree(byte[] secretKey, byte[] publicKey) {
        byte[] shared = new byte[KeyExchange.KEY];
        return SodiumFunctions.scalarMult(shared, secretKey, publicKey) == 0 ? shared : null;
    }

    @Override
    public SecretBox box(byte[] key, byte[] noncePrefix) {
        return ownSmallBoxes ? new MixedBox(key, noncePrefix) : new SodiumBox(key, noncePrefix);
    }
}
