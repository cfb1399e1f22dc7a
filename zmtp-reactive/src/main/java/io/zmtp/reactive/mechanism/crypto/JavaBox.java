package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;

/** A box of our own {@link Salsa20} and {@link Poly1305}: two to four times as fast as Bouncy Castle's. */
final class JavaBox extends SecretBox {

    private static final int HALF_BLOCK = Salsa20.BLOCK / 2;

    private final Salsa20 salsa;
    private final StreamAhead ahead = new StreamAhead();
    private final Poly1305 poly = new Poly1305();
    /** The first half is the key of the authenticator; the second is added to the text. */
    private final byte[] firstBlock = new byte[Salsa20.BLOCK];

    private final byte[] lastBlock = new byte[Salsa20.BLOCK];

    JavaBox(byte[] key, byte[] noncePrefix) {
        int[] subkey = Salsa20.subkey(key, noncePrefix);
        salsa = new Salsa20(subkey);
        Arrays.fill(subkey, 0);
    }

    @Override
    public void seal(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        int at = begin(counter, to - text);
        xor(octets, text, to, at);
        authenticate(octets, text, to, at);
        Words.putLong(octets, from, poly.tag0);
        Words.putLong(octets, from + 8, poly.tag1);
        forget();
    }

    @Override
    public boolean open(long counter, byte[] octets, int from, int to) {
        int text = from + TAG;
        int at = begin(counter, to - text);
        authenticate(octets, text, to, at);
        long difference = (poly.tag0 ^ Words.getLong(octets, from)) | (poly.tag1 ^ Words.getLong(octets, from + 8));
        boolean authentic = difference == 0;
        if (authentic) {
            xor(octets, text, to, at);
        }
        forget();
        return authentic;
    }

    /** Makes the first block. If all of this message's stream is there already, returns where it starts instead. */
    private int begin(long counter, int length) {
        int at = ahead.find(salsa, counter, 1 + (length + HALF_BLOCK - 1) / Salsa20.BLOCK);
        if (at < 0) {
            long nonce = Long.reverseBytes(counter);
            salsa.start((int) nonce, (int) (nonce >>> 32));
            salsa.xorBlocks(firstBlock, 0, 1);
        }
        return at;
    }

    private void xor(byte[] octets, int from, int to, int ready) {
        if (ready >= 0) {
            Words.xor(octets, from, to, ahead.octets(), ready + HALF_BLOCK);
            return;
        }
        int end = Math.min(from + HALF_BLOCK, to);
        Words.xor(octets, from, end, firstBlock, HALF_BLOCK);
        int blocks = (to - end) / Salsa20.BLOCK;
        salsa.xorBlocks(octets, end, blocks);
        int at = end + blocks * Salsa20.BLOCK;
        int rest = to - at;
        if (rest > 0) {
            System.arraycopy(octets, at, lastBlock, 0, rest);
            salsa.xorBlocks(lastBlock, 0, 1);
            System.arraycopy(lastBlock, 0, octets, at, rest);
        }
    }

    private void authenticate(byte[] octets, int from, int to, int ready) {
        byte[] key = ready >= 0 ? ahead.octets() : firstBlock;
        int at = Math.max(ready, 0);
        poly.compute(
                Words.getLong(key, at),
                Words.getLong(key, at + 8),
                Words.getLong(key, at + 16),
                Words.getLong(key, at + 24),
                octets,
                from,
                to);
    }

    private void forget() {
        Arrays.fill(firstBlock, (byte) 0);
        Arrays.fill(lastBlock, (byte) 0);
    }

    @Override
    public void wipe() {
        salsa.wipe();
        ahead.wipe();
    }
}
