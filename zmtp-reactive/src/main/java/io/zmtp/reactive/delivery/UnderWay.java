package io.zmtp.reactive.delivery;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a socket has sent a peer, and the peer has not acknowledged: a snapshot.
 *
 * @param endpoint the endpoint by which the peer is, or was, connected
 * @param peer the peer; null if messages wait for a peer that was never there
 * @param isConnected whether it is connected now; else what it has is kept for it, or waits for its connection
 * @param messages how many messages were accepted for it, and not acknowledged
 * @param bytes their octets on the wire
 * @param oldest how long ago the oldest of them was written; zero if none was
 * @since 0.1
 */
public record UnderWay(
        Endpoint endpoint, @Nullable Peer peer, boolean isConnected, long messages, long bytes, Duration oldest) {}
