package io.zmtp.spring.core;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.ZmtpObservation.High;
import io.zmtp.spring.core.ZmtpObservation.Low;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Supplier;
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

    static KeyValues topic(@Nullable String topic, KeyValues others) {
        return topic == null ? others : others.and(KeyValue.of(High.TOPIC, Printable.of(topic)));
    }

    static KeyValues of(Peer peer) {
        SocketAddress address = peer.address();
        if (address instanceof InetSocketAddress internet) {
            return KeyValues.of(
                    new Late(High.PEER_ADDRESS.asString(), () -> Printable.of(internet.getHostString())),
                    new Late(High.PEER_PORT.asString(), () -> Integer.toString(internet.getPort())));
        }
        return address == null
                ? KeyValues.empty()
                : KeyValues.of(new Late(High.PEER_ADDRESS.asString(), () -> Printable.of(address.toString())));
    }

    /** A value that is printed when somebody reads it: only traces do. */
    private record Late(String getKey, Supplier<String> value) implements KeyValue {

        @Override
        public String getValue() {
            return value.get();
        }

        @Override
        public String toString() {
            return getKey + "=" + getValue();
        }
    }
}
