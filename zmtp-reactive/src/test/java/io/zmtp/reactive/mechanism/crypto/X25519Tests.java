package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Bouncy Castle's. */
class X25519Tests {

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private static byte[] expected(byte[] scalar, byte[] u) {
        byte[] out = new byte[32];
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(scalar, 0, u, 0, out, 0);
        return out;
    }

    private static byte[] random(Random random) {
        byte[] octets = new byte[32];
        random.nextBytes(octets);
        return octets;
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] octets = new byte[32];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = number.shiftRight(8 * i).byteValue();
        }
        return octets;
    }

    @Test
    void agreesWithBouncyCastleOnRandomPoints() {
        Random random = new Random(25519);
        for (int i = 0; i < 5000; i++) {
            byte[] scalar = random(random);
            byte[] u = random(random);
            assertThat(X25519.multiply(scalar, u)).isEqualTo(expected(scalar, u));
        }
    }

    /** Full limbs, empty limbs, and what is not below p. */
    static List<BigInteger> edges() {
        Stream<BigInteger> small = Stream.of(-2, -1, 0, 1, 2, 18, 19).map(BigInteger::valueOf);
        Stream<BigInteger> powers = Stream.of(50, 51, 52, 101, 102, 103, 152, 153, 203, 204, 205, 253, 254, 255, 256)
                .map(BigInteger.TWO::pow);
        List<BigInteger> around =
                Stream.concat(Stream.concat(small, Stream.of(P)), powers).toList();
        return around.stream()
                .flatMap(number -> Stream.of(-19, -1, 0, 1, 19).map(i -> number.add(BigInteger.valueOf(i))))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("edges")
    void agreesWithBouncyCastleAtTheEdges(BigInteger edge) {
        Random random = new Random(7748);
        byte[] octets = littleEndian(edge);
        for (int i = 0; i < 20; i++) {
            byte[] other = random(random);
            assertThat(X25519.multiply(other, octets)).isEqualTo(expected(other, octets));
            assertThat(X25519.multiply(octets, other)).isEqualTo(expected(octets, other));
        }
        assertThat(X25519.multiply(octets, octets)).isEqualTo(expected(octets, octets));
    }

    /** One's output is the next one's input, so that a rare wrong limb would not pass. */
    @Test
    void agreesWithBouncyCastleInAChain() {
        byte[] ours = random(new Random(1));
        byte[] theirs = ours;
        byte[] scalar = random(new Random(2));
        for (int i = 0; i < 2000; i++) {
            ours = X25519.multiply(scalar, ours);
            theirs = expected(scalar, theirs);
        }
        assertThat(ours).isEqualTo(theirs);
    }
}
