package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.util.Pack;

/** A box of Bouncy Castle's Salsa20 and Poly1305. */
final class BouncyCastleBox extends SecretBox {

    private static final int POLY_KEY = 32;

    private final Salsa20Engine salsa = new Salsa20Engine();
    private final Poly1305 poly = new Poly1305();
    private final byte[] key;
    private final byte[] nonce = new byte[Long.BYTES];
    private final byte[] polyKey = new byte[POLY_KEY];
    private final byte[] tag = new byte[TAG];

    BouncyCastleBox(byte[] key, byte[] noncePrefix) {
        int[] subkey = Salsa20.subkey(key, noncePrefix);
        this.key = Pack.intToLittleEndian(subkey);
        Arrays.fill(subkey, 0);
    }

    @Override
    public void seal(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        begin(counter);
        salsa.processBytes(octets, text, to - text, octets, text);
        poly.update(octets, text, to - text);
        poly.doFinal(octets, from);
    }

    @Override
    public boolean open(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        begin(counter);
        poly.update(octets, text, to - text);
        poly.doFinal(tag, 0);
        boolean authentic = org.bouncycastle.util.Arrays.constantTimeAreEqual(TAG, tag, 0, octets, from);
        if (authentic) {
            salsa.processBytes(octets, text, to - text, octets, text);
        }
        return authentic;
    }

    private void begin(long counter) {
        Pack.longToBigEndian(counter, nonce, 0);
        salsa.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        Arrays.fill(polyKey, (byte) 0);
        salsa.processBytes(polyKey, 0, POLY_KEY, polyKey, 0);
        poly.init(new KeyParameter(polyKey));
        Arrays.fill(polyKey, (byte) 0);
    }

    @Override
    public void wipe() {
        Arrays.fill(key, (byte) 0);
        salsa.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        poly.init(new KeyParameter(polyKey));
    }
}
