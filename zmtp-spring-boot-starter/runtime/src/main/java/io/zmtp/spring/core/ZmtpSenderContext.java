package io.zmtp.spring.core;

import io.micrometer.common.KeyValue;
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

    private final KnownKeys low = new KnownKeys();
    private final KnownKeys high = new KnownKeys();

    /** The default convention's, which are asked for twice. */
    private @Nullable KeyValues details;

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

    /** Those of the default convention that have many values. */
    KeyValues details() {
        KeyValues made = details;
        if (made == null) {
            made = Keys.topic(topic, KeyValues.empty());
            details = made;
        }
        return made;
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

    @Override
    public ZmtpSenderContext addLowCardinalityKeyValue(KeyValue value) {
        low.addsMore();
        super.addLowCardinalityKeyValue(value);
        return this;
    }

    @Override
    public ZmtpSenderContext addLowCardinalityKeyValues(KeyValues values) {
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
    public ZmtpSenderContext removeLowCardinalityKeyValue(String key) {
        super.addLowCardinalityKeyValues(getLowCardinalityKeyValues());
        low.giveUp();
        super.removeLowCardinalityKeyValue(key);
        return this;
    }

    @Override
    public ZmtpSenderContext removeLowCardinalityKeyValues(String... keys) {
        for (String key : keys) {
            removeLowCardinalityKeyValue(key);
        }
        return this;
    }

    @Override
    public ZmtpSenderContext addHighCardinalityKeyValue(KeyValue value) {
        high.addsMore();
        super.addHighCardinalityKeyValue(value);
        return this;
    }

    @Override
    public ZmtpSenderContext addHighCardinalityKeyValues(KeyValues values) {
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
    public ZmtpSenderContext removeHighCardinalityKeyValue(String key) {
        super.addHighCardinalityKeyValues(getHighCardinalityKeyValues());
        high.giveUp();
        super.removeHighCardinalityKeyValue(key);
        return this;
    }

    @Override
    public ZmtpSenderContext removeHighCardinalityKeyValues(String... keys) {
        for (String key : keys) {
            removeHighCardinalityKeyValue(key);
        }
        return this;
    }
}
