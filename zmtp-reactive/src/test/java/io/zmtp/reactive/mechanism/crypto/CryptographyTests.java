package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zmtp.reactive.testing.OtherJvm;
import io.zmtp.reactive.testing.RequiresLibZmq;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With libsodium, which Debian's libzmq brings. */
@RequiresLibZmq
class CryptographyTests {

    private static final boolean FOREIGN_FUNCTIONS = Runtime.version().feature() >= 22;

    private static void assumeForeignFunctions() {
        assumeTrue(FOREIGN_FUNCTIONS, "JDK 22 has foreign functions");
    }

    /** None, one block, more, and around what libsodium does in one call. */
    static List<Integer> lengths() {
        return IntStream.of(
                        0, 1, 31, 32, 33, 64, 95, 96, 97, 131, 1000, 4096, 65_535, 65_536, 65_537, 65_568, 65_569,
                        200_000)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void libsodiumMakesTheSameBoxes(int length) {
        assumeForeignFunctions();
        Random random = new Random(length);
        byte[] key = new byte[32];
        byte[] nonce = new byte[24];
        byte[] text = new byte[length];
        random.nextBytes(key);
        random.nextBytes(nonce);
        random.nextBytes(text);
        byte[] ours = sealed(new JavaBox(key, nonce), text);
        byte[] theirs = sealed(new Sodium(false).box(key, nonce), text);
        assertThat(theirs).isEqualTo(ours).isEqualTo(sealed(new BouncyCastleBox(key, nonce), text));
        assertThat(sealed(new Sodium(true).box(key, nonce), text)).isEqualTo(theirs);
        opensOnlyWhatIsAuthentic(new Sodium(false).box(key, nonce), theirs, text);
        opensOnlyWhatIsAuthentic(new Sodium(true).box(key, nonce), theirs, text);
        opensOnlyWhatIsAuthentic(new BouncyCastleBox(key, nonce), theirs, text);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void bouncyCastleMakesTheSameBoxes(int length) {
        byte[] text = new byte[length];
        new Random(length).nextBytes(text);
        byte[] box = sealed(new BouncyCastleBox(new byte[32], new byte[16]), text);
        assertThat(box).isEqualTo(sealed(new JavaBox(new byte[32], new byte[16]), text));
        opensOnlyWhatIsAuthentic(new BouncyCastleBox(new byte[32], new byte[16]), box, text);
    }

    private static byte[] sealed(SecretBox box, byte[] text) {
        byte[] octets = new byte[3 + SecretBox.TAG + text.length];
        System.arraycopy(text, 0, octets, 3 + SecretBox.TAG, text.length);
        box.seal(9, octets, 3, octets.length);
        return octets;
    }

    private static void opensOnlyWhatIsAuthentic(SecretBox box, byte[] sealed, byte[] text) {
        int step = Math.max(1, sealed.length / 20);
        for (int at = 3; at < sealed.length; at += step) {
            byte[] changed = sealed.clone();
            changed[at] ^= 4;
            byte[] before = changed.clone();
            assertThat(box.open(9, changed, 3, changed.length)).isFalse();
            assertThat(changed).isEqualTo(before);
        }
        byte[] octets = sealed.clone();
        assertThat(box.open(8, octets, 3, octets.length)).isFalse();
        assertThat(box.open(9, octets, 3, octets.length)).isTrue();
        assertThat(Arrays.copyOfRange(octets, 3 + SecretBox.TAG, octets.length)).isEqualTo(text);
    }

    @Test
    void allAgreeUponTheSameKeys() {
        Random random = new Random(25519);
        Primitives castle = new BouncyCastle(true);
        Primitives other = FOREIGN_FUNCTIONS ? new Sodium(false) : new BouncyCastle(false);
        for (int i = 0; i < 200; i++) {
            byte[] secret = new byte[32];
            byte[] point = new byte[32];
            random.nextBytes(secret);
            random.nextBytes(point);
            assertThat(other.publicKey(secret)).isEqualTo(castle.publicKey(secret));
            assertThat(other.agree(secret, point)).isEqualTo(castle.agree(secret, point));
        }
    }

    @Test
    void agreesWithLibsodiumOnManyBoxes() {
        assertThat(new CryptographyComparison(1).run(3000)).isEqualTo(3000);
    }

    @Test
    void takesLibsodiumWhereTheJdkCanCallIt() {
        assumeForeignFunctions();
        assertThat(Cryptography.choose("libsodium"))
                .extracting("description")
                .asString()
                .matches("libsodium [0-9.]+");
        assertThat(Cryptography.choose(""))
                .extracting("description")
                .asString()
                .matches("libsodium [0-9.]+, with Salsa20 and Poly1305 of zmtp-reactive below 480 octets");
    }

    @Test
    void takesBouncyCastleOnOlderJdksAndSaysWhy() {
        assumeTrue(!FOREIGN_FUNCTIONS, "JDK 22 has foreign functions");
        assertThat(Cryptography.choose(""))
                .extracting("description")
                .asString()
                .startsWith("Bouncy Castle")
                .endsWith("(no libsodium: needs JDK 22 or newer)");
        assertThatThrownBy(() -> Cryptography.choose("libsodium"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs JDK 22 or newer");
    }

    @Test
    void takesWhatTheSettingNames() {
        assertThat(Cryptography.choose("BouncyCastle"))
                .extracting("description")
                .asString()
                .doesNotContain("Poly1305");
        assertThat(Cryptography.choose("java"))
                .extracting("description")
                .asString()
                .contains("Salsa20 and Poly1305 of zmtp-reactive");
        assertThatThrownBy(() -> Cryptography.choose("openssl"))
                .hasMessage(
                        "expected libsodium, java or bouncycastle as io.zmtp.reactive.cryptography, but it is openssl");
    }

    @Test
    void doesNotUseWhatComputesAnotherAnswer() {
        Primitives wrong = new Primitives() {
            private final Primitives right = new BouncyCastle(true);

            @Override
            public String description() {
                return "wrong";
            }

            @Override
            public byte[] publicKey(byte[] secretKey) {
                return right.publicKey(secretKey);
            }

            @Override
            public byte @Nullable [] agree(byte[] secretKey, byte[] publicKey) {
                return right.agree(publicKey, publicKey);
            }

            @Override
            public SecretBox box(byte[] key, byte[] noncePrefix) {
                return right.box(key, noncePrefix);
            }
        };
        assertThat(Cryptography.firstOf(() -> wrong, () -> new BouncyCastle(true)))
                .extracting("description")
                .asString()
                .contains("this agreement is another");
        assertThatThrownBy(() -> Cryptography.firstOf(() -> wrong)).isInstanceOf(IllegalStateException.class);
    }

    /** In a JVM of its own, as the choice is made once. */
    @Test
    void failsEachTimeAndSaysWhyWhereThePropertyAsksForWhatIsNotThere() {
        List<String> options = List.of("-D" + Cryptography.PROPERTY + "=openssl");
        try (OtherJvm jvm = OtherJvm.start(CryptographyTests.class, options, 0)) {
            String text =
                    "expected libsodium, java or bouncycastle as io.zmtp.reactive.cryptography, but it is openssl";
            assertThat(jvm.line()).isEqualTo(text);
            assertThat(jvm.line()).isEqualTo(text);
        }
    }

    /** What the other JVM runs. */
    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            try {
                KeyExchange.publicKey(new byte[KeyExchange.KEY]);
            } catch (IllegalStateException why) {
                System.out.println(why.getMessage());
            }
        }
    }
}
