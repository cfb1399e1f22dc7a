package io.zmtp.reactive.mechanism.crypto;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The boxes of this library beside Bouncy Castle's and libsodium's, on random keys, nonces and texts: {@code main COUNT SEED}
 * compares as many as wished, and CryptographyTests a few thousand.
 */
final class CryptographyComparison {

    /** libsodium through JNA, which works on every JDK. */
    interface Reference extends Library {

        /** Debian's names, and everybody else's. */
        List<String> NAMES = List.of("libsodium.so.23", "libsodium.so.26", "sodium");

        static Reference load() {
            UnsatisfiedLinkError missing = new UnsatisfiedLinkError();
            for (String name : NAMES) {
                try {
                    return Native.load(name, Reference.class);
                } catch (UnsatisfiedLinkError notThere) {
                    missing = notThere;
                }
            }
            throw missing;
        }

        int crypto_secretbox_easy(byte[] box, byte[] text, long length, byte[] nonce, byte[] key);
    }

    private final Reference reference = Reference.load();
    private final Primitives own = new BouncyCastle(true);
    private final Primitives castle = new BouncyCastle(false);
    private final Random random;

    CryptographyComparison(long seed) {
        random = new Random(seed);
    }

    /** A connection's traffic with one key: sizes jump now and then, as that changes what is made ahead. */
    long run(long count) {
        long done = 0;
        while (done < count) {
            byte[] key = octets(KeyExchange.KEY);
            byte[] nonce = octets(SecretBox.NONCE);
            SecretBox ours = own.box(key, nonce);
            SecretBox opening = own.box(key, nonce);
            SecretBox theirs = castle.box(key, nonce);
            long counter = random.nextLong();
            int usual = random.nextInt(200);
            int messages = random.nextInt(400);
            for (int i = 0; i < messages && done < count; i++, counter++, done++) {
                int length = random.nextInt(50) > 0 ? usual : length();
                byte[] text = octets(length);
                byte[] expected = sodium(key, nonce, counter, text);
                byte[] box = seal(ours, counter, text);
                check("box of zmtp-reactive", length, box, expected);
                check("box of Bouncy Castle", length, seal(theirs, counter, text), expected);
                if (!opening.open(counter, box, 0, box.length)) {
                    throw new AssertionError("not opened: " + length + " octets");
                }
                check("text", length, Arrays.copyOfRange(box, SecretBox.TAG, box.length), text);
            }
        }
        return done;
    }

    private int length() {
        return random.nextInt(20) == 0 ? random.nextInt(70_000) : random.nextInt(3000);
    }

    private static byte[] seal(SecretBox box, long counter, byte[] text) {
        byte[] octets = new byte[SecretBox.TAG + text.length];
        System.arraycopy(text, 0, octets, SecretBox.TAG, text.length);
        box.seal(counter, octets, 0, octets.length);
        return octets;
    }

    private byte[] sodium(byte[] key, byte[] prefix, long counter, byte[] text) {
        byte[] nonce = prefix.clone();
        Words.putLong(nonce, SecretBox.NONCE_PREFIX, Long.reverseBytes(counter));
        byte[] box = new byte[SecretBox.TAG + text.length];
        reference.crypto_secretbox_easy(box, text, text.length, nonce, key);
        return box;
    }

    private static void check(String what, int length, byte[] ours, byte[] expected) {
        if (!Arrays.equals(ours, expected)) {
            throw new AssertionError("a wrong " + what + ", of " + length + " octets");
        }
    }

    private byte[] octets(int count) {
        byte[] octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    /** Compares: how many, and a seed. */
    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[0]);
        System.out.println(
                new CryptographyComparison(Long.parseLong(arguments[1])).run(count) + " compared, all the same");
    }
}
