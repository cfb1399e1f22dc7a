package io.zmtp.reactive.transport.ws;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.wire.Greeting;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What two peers agree on in the upgrade, instead of by greetings (RFC 45, Handshake).
 *
 * @param mechanism the mechanism; empty if there is none, and the first message of each side is its routing id
 */
record Subprotocol(String mechanism) {

    private static final String PREFIX = "ZWS2.0";
    private static final String NULL = "NULL";

    /** Those that a peer could have too. */
    private static final Set<String> MECHANISMS = Set.of(NULL, "PLAIN", "CURVE");

    /** Those whose types are used by peers that have no mechanism. */
    private static final Set<SocketType> NAMELESS = Set.of(
            SocketType.PAIR,
            SocketType.PUB,
            SocketType.SUB,
            SocketType.REQ,
            SocketType.REP,
            SocketType.DEALER,
            SocketType.ROUTER,
            SocketType.PULL,
            SocketType.PUSH,
            SocketType.XPUB,
            SocketType.XSUB);

    /**
     * What a side with a mechanism can speak, the best first.
     *
     * @throws IllegalArgumentException if the mechanism has no subprotocol
     */
    static List<Subprotocol> of(String mechanism, SocketType type) {
        if (!MECHANISMS.contains(mechanism)) {
            throw new IllegalArgumentException("mechanism: expected NULL, PLAIN or CURVE, which have a subprotocol of"
                    + " WebSocket, but it is " + mechanism);
        }
        Subprotocol own = new Subprotocol(mechanism);
        return mechanism.equals(NULL) && NAMELESS.contains(type) ? List.of(own, new Subprotocol("")) : List.of(own);
    }

    /** The first one offered that this side can speak; null if there is none. */
    static @Nullable Subprotocol choose(List<String> offered, List<Subprotocol> known) {
        for (String name : offered) {
            for (Subprotocol each : known) {
                if (each.text().equals(name)) {
                    return each;
                }
            }
        }
        return null;
    }

    /** The type that a peer without a mechanism is taken for. */
    static SocketType presumed(SocketType ours) {
        return switch (ours) {
            case DEALER -> SocketType.ROUTER;
            case ROUTER -> SocketType.DEALER;
            default -> ours.peers().iterator().next();
        };
    }

    /** Whether the first message of each side is its routing id. */
    boolean isBare() {
        return mechanism.isEmpty();
    }

    /** The greeting that the peer would have sent. */
    Greeting greeting(boolean weAreServer) {
        return isBare() || mechanism.equals(NULL)
                ? Greeting.ofPeer(NULL, false)
                : Greeting.ofPeer(mechanism, !weAreServer);
    }

    /** As it stands in {@code Sec-WebSocket-Protocol}. */
    String text() {
        return isBare() ? PREFIX : PREFIX + "/" + mechanism;
    }

    @Override
    public String toString() {
        return text();
    }
}
