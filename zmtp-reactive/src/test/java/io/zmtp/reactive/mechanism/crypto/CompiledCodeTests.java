package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.OtherJvm;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The primitives beside Bouncy Castle's in a JVM of their own, interpreted first and compiled then. HotSpot 17 once made
 * of a right agreement a wrong key for the box, from some moment on, in three JVMs of four that ran this.
 */
class CompiledCodeTests {

    private static final Duration RUN = Duration.ofSeconds(4);
    private static final int THREADS = 2;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void computesTheSameBeforeAndAfterItIsCompiled(long seed) {
        List<String> options = List.of("-XX:TieredStopAtLevel=4");
        try (OtherJvm jvm = OtherJvm.start(CompiledCodeTests.class, options, 0, Long.toString(seed))) {
            for (int thread = 0; thread < THREADS; thread++) {
                assertThat(jvm.line()).isEqualTo("all right");
            }
        }
    }

    /** What the other JVM runs; the argument is a seed. All in one loop, as the fault was found: its form matters. */
    public static void main(String[] arguments) {
        long seed = Long.parseLong(arguments[0]);
        long end = System.nanoTime() + RUN.toNanos();
        boolean[] wrong = {false};
        long[] runs = new long[THREADS];
        for (int each = 0; each < THREADS; each++) {
            int thread = each;
            new Thread(() -> {
                        Random random = new Random(seed * 31 + thread);
                        try {
                            while (System.nanoTime() < end && !wrong[0]) {
                                runs[thread]++;
                                byte[] ours = new byte[32];
                                byte[] theirs = new byte[32];
                                random.nextBytes(ours);
                                random.nextBytes(theirs);
                                byte[] theirPublic = KeyExchange.publicKey(theirs);
                                byte[] agreed = new byte[32];
                                X25519.scalarMult(ours, 0, theirPublic, 0, agreed, 0);
                                if (!Arrays.equals(agreed, KeyExchange.agree(ours, theirPublic))) {
                                    throw new AssertionError("wrong agreement " + runs[thread]);
                                }
                                byte[] key = KeyExchange.boxKey(ours, theirPublic);
                                byte[] same = KeyExchange.boxKey(theirs, KeyExchange.publicKey(ours));
                                if (!Arrays.equals(key, same)) {
                                    throw new AssertionError("wrong key " + runs[thread]);
                                }
                                int[] lengths = {
                                    64,
                                    128,
                                    96,
                                    80,
                                    25,
                                    random.nextInt(400),
                                    random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(2000)
                                };
                                for (int length : lengths) {
                                    byte[] text = new byte[length];
                                    random.nextBytes(text);
                                    byte[] nonce = new byte[SecretBox.NONCE];
                                    random.nextBytes(nonce);
                                    byte[] box = SecretBox.seal(key, nonce, text);
                                    if (!Arrays.equals(box, seal(key, nonce, text))) {
                                        throw new AssertionError("wrong box of " + length + " in run " + runs[thread]);
                                    }
                                    byte[] opened = SecretBox.open(key, nonce, box);
                                    if (!Arrays.equals(opened, text)) {
                                        throw new AssertionError("wrong text of " + length + " in run " + runs[thread]);
                                    }
                                    box[random.nextInt(box.length)] ^= 1;
                                    if (SecretBox.open(key, nonce, box) != null) {
                                        throw new AssertionError("opened a forged box of " + length);
                                    }
                                }
                                if (runs[thread] % 4 == 0) { // as the traffic of a connection
                                    byte[] prefix = new byte[16];
                                    random.nextBytes(prefix);
                                    SecretBox out = SecretBox.of(key, prefix);
                                    SecretBox in = SecretBox.of(key, prefix);
                                    int usual = random.nextInt(120) + 20;
                                    for (long counter = 1; counter < 40; counter++) {
                                        int length = random.nextInt(9) == 0 ? random.nextInt(3000) : usual;
                                        byte[] box = new byte[16 + length];
                                        byte[] text = new byte[length];
                                        random.nextBytes(text);
                                        System.arraycopy(text, 0, box, 16, length);
                                        out.seal(counter, box, 0, box.length);
                                        byte[] nonce = Arrays.copyOf(prefix, 24);
                                        for (int at = 0; at < 8; at++) {
                                            nonce[16 + at] = (byte) (counter >>> (56 - 8 * at));
                                        }
                                        if (!Arrays.equals(box, seal(key, nonce, text))) {
                                            throw new AssertionError("wrong message " + counter + " of " + length);
                                        }
                                        if (!in.open(counter, box, 0, box.length)) {
                                            throw new AssertionError(
                                                    "not opened: message " + counter + " of " + length);
                                        }
                                        if (!Arrays.equals(Arrays.copyOfRange(box, 16, box.length), text)) {
                                            throw new AssertionError("wrong text");
                                        }
                                    }
                                }
                            }
                            System.out.println("all right");
                        } catch (Throwable failed) {
                            wrong[0] = true;
                            System.out.println(failed.getMessage());
                        }
                    })
                    .start();
        }
    }

    /** Bouncy Castle's secret box. */
    private static byte[] seal(byte[] key, byte[] nonce, byte[] text) {
        XSalsa20Engine cipher = new XSalsa20Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        byte[] in = new byte[32 + text.length];
        System.arraycopy(text, 0, in, 32, text.length);
        byte[] stream = new byte[in.length];
        cipher.processBytes(in, 0, in.length, stream, 0);
        org.bouncycastle.crypto.macs.Poly1305 poly = new org.bouncycastle.crypto.macs.Poly1305();
        poly.init(new KeyParameter(Arrays.copyOf(stream, 32)));
        poly.update(stream, 32, text.length);
        byte[] box = new byte[SecretBox.TAG + text.length];
        poly.doFinal(box, 0);
        System.arraycopy(stream, 32, box, SecretBox.TAG, text.length);
        return box;
    }
}
