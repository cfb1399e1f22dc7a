package io.zmtp.reactive.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** NaCl's boxes of Bouncy Castle's parts: none of ours, so that a fault of ours meets one who has not got it. */
final class NaCl {

    private static final int KEY = 32;
    private static final int TAG = 16;
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    private NaCl() {}

    static byte[] publicKey(byte[] secret) {
        byte[] key = new byte[KEY];
        X25519.scalarMultBase(secret, 0, key, 0);
        return key;
    }

    /** {@code crypto_box_beforenm}; null for a public key of low order. */
    static byte @Nullable [] boxKey(byte[] secret, byte[] publicKey) {
        byte[] shared = new byte[KEY];
        if (!X25519.calculateAgreement(secret, 0, publicKey, 0, shared, 0)) {
            return null;
        }
        int[] state = new int[16];
        ByteBuffer words = ByteBuffer.wrap(shared).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            state[5 * i] = CONSTANTS[i];
            state[1 + i] = words.getInt(4 * i);
            state[11 + i] = words.getInt(16 + 4 * i);
        }
        int[] core = new int[16];
        Salsa20Engine.salsaCore(20, state, core);
        ByteBuffer key = ByteBuffer.allocate(KEY).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            key.putInt(4 * i, core[5 * i] - state[5 * i]);
            key.putInt(16 + 4 * i, core[6 + i] - state[6 + i]);
        }
        return key.array();
    }

    static byte[] seal(byte[] key, byte[] nonce, byte[] text) {
        XSalsa20Engine stream = new XSalsa20Engine();
        stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        byte[] tagKey = new byte[KEY];
        stream.processBytes(new byte[KEY], 0, KEY, tagKey, 0);
        byte[] box = new byte[TAG + text.length];
        stream.processBytes(text, 0, text.length, box, TAG);
        Poly1305 tag = new Poly1305();
        tag.init(new KeyParameter(tagKey));
        tag.update(box, TAG, text.length);
        tag.doFinal(box, 0);
        return box;
    }

    /** Null if the box is not authentic. */
    static byte @Nullable [] open(byte[] key, byte[] nonce, byte[] box) {
        if (box.length < TAG) {
            return null;
        }
        // Sealing the sealed text takes the key stream off again, and its own box tells whether the tag was right.
        byte[] text = Arrays.copyOfRange(seal(key, nonce, Arrays.copyOfRange(box, TAG, box.length)), TAG, box.length);
        return Arrays.equals(seal(key, nonce, text), box) ? text : null;
    }
}
