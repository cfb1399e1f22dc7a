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
    private final KnownKeys low = new KnownKeys();
    private final KnownKeys high = new KnownKeys();
    private final @Nullable String topic;
    private final @Nullable Peer peer;

    /** The default convention's, which are asked for twice. */
    private @Nullable KeyValues details;

    ZmtpReceiverContext(
            ObservedListener listener, @Nullable String topic, @Nullable Peer peer, Map<String, String> trace) {
        super(Map::get, Kind.CONSUMER);
        this.listener = listener;
        this.topic = topic;
        this.peer = peer;
        setCarrier(trace);
    }

    ObservedListener observed() {
        return listener;
    }

    /** Those of the default convention that have many values. */
    KeyValues details() {
        KeyValues made = details;
        if (made == null) {
            made = listener.high(topic, peer);
            details = made;
        }
        return made;
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
    public ZmtpReceiverContext addLowCardinalityKeyValue(KeyValue value) {
        low.addsMore();
        super.addLowCardinalityKeyValue(value);
        return this;
    }

    @Override
    public ZmtpReceiverContext addLowCardinalityKeyValues(KeyValues values) {
        if (!low.take(values)) {
            super.addLowCardinalityKeyValues(values);
        }
        return this;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues() {
        return low.areAll() ? low.all() : low.and(super.getLowCardinalityKeyValues());
    }

    @Override
    public @Nullable KeyValue getLowCardinalityKeyValue(String key) {
        KeyValue added = super.getLowCardinalityKeyValue(key);
        return added == null ? low.get(key) : added;
    }

    @Override
    public ZmtpReceiverContext removeLowCardinalityKeyValue(String key) {
        super.addLowCardinalityKeyValues(getLowCardinalityKeyValues());
        low.giveUp();
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

    @Override
    public ZmtpReceiverContext addHighCardinalityKeyValue(KeyValue value) {
        high.addsMore();
        super.addHighCardinalityKeyValue(value);
        return this;
    }

    @Override
    public ZmtpReceiverContext addHighCardinalityKeyValues(KeyValues values) {
        if (!high.take(values)) {
            super.addHighCardinalityKeyValues(values);
        }
        return this;
    }

    @Override
    public KeyValues getHighCardinalityKeyValues() {
        return high.areAll() ? high.all() : high.and(super.getHighCardinalityKeyValues());
    }

    @Override
    public @Nullable KeyValue getHighCardinalityKeyValue(String key) {
        KeyValue added = super.getHighCardinalityKeyValue(key);
        return added == null ? high.get(key) : added;
    }

    @Override
    public ZmtpReceiverContext removeHighCardinalityKeyValue(String key) {
        super.addHighCardinalityKeyValues(getHighCardinalityKeyValues());
        high.giveUp();
        super.removeHighCardinalityKeyValue(key);
        return this;
    }

    @Override
    public ZmtpReceiverContext removeHighCardinalityKeyValues(String... keys) {
        for (String key : keys) {
            removeHighCardinalityKeyValue(key);
        }
        return this;
    }
}
