package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class Poly1305Tests {
    static final List<Vectors> TAGS = Vectors.load("nacl-box").list("poly1305");

    private final Poly1305 ours = new Poly1305();

    private byte[] tag(byte[] key, byte[] text, int from, int to) {
        ours.compute(
                Words.getLong(key, 0),
                Words.getLong(key, 8),
                Words.getLong(key, 16),
                Words.getLong(key, 24),
                text,
                from,
                to);
        byte[] tag = new byte[16];
        Words.putLong(tag, 0, ours.tag0);
        Words.putLong(tag, 8, ours.tag1);
        return tag;
    }

    private static byte[] bouncyCastle(byte[] key, byte[] text, int from, int to) {
        org.bouncycastle.crypto.macs.Poly1305 poly = new org.bouncycastle.crypto.macs.Poly1305();
        poly.init(new KeyParameter(key));
        poly.update(text, from, to - from);
        byte[] tag = new byte[16];
        poly.doFinal(tag, 0);
        return tag;
    }

    @ParameterizedTest
    @FieldSource("TAGS")
    void computesTheKnownTag(Vectors known) {
        byte[] text = known.hex("message");
        assertThat(tag(known.hex("key"), text, 0, text.length)).isEqualTo(known.hex("tag"));
    }

    @Test
    void computesTheSameTagAsBouncyCastleForAnyText() {
        Random random = new Random(1305);
        byte[] key = new byte[32];
        for (int run = 0; run < 50_000; run++) {
            random.nextBytes(key);
            int from = random.nextInt(5);
            int to = from + random.nextInt(run % 100 == 0 ? 5000 : 200);
            byte[] text = new byte[to + 3];
            random.nextBytes(text);
            assertThat(tag(key, text, from, to)).isEqualTo(bouncyCastle(key, text, from, to));
        }
    }

    /** Limbs full of ones, or empty: where a lost carry would show. */
    @Test
    void computesTheSameTagAsBouncyCastleAtTheEdges() {
        Random random = new Random(130);
        byte[] edges = {0, 1, 5, (byte) 0xfa, (byte) 0xfb, (byte) 0xfc, (byte) 0xfe, (byte) 0xff};
        byte[] key = new byte[32];
        for (int run = 0; run < 50_000; run++) {
            fill(key, random, edges);
            byte[] text = new byte[random.nextInt(200)];
            fill(text, random, edges);
            assertThat(tag(key, text, 0, text.length)).isEqualTo(bouncyCastle(key, text, 0, text.length));
        }
    }

    private static void fill(byte[] octets, Random random, byte[] edges) {
        for (int at = 0; at < octets.length; ) {
            int end = Math.min(octets.length, at + 1 + random.nextInt(16));
            Arrays.fill(octets, at, end, edges[random.nextInt(edges.length)]);
            at = end;
        }
    }
}
