package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PeerTests {
    private static Peer peer(int port, String routingId, Bytes publicKey) {
        return new Peer(
                InetSocketAddress.createUnresolved("localhost", port),
                SocketType.DEALER,
                Bytes.utf8(routingId),
                3,
                1,
                Metadata.EMPTY,
                publicKey,
                null);
    }

    @Test
    void theKeyStaysTheSameAcrossConnections() {
        assertThat(peer(1, "worker", Bytes.hex("01")).key())
                .isEqualTo(peer(2, "worker", Bytes.hex("01")).key())
                .hasSameHashCodeAs(peer(2, "worker", Bytes.hex("01")).key());
    }

    @Test
    void theKeyTellsPeersApart() {
        Peer.Key key = peer(1, "worker", Bytes.hex("01")).key();
        assertThat(key).isNotEqualTo(peer(1, "other", Bytes.hex("01")).key());
        assertThat(key).isNotEqualTo(peer(1, "worker", Bytes.hex("02")).key());
        assertThat(key).isNotEqualTo(peer(1, "worker", null).key());
    }
}
