package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnequalPeers;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Memories;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The socket's level of delivery beside that of its peers. A socket without one does not look at those: a peer that has one
 * decides itself, as it has to with all other peers that know none.
 */
final class Levels {

    /** The property that announces the level, as a digit. */
    static final String PROPERTY = "X-QoS";

    private final DeliveryOptions options;

    /** The peers that must be known when they come back, and by which pipe they are there. */
    private final Map<Peer.Key, Pipe> names = new ConcurrentHashMap<>();

    Levels(DeliveryOptions options) {
        this.options = options;
    }

    static String number(DeliveryLevel level) {
        return Integer.toString(level.number());
    }

    private static String announced(Peer peer) {
        return peer.properties().text(PROPERTY).orElse(number(DeliveryLevel.NONE));
    }

    /** Another one for each socket. */
    static Bytes newEpoch() {
        return Bytes.utf8(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
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

    /**
     * Why a peer is refused; null if it is not. One that must be known when it comes back has its name from now on, until it is
     * {@link #gone}.
     */
    @Nullable
    ZmtpHandshakeException refusal(Pipe pipe, Peer peer) {
        if (options.level() == DeliveryLevel.NONE) {
            return null;
        }
        if (!isEqual(peer)) {
            return options.unequalPeers() == UnequalPeers.SERVE ? null : refused(difference(peer));
        }
        if (!options.level().isOnce()) {
            return null;
        }
        Peer.Key name = Memories.key(peer);
        if (name.publicKey() == null && name.routingId().isEmpty()) {
            return refused(
                    "expected a peer with a routing id, or with a key of CURVE, as its messages have delivery level "
                            + number(options.level()) + " (" + options.level()
                            + "), but it has none: set routingId(…) there");
        }
        Pipe holder = names.putIfAbsent(name, pipe);
        return holder == null || holder == pipe
                ? null
                : refused("expected one peer of its name, its routing id or its key, but another one is there: "
                        + holder);
    }

    private static ZmtpHandshakeException refused(String why) {
        return new ZmtpHandshakeException(Failure.REFUSED, why, 300, null);
    }

    /** The peer of a pipe does not come, or has gone: another one may have its name. */
    void gone(Pipe pipe) {
        if (options.level().isOnce()) {
            names.values().remove(pipe);
        }
    }
}
