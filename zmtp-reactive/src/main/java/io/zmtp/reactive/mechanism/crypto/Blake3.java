package io.zmtp.reactive.mechanism.crypto;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;

/** The hash function BLAKE3, plain, with a key, and to derive keys. */
public final class Blake3 {

    /** Octets of a hash and of a key. */
    public static final int SIZE = 32;

    private Blake3() {}

    /** Hashes these, one after another. */
    public static byte[] hash(byte[]... pieces) {
        return finish(new Blake3Digest(), SIZE, pieces);
    }

    /**
     * Hashes with a key.
     *
     * @param size how many octets to make
     */
    public static byte[] keyed(byte[] key, int size, byte[]... pieces) {
        return finish(keyed(key), size, pieces);
    }

    static Blake3Digest keyed(byte[] key) {
        Blake3Digest digest = new Blake3Digest();
        Blake3Parameters parameters = Blake3Parameters.key(key);
        digest.init(parameters);
        parameters.clearKey();
        return digest;
    }

    /**
     * Derives a key.
     *
     * @param context what it is for
     * @param size how many octets to make
     * @param material what it is made of, one after another
     */
    public static byte[] derive(String context, int size, byte[]... material) {
        Blake3Digest digest = new Blake3Digest();
        digest.init(Blake3Parameters.context(context.getBytes(StandardCharsets.UTF_8)));
        return finish(digest, size, material);
    }

    private static byte[] finish(Blake3Digest digest, int size, byte[]... pieces) {
        for (byte[] piece : pieces) {
            digest.update(piece, 0, piece.length);
        }
        byte[] octets = new byte[size];
        digest.doFinal(octets, 0, size);
        return octets;
    }
}
