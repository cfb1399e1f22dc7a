package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryOptions;
import org.junit.jupiter.api.Test;

/** Of which peers something is remembered. */
class MemoriesTests {

    private final Memories memories = new Memories(DeliveryOptions.once(), 100, (pipe, count) -> {});

    private static Peer peer(String name) {
        return new Peer(null, SocketType.PUSH, Bytes.utf8(name), 3, 1, Metadata.EMPTY, null, null);
    }

    private void comesAndTakesOver(String name) {
        memories.joined(peer(name));
        memories.of(peer(name)).over(new TakenOver(7, null, memories.of(peer(name))));
    }

    private boolean isRemembered(String name) {
        return memories.of(peer(name)).get(7) != null;
    }

    @Test
    void aPeerThatComesWhenEverybodyElseHasGoneIsRemembered() {
        for (int i = 0; i < 1001; i++) {
            comesAndTakesOver("away" + i);
            memories.left(peer("away" + i));
        }
        comesAndTakesOver("here");
        for (int i = 1001; i < 4000; i++) {
            comesAndTakesOver("away" + i);
            memories.left(peer("away" + i));
        }

        assertThat(isRemembered("here")).isTrue();
        assertThat(isRemembered("away3999")).isTrue();
        assertThat(memories.size()).isLessThanOrEqualTo(1001);
    }
}
