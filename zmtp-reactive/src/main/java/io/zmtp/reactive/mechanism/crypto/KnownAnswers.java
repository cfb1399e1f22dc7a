package io.zmtp.reactive.mechanism.crypto;

import java.util.Arrays;
import org.bouncycastle.util.encoders.Hex;

/** What an implementation must compute before it is used: the example of NaCl's authors. */
final class KnownAnswers {

    private static final byte[] ALICE_SECRET =
            Hex.decode("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    private static final byte[] ALICE_PUBLIC =
            Hex.decode("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    private static final byte[] BOB_PUBLIC =
            Hex.decode("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    private static final byte[] KEY = Hex.decode("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    private static final byte[] NONCE = Hex.decode("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    private static final byte[] TEXT =
            Hex.decode("be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a"
                    + "1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057"
                    + "e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040"
                    + "e082f937763848645e0705");
    private static final byte[] BOX =
            Hex.decode("f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4"
                    + "476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738"
                    + "b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de"
                    + "56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5");

    private KnownAnswers() {}

    /**
     * Asks for all of them.
     *
     * @throws IllegalStateException if one is wrong; it names which
     */
    static void check(Primitives primitives) {
        String of = primitives.description();
        expect(of, "public key", KeyExchange.equal(primitives.publicKey(ALICE_SECRET), ALICE_PUBLIC));
        byte[] shared = primitives.agree(ALICE_SECRET, BOB_PUBLIC);
        expect(of, "agreement", shared != null && KeyExchange.equal(KeyExchange.boxKey(shared), KEY));
        expect(
                of,
                "refusal of a public key of low order",
                primitives.agree(ALICE_SECRET, new byte[KeyExchange.KEY]) == null);
        byte[] octets = new byte[SecretBox.TAG + TEXT.length];
        System.arraycopy(TEXT, 0, octets, SecretBox.TAG, TEXT.length);
        SecretBox box = primitives.box(KEY, NONCE);
        long counter = SecretBox.counter(NONCE);
        box.seal(counter, octets, 0, octets.length);
        expect(of, "box", KeyExchange.equal(octets, BOX));
        octets[0] ^= 1;
        expect(of, "refusal of a forged box", !box.open(counter, octets, 0, octets.length));
        octets[0] ^= 1;
        boolean opened = box.open(counter, octets, 0, octets.length);
        expect(of, "text", opened && KeyExchange.equal(Arrays.copyOfRange(octets, SecretBox.TAG, octets.length), TEXT));
        box.wipe();
    }

    private static void expect(String of, String what, boolean right) {
        if (!right) {
            throw new IllegalStateException(
                    "expected the known answer of " + of + ", but this " + what + " is another");
        }
    }
}
