package io.zmtp.reactive.mechanism.crypto;

import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** Bouncy Castle's; its boxes, or ours, which are several times as fast. */
final class BouncyCastle implements Primitives {

    private final boolean ownBoxes;

    BouncyCastle(boolean ownBoxes) {
        this.ownBoxes = ownBoxes;
        X25519.precompute();
    }

    @Override
    public String description() {
        String version = Salsa20Engine.class.getPackage().getImplementationVersion();
        String name = version == null ? "Bouncy Castle" : "Bouncy Castle " + version;
        return ownBoxes ? name + ", with Salsa20 and Poly1305 of zmtp-reactive" : name;
    }

    @Override
    public byte[] publicKey(byte[] secretKey) {
        byte[] publicKey = new byte[KeyExchange.KEY];
        X25519.scalarMultBase(secretKey, 0, publicKey, 0);
        return publicKey;
    }

    @Override
    public byte @Nullable [] agree(byte[] secretKey, byte[] publicKey) {
        byte[] shared = new byte[KeyExchange.KEY];
        return X25519.calculateAgreement(secretKey, 0, publicKey, 0, shared, 0) ? shared : null;
    }

    @Override
    public SecretBox box(byte[] key, byte[] noncePrefix) {
        return ownBoxes ? new JavaBox(key, noncePrefix) : new BouncyCastleBox(key, noncePrefix);
    }
}
