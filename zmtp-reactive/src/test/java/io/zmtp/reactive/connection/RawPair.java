package io.zmtp.reactive.connection;

import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.util.concurrent.CompletableFuture;

/** A connection of ours whose peer the test plays; it reads only what the test reads. */
final class RawPair implements AutoCloseable {

    final RawPeer peer;
    final ZmtpConnection connection;

    private RawPair(RawPeer peer, ZmtpConnection connection) {
        this.peer = peer;
        this.connection = connection;
    }

    static RawPair open() {
        return open(Pair.client());
    }

    static RawPair open(ZmtpClient client) {
        try (RawListener listener = RawPeer.listen()) {
            CompletableFuture<ZmtpConnection> connected =
                    client.connect(listener.endpoint()).toFuture();
            RawPeer peer = listener.accept();
            peer.handshakeNull("PAIR");
            return new RawPair(peer, Pair.get(connected));
        }
    }

    @Override
    public void close() {
        connection.dispose();
        peer.close();
    }
}
