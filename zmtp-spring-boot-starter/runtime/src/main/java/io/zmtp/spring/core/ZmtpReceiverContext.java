package io.zmtp.spring.core;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
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

    private final ObservedListener listener;
    /** What the convention gave first: mostly all that there is, and not put into a map for each message then. */
    private @Nullable KeyValues given;

    private final @Nullable String topic;
    private final @Nullable Peer peer;

    ZmtpReceiverContext(
            ObservedListener listener, @Nullable String topic, @Nullable Peer peer, Map<String, String> trace) {
        super((carrier, key) -> carrier.get(key), Kind.CONSUMER);
        this.listener = listener;
        this.topic = topic;
        this.peer = peer;
        setCarrier(trace);
    }

    ObservedListener observed() {
        return listener;
    }

    /** {@return the id of the listener} */
    public String listener() {
        return listener.id();
    }

    /** {@return the name of the socket} */
    public String socket() {
        return listener.socket();
    }

    /** {@return the type of the socket} */
    public SocketType socketType() {
        return listener.type();
    }

    /** {@return the topic; null if there is none, or it is longer than 255 octets} */
    public @Nullable String topic() {
        return topic;
    }

    /** {@return the peer that sent the message, if it is known; what it announced may be anything: escape it} */
    public @Nullable Peer peer() {
        return peer;
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public ZmtpReceiverContext addLowCardinalityKeyValues(KeyValues values) {
        if (given == null) {
            given = values;
        } else if (values != given) {
            super.addLowCardinalityKeyValues(values);
        }
        return this;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues() {
        KeyValues added = super.getLowCardinalityKeyValues();
        return given == null ? added : given.and(added);
    }

    @Override
    public @Nullable KeyValue getLowCardinalityKeyValue(String key) {
        KeyValue added = super.getLowCardinalityKeyValue(key);
        if (added != null || given == null) {
            return added;
        }
        return given.stream()
                .filter(each -> each.getKey().equals(key))
                .findFirst()
                .orElse(null);
    }

    @Override
    public ZmtpReceiverContext removeLowCardinalityKeyValue(String key) {
        super.addLowCardinalityKeyValues(getLowCardinalityKeyValues());
        given = KeyValues.empty();
        super.removeLowCardinalityKeyValue(key);
        return this;
    }

    @Override
    public ZmtpReceiverContext removeLowCardinalityKeyValues(String... keys) {
        for (String key : keys) {
            removeLowCardinalityKeyValue(key);
        }
        return this;
    }
}
