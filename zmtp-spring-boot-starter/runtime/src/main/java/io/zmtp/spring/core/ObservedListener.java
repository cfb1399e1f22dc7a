package io.zmtp.spring.core;

import io.micrometer.common.KeyValues;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import org.jspecify.annotations.Nullable;

/**
 * A listener as its observations name it. What many messages have in common is made once.
 *
 * @since 0.1
 */
public final class ObservedListener {

    private record OfPeer(Peer peer, KeyValues values) {}

    private final String id;
    private final String socket;
    private final SocketType type;
    private final KeyValues low;
    private final String contextualName;

    /** Those of the peer that sent the last message. */
    private volatile @Nullable OfPeer last;

    /**
     * A listener of which nothing was observed yet.
     *
     * @param id of the listener
     * @param socket the name of the socket
     * @param type of the socket
     */
    public ObservedListener(String id, String socket, SocketType type) {
        this.id = id;
        this.socket = socket;
        this.type = type;
        this.low = Keys.low(ZmtpObservation.LISTENER, socket, type, id);
        this.contextualName = ZmtpObservation.LISTENER.getContextualName() + " " + socket;
    }

    String id() {
        return id;
    }

    String socket() {
        return socket;
    }

    SocketType type() {
        return type;
    }

    String contextualName() {
        return contextualName;
    }

    KeyValues low() {
        return low;
    }

    @SuppressWarnings("ReferenceEquality")
    KeyValues high(@Nullable String topic, @Nullable Peer peer) {
        KeyValues ofPeer = KeyValues.empty();
        if (peer != null) {
            OfPeer known = last;
            if (known == null || known.peer() != peer) {
                known = new OfPeer(peer, Keys.of(peer));
                last = known;
            }
            ofPeer = known.values();
        }
        return Keys.topic(topic, ofPeer);
    }
}
