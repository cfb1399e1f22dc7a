package io.zmtp.samples.webflux;

import io.zmtp.reactive.socket.ConnectedPeer;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What the page shows. Counts are since the start.
 *
 * @param lag how old the last tick was when it was taken, in milliseconds
 * @param queued how much waits in the longest queue of the market
 */
record Status(
        long time,
        boolean open,
        boolean slow,
        long published,
        long taken,
        long dropped,
        long lag,
        int hwm,
        long queued,
        List<Watch.State> endpoints,
        List<PeerStatus> peers,
        Collection<Tick> latest) {

    /**
     * What charts and sparklines show; a page that is opened has those of the last minute at once.
     *
     * @param prices by symbol
     */
    record Sample(long time, long published, long taken, long dropped, long queued, Map<String, Double> prices) {}

    /**
     * A peer that is there.
     *
     * @param queued how many messages wait to be written to it
     * @param unread how many of its messages wait to be taken
     */
    record PeerStatus(String socket, String endpoint, String name, long queued, long unread) {

        static PeerStatus of(String socket, ConnectedPeer peer) {
            return new PeerStatus(
                    socket, peer.endpoint().toString(), Watch.name(peer.peer()), peer.queued(), peer.unread());
        }
    }
}
