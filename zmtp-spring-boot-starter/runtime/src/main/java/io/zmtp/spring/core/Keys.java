package io.zmtp.spring.core;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.ZmtpObservation.High;
import io.zmtp.spring.core.ZmtpObservation.Low;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The keys of observations with their values. */
final class Keys {

    private static final KeyValue SYSTEM = KeyValue.of(Low.SYSTEM, "zeromq");

    private Keys() {}

    static KeyValues low(ZmtpObservation what, String socket, SocketType type, String listener) {
        return KeyValues.of(
                SYSTEM,
                KeyValue.of(Low.OPERATION_NAME, what.getContextualName()),
                KeyValue.of(Low.OPERATION_TYPE, what.operationType()),
                KeyValue.of(Low.DESTINATION, socket),
                KeyValue.of(Low.SOCKET_TYPE, type.name()),
                KeyValue.of(Low.LISTENER_ID, listener));
    }

    static KeyValues high(@Nullable String topic, @Nullable Peer peer) {
        KeyValues values =
                topic == null ? KeyValues.empty() : KeyValues.of(KeyValue.of(High.TOPIC, Printable.of(topic)));
        if (peer == null || peer.address() == null) {
            return values;
        }
        return peer.address() instanceof InetSocketAddress internet
                ? values.and(
                        KeyValue.of(High.PEER_ADDRESS, Printable.of(internet.getHostString())),
                        KeyValue.of(High.PEER_PORT, Integer.toString(internet.getPort())))
                : values.and(KeyValue.of(
                        High.PEER_ADDRESS, Printable.of(peer.address().toString())));
    }
}
