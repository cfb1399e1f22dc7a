package io.zmtp.reactive;

import static io.zmtp.reactive.SocketType.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketTypeTests {
    private static final Map<SocketType, Set<SocketType>> LEGAL = new EnumMap<>(Map.ofEntries(
            Map.entry(PAIR, Set.of(PAIR)),
            Map.entry(PUB, Set.of(SUB, XSUB)),
            Map.entry(XPUB, Set.of(SUB, XSUB)),
            Map.entry(SUB, Set.of(PUB, XPUB)),
            Map.entry(XSUB, Set.of(PUB, XPUB)),
            Map.entry(REQ, Set.of(REP, ROUTER)),
            Map.entry(REP, Set.of(REQ, DEALER)),
            Map.entry(DEALER, Set.of(REP, DEALER, ROUTER)),
            Map.entry(ROUTER, Set.of(REQ, DEALER, ROUTER)),
            Map.entry(PUSH, Set.of(PULL)),
            Map.entry(PULL, Set.of(PUSH)),
            Map.entry(CLIENT, Set.of(SERVER)),
            Map.entry(SERVER, Set.of(CLIENT)),
            Map.entry(RADIO, Set.of(DISH)),
            Map.entry(DISH, Set.of(RADIO)),
            Map.entry(SCATTER, Set.of(GATHER)),
            Map.entry(GATHER, Set.of(SCATTER)),
            Map.entry(PEER, Set.of(PEER)),
            Map.entry(CHANNEL, Set.of(CHANNEL))));

    @ParameterizedTest
    @EnumSource(SocketType.class)
    void acceptsItsLegalPeersOnly(SocketType type) {
        assertThat(type.peers()).isEqualTo(LEGAL.get(type));
        for (SocketType peer : SocketType.values()) {
            assertThat(type.accepts(peer))
                    .as("%s and %s", type, peer)
                    .isEqualTo(LEGAL.get(type).contains(peer));
        }
    }

    @ParameterizedTest
    @EnumSource(SocketType.class)
    void isAcceptedByWhatItAccepts(SocketType type) {
        assertThat(type.peers()).allMatch(peer -> peer.accepts(type));
    }

    @ParameterizedTest
    @EnumSource(SocketType.class)
    void isFoundByItsName(SocketType type) {
        assertThat(SocketType.of(type.name())).contains(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "push", "Push", "PUSH ", "STREAM", "DGRAM"})
    void isNotFoundByAnythingElse(String name) {
        assertThat(SocketType.of(name)).isEmpty();
    }

    @Test
    void thereAreNineteen() {
        assertThat(SocketType.values()).hasSize(19);
    }

    @Test
    void someAddressTheirPeers() {
        assertThat(EnumSet.allOf(SocketType.class))
                .filteredOn(SocketType::addressed)
                .containsExactlyInAnyOrder(ROUTER, SERVER, PEER);
    }

    @Test
    void theThreadSafeFamilyHasOnePartAMessage() {
        assertThat(EnumSet.allOf(SocketType.class))
                .filteredOn(SocketType::singlePart)
                .containsExactlyInAnyOrder(CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER, PEER, CHANNEL);
    }
}
