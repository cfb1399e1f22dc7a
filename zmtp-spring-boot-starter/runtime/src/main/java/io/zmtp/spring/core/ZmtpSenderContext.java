package io.zmtp.spring.core;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.zmtp.reactive.SocketType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of a send or a request.
 *
 * @since 0.1
 */
public final class ZmtpSenderContext extends SenderContext<Map<String, String>> {

    private final ZmtpObservation what;
    private final String socket;
    private final SocketType socketType;
    private final @Nullable String topic;

    /** Those of the default convention that have few values. */
    final KeyValues keys;

    ZmtpSenderContext(
            ZmtpObservation what, String socket, SocketType socketType, @Nullable String topic, KeyValues keys) {
        super(
                (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value),
                what == ZmtpObservation.REQUEST ? Kind.CLIENT : Kind.PRODUCER);
        this.what = what;
        this.socket = socket;
        this.socketType = socketType;
        this.topic = topic;
        this.keys = keys;
        setCarrier(new HashMap<>());
    }

    /** {@return {@code SEND} or {@code REQUEST}} */
    public ZmtpObservation what() {
        return what;
    }

    /** {@return the name of the socket} */
    public String socket() {
        return socket;
    }

    /** {@return the type of the socket} */
    public SocketType socketType() {
        return socketType;
    }

    /** {@return the topic; null if there is none} */
    public @Nullable String topic() {
        return topic;
    }
}
