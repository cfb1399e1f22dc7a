package io.zmtp.reactive.socket;

import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnequalPeers;
import org.jspecify.annotations.Nullable;

/**
 * The socket's level of delivery beside that of its peers. A socket without one does not look at those: a peer that has one
 * decides itself, as it has to with all other peers that know none.
 */
final class Levels {

    /** The property that announces the level, as a digit. */
    static final String PROPERTY = "X-QoS";

    private final DeliveryOptions options;

    Levels(DeliveryOptions options) {
        this.options = options;
    }

    static String number(DeliveryLevel level) {
        return Integer.toString(level.number());
    }

    private static String announced(Peer peer) {
        return peer.properties().text(PROPERTY).orElse(number(DeliveryLevel.NONE));
    }

    /** Whether the peer acknowledges as the socket does. */
    boolean isEqual(Peer peer) {
        return announced(peer).equals(number(options.level()));
    }

    /** What was expected of the peer and what came. */
    String difference(Peer peer) {
        return "expected a peer with delivery level " + number(options.level()) + " (" + options.level()
                + "), which announces it as " + PROPERTY + ", but it has " + Printable.of(announced(peer));
    }

    /** Why the peer is refused; null if it is not. */
    @Nullable
    ZmtpHandshakeException refusal(Peer peer) {
        boolean fits =
                options.level() == DeliveryLevel.NONE || options.unequalPeers() == UnequalPeers.SERVE || isEqual(peer);
        return fits ? null : new ZmtpHandshakeException(Failure.REFUSED, difference(peer), 300, null);
    }
}
