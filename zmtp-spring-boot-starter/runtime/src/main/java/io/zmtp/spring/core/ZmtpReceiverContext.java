package io.zmtp.spring.core;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of a message that a listener handles.
 *
 * @since 0.1
 */
public final class ZmtpReceiverContext extends ReceiverContext<Map<String, String>> {

    private final String listener;
    private final String socket;
    private final SocketType socketType;
    private final @Nullable String topic;
    private final @Nullable Peer peer;

    ZmtpReceiverContext(
            String listener,
            String socket,
            SocketType socketType,
            @Nullable String topic,
            @Nullable Peer peer,
            Map<String, String> trace) {
        super((carrier, key) -> carrier.get(key), Kind.CONSUMER);
        this.listener = listener;
        this.socket = socket;
        this.socketType = socketType;
        this.topic = topic;
        this.peer = peer;
        setCarrier(trace);
    }

    /** {@return the id of the listener} */
    public String listener() {
        return listener;
    }

    /** {@return the name of the socket} */
    public String socket() {
        return socket;
    }

    /** {@return the type of the socket} */
    public SocketType socketType() {
        return socketType;
    }

    /** {@return the topic; null if there is none, or it is longer than 255 octets} */
    public @Nullable String topic() {
        return topic;
    }

    /** {@return the peer that sent the message, if it is known; what it announced may be anything: escape it} */
    public @Nullable Peer peer() {
        return peer;
    }
}
