package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.Vectors;
import java.lang.reflect.Field;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class KeyExchangeTests {
    private static final Vectors NACL = Vectors.load("nacl-box");
    static final List<Vectors> AGREEMENTS = NACL.list("x25519");
    static final List<Vectors> LOW_ORDER = NACL.list("x25519_low_order_points_must_be_rejected");

    @ParameterizedTest
    @FieldSource("AGREEMENTS")
    void agreesAsTheRfcDoes(Vectors known) {
        assertThat(KeyExchange.agree(known.hex("scalar"), known.hex("u"))).isEqualTo(known.hex("out"));
    }

    @Test
    void agreesAThousandTimesAsTheRfcDoes() {
        byte[] k = new byte[32];
        k[0] = 9;
        byte[] u = k;
        for (int i = 0; i < 1000; i++) {
            byte[] next = KeyExchange.agree(k, u);
            u = k;
            k = next;
        }
        assertThat(k).isEqualTo(NACL.hex("x25519_iterated", "1000"));
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void refusesKeysOfLowOrder(Vectors point) {
        byte[] secret = KeyExchange.secretKey();
        assertThat(KeyExchange.agree(secret, point.hex("u"))).isNull();
        assertThat(KeyExchange.boxKey(secret, point.hex("u"))).isNull();
    }

    @Test
    void derivesPublicKeysAndTheKeyOfABoxAsNaClDoes() {
        Vectors example = NACL.at("nacl_example");
        assertThat(KeyExchange.publicKey(example.hex("alice_secret"))).isEqualTo(example.hex("alice_public"));
        assertThat(KeyExchange.boxKey(example.hex("alice_secret"), example.hex("bob_public")))
                .isEqualTo(KeyExchange.boxKey(example.hex("bob_secret"), example.hex("alice_public")))
                .isEqualTo(example.hex("beforenm"));
    }

    @Test
    void makesAnotherKeyEachTime() {
        Set<List<Byte>> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            byte[] key = KeyExchange.secretKey();
            assertThat(key).hasSize(32);
            seen.add(java.util.stream.IntStream.range(0, 32)
                    .mapToObj(at -> key[at])
                    .toList());
        }
        assertThat(seen).hasSize(1000);
    }

    /** A generator that was seeded once: {@code getInstanceStrong} may wait for the system, on an event loop too. */
    @Test
    void takesRandomOctetsFromAGeneratorThatNeverWaits() throws ReflectiveOperationException {
        Field random = KeyExchange.class.getDeclaredField("RANDOM");
        random.setAccessible(true);
        assertThat(((SecureRandom) random.get(null)).getAlgorithm()).isEqualTo("DRBG");
    }

    @Test
    void comparesWhole() {
        assertThat(KeyExchange.equal(new byte[] {1, 2}, new byte[] {1, 2})).isTrue();
        assertThat(KeyExchange.equal(new byte[] {1, 2}, new byte[] {1, 3})).isFalse();
        assertThat(KeyExchange.equal(new byte[] {1, 2}, new byte[] {1})).isFalse();
    }
}
