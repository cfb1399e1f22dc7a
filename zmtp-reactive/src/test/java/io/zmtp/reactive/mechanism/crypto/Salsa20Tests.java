package io.zmtp.reactive.mechanism.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.util.Pack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class Salsa20Tests {
    private static final Vectors NACL = Vectors.load("nacl-box");
    static final List<Vectors> SUBKEYS = NACL.list("hsalsa20");

    @ParameterizedTest
    @FieldSource("SUBKEYS")
    void derivesSubkeysAsNaClDoes(Vectors known) {
        assertThat(Salsa20.subkey(known.hex("key"), known.hex("in")))
                .isEqualTo(Pack.littleEndianToInt(known.hex("out"), 0, 8));
    }

    @Test
    void streamsAsXSalsa20DoesWithItsSubkey() {
        Vectors known = NACL.list("xsalsa20_stream").get(0);
        byte[] nonce = known.hex("nonce");
        byte[] stream = known.hex("stream");
        Salsa20 salsa = new Salsa20(Salsa20.subkey(known.hex("key"), nonce));
        salsa.start(Pack.littleEndianToInt(nonce, 16), Pack.littleEndianToInt(nonce, 20));
        byte[] ours = new byte[(stream.length + 63) / 64 * 64];
        salsa.xorBlocks(ours, 0, ours.length / 64);
        assertThat(Arrays.copyOf(ours, stream.length)).isEqualTo(stream);
    }

    @Test
    void addsTheSameStreamAsBouncyCastle() {
        Random random = new Random(20);
        for (int run = 0; run < 300; run++) {
            byte[] key = new byte[32];
            byte[] nonce = new byte[8];
            random.nextBytes(key);
            random.nextBytes(nonce);
            int blocks = run % 10 == 0 ? 1 + random.nextInt(5 * SalsaLanes.BLOCKS) : random.nextInt(20);
            int at = random.nextInt(9);
            byte[] text = new byte[at + 64 * blocks + random.nextInt(9)];
            random.nextBytes(text);
            byte[] expected = text.clone();
            Salsa20Engine engine = new Salsa20Engine();
            engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
            engine.processBytes(text, at, 64 * blocks, expected, at);
            Salsa20 salsa = new Salsa20(Pack.littleEndianToInt(key, 0, 8));
            salsa.start(Pack.littleEndianToInt(nonce, 0), Pack.littleEndianToInt(nonce, 4));
            int first = random.nextInt(blocks + 1);
            salsa.xorBlocks(text, at, first);
            salsa.xorBlocks(text, at + 64 * first, blocks - first);
            assertThat(text).as("%d blocks, %d of them first", blocks, first).isEqualTo(expected);
        }
    }
}
