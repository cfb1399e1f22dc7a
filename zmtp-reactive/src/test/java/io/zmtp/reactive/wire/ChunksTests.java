package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunksTests {
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "4096, 4096", "4097, 67584", "65536, 67584", "67584, 67584", "67585, 67585"})
    void takesSmallAndLargeArraysOfTheSizeAskedFor(int size, int length) {
        assertThat(Chunks.take(size)).hasSize(length);
    }

    @Test
    void neverHandsOutAnArrayTwice() {
        Set<byte[]> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int index = 0; index < 100; index++) {
            taken.add(new byte[Chunks.POOLED_SIZE]);
        }
        taken.forEach(Chunks::recycle);
        Set<byte[]> again = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int index = 0; index < 100; index++) {
            assertThat(again.add(Chunks.take(5_000))).isTrue();
        }
        again.forEach(Chunks::recycle);
    }

    @Test
    void usesRecycledArraysAgain() {
        Set<byte[]> recycled = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int index = 0; index < 64; index++) {
            recycled.add(Chunks.take(Chunks.POOLED_SIZE));
        }
        recycled.forEach(Chunks::recycle);
        assertThat(recycled.contains(Chunks.take(Chunks.POOLED_SIZE))).isTrue();
    }
}
