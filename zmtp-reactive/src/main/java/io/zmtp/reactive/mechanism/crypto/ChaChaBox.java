package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.params.Blake3Parameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20 with BLAKE3, as BLAKE3ZMQ has it: the text, then a tag of 32 octets. Each text of a stream begins with the next
 * whole block of one key stream. For one thread at a time.
 */
public final class ChaChaBox {

    /** Octets of a tag: how much longer a box is than its text. */
    public static final int TAG = 32;

    /** Octets of the nonce of a single box. */
    public static final int NONCE = 24;

    /** Octets of the nonce of a stream of boxes. */
    public static final int STREAM_NONCE = 8;

    private static final int KEY = 32;
    private static final int ROUNDS = 20;
    private static final int BLOCK = 64;

    private final ChaChaEngine stream = new ChaChaEngine(ROUNDS);
    private final Blake3Digest authenticator;
    private final byte[] tag = new byte[TAG];
    private final byte[] size = new byte[Long.BYTES];

    /**
     * Makes one for a stream of boxes.
     *
     * @param key 32 octets, to encrypt with; copied
     * @param authenticationKey 32 octets; copied
     * @param nonce 8 octets
     */
    public ChaChaBox(byte[] key, byte[] authenticationKey, byte[] nonce) {
        KeyParameter copy = new KeyParameter(key);
        stream.init(true, new ParametersWithIV(copy, nonce));
        Arrays.fill(copy.getKey(), (byte) 0);
        authenticator = Blake3.keyed(authenticationKey);
    }

    private static ChaChaBox single(byte[] key, byte[] nonce) {
        byte[] keys = Blake3.keyed(key, KEY + KEY + STREAM_NONCE, nonce);
        byte[] encrypting = Arrays.copyOf(keys, KEY);
        byte[] authenticating = Arrays.copyOfRange(keys, KEY, 2 * KEY);
        ChaChaBox box = new ChaChaBox(encrypting, authenticating, Arrays.copyOfRange(keys, 2 * KEY, keys.length));
        Arrays.fill(keys, (byte) 0);
        Arrays.fill(encrypting, (byte) 0);
        Arrays.fill(authenticating, (byte) 0);
        return box;
    }

    /** Makes a box of a text, authenticated with what goes with it. */
    public static byte[] seal(byte[] key, byte[] nonce, byte[] text, byte[] with) {
        byte[] octets = Arrays.copyOf(text, text.length + TAG);
        ChaChaBox box = single(key, nonce);
        box.seal(octets, 0, octets.length, with, with.length);
        box.wipe();
        return octets;
    }

    /** Opens a box; null if it is not authentic. */
    public static byte @Nullable [] open(byte[] key, byte[] nonce, byte[] sealed, byte[] with) {
        if (sealed.length < TAG) {
            return null;
        }
        byte[] octets = sealed.clone();
        ChaChaBox box = single(key, nonce);
        boolean authentic = box.open(octets, 0, octets.length, with, with.length);
        box.wipe();
        byte[] text = authentic ? Arrays.copyOf(octets, octets.length - TAG) : null;
        Arrays.fill(octets, (byte) 0);
        return text;
    }

    /**
     * Encrypts the next text in place.
     *
     * @param octets the text, then 32 octets to be filled with the tag
     * @param from where the text starts
     * @param to where the tag ends
     * @param with octets that the tag covers too, and that are sent in another place
     * @param length how many octets of that
     */
    public void seal(byte[] octets, int from, int to, byte[] with, int length) {
        int end = to - TAG;
        xor(octets, from, end);
        authenticate(octets, from, end, with, length);
        System.arraycopy(tag, 0, octets, end, TAG);
    }

    /**
     * Decrypts the next text in place, if the tag is right: nothing is decrypted before that is known.
     *
     * @return whether it is authentic; if not, the octets are as they were
     */
    public boolean open(byte[] octets, int from, int to, byte[] with, int length) {
        int end = to - TAG;
        authenticate(octets, from, end, with, length);
        if (!org.bouncycastle.util.Arrays.constantTimeAreEqual(TAG, tag, 0, octets, end)) {
            return false;
        }
        xor(octets, from, end);
        return true;
    }

    /** Forgets the keys; it cannot be used after that. */
    public void wipe() {
        stream.init(true, new ParametersWithIV(new KeyParameter(new byte[KEY]), new byte[STREAM_NONCE]));
        authenticator.init(Blake3Parameters.key(new byte[KEY]));
    }

    private void xor(byte[] octets, int from, int to) {
        int count = to - from;
        stream.processBytes(octets, from, count, octets, from);
        int rest = count % BLOCK;
        if (rest > 0) {
            stream.skip(BLOCK - rest);
        }
    }

    private void authenticate(byte[] octets, int from, int to, byte[] with, int length) {
        authenticator.update(with, 0, length);
        size(length);
        authenticator.update(octets, from, to - from);
        size(to - from);
        authenticator.doFinal(tag, 0, TAG);
    }

    private void size(long octets) {
        Words.putLong(size, 0, octets);
        authenticator.update(size, 0, size.length);
    }
}
