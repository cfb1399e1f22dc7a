package io.zmtp.spring.autoconfigure.properties;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.TypeOption;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import reactor.netty.transport.ProxyProvider;

/** Gives options the values of properties; what is absent stays as the library has it. */
public final class OptionsMapping {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** What the keys of the socket begin with. */
    private final String prefix;

    private final SocketType type;
    private SocketOptions options;

    private OptionsMapping(String name, SocketType type, SocketOptions options) {
        this.prefix = prefix(name);
        this.type = type;
        this.options = options;
    }

    /**
     * Applies the keys of a socket.
     *
     * @throws ZmtpConfigurationException if the library refuses one
     */
    public static SocketOptions apply(
            String name, SocketType type, SocketProperties properties, SocketOptions options) {
        try {
            return new OptionsMapping(name, type, options).map(properties);
        } catch (IllegalArgumentException unfit) {
            throw unfit(name, unfit);
        }
    }

    /** As {@link #apply}, for the socket of a replay: what concerns connections, and not what the other one does with messages. */
    public static SocketOptions applyToReplay(
            String name, SocketType type, SocketProperties properties, SocketOptions options) {
        try {
            OptionsMapping mapping = new OptionsMapping(name, type, options);
            mapping.set("linger", properties.linger(), SocketOptions::linger);
            mapping.set("metadata", properties.metadata(), OptionsMapping::announce);
            return mapping.connections(properties);
        } catch (IllegalArgumentException unfit) {
            throw unfit(name, unfit);
        }
    }

    /** {@return the failure of a socket whose options the library refuses} */
    public static ZmtpConfigurationException unfit(String name, IllegalArgumentException unfit) {
        return new ZmtpConfigurationException(
                "An option of the ZMTP socket '" + name + "' does not fit: " + unfit.getMessage(),
                "Correct it under zmtp.sockets." + name + " or zmtp.defaults.",
                unfit);
    }

    private SocketOptions map(SocketProperties from) {
        set("send-hwm", from.sendHwm(), SocketOptions::sendHwm);
        set("send-hwm-bytes", bytes(from.sendHwmBytes()), SocketOptions::sendHwmBytes);
        set(TypeOption.MAX_AGE, from.maxAge(), SocketOptions::maxAge);
        set("recv-hwm", from.recvHwm(), SocketOptions::recvHwm);
        set(TypeOption.ON_FULL, from.onFull(), SocketOptions::onFull);
        set("linger", from.linger(), SocketOptions::linger);
        set(TypeOption.IMMEDIATE, from.immediate(), SocketOptions::immediate);
        set(TypeOption.MANDATORY, from.mandatory(), SocketOptions::mandatory);
        set(TypeOption.HANDOVER, from.handover(), SocketOptions::handover);
        set(TypeOption.CORRELATE, from.correlate(), SocketOptions::correlate);
        set(TypeOption.PROBE_ROUTER, from.probeRouter(), SocketOptions::probeRouter);
        set(TypeOption.HELLO_MESSAGE, from.helloMessage(), (to, text) -> to.helloMessage(Message.of(text)));
        set(
                TypeOption.DISCONNECT_MESSAGE,
                from.disconnectMessage(),
                (to, text) -> to.disconnectMessage(Message.of(text)));
        set(TypeOption.HICCUP_MESSAGE, from.hiccupMessage(), (to, text) -> to.hiccupMessage(Message.of(text)));
        noDrop(from);
        set(TypeOption.MAX_SUBSCRIPTIONS, from.maxSubscriptions(), SocketOptions::maxSubscriptions);
        set(TypeOption.VERBOSE, from.verbose(), SocketOptions::verbose);
        set(TypeOption.VERBOSER, from.verboser(), SocketOptions::verboser);
        set(TypeOption.MANUAL, from.manual(), SocketOptions::manual);
        set(TypeOption.WELCOME, from.welcome(), (to, text) -> to.welcome(Message.of(text)));
        if (!from.isReplayed() && !from.asksForReplay()) {
            set(TypeOption.INVERT_MATCHING, from.invertMatching(), SocketOptions::invertMatching);
            set(TypeOption.LAST_VALUE_CACHE, from.lastValueCache(), SocketOptions::lastValueCache);
        }
        set(TypeOption.DELIVERY, from.delivery().options(prefix + "delivery."), SocketOptions::delivery);
        set("routing-id", from.routingId(), (to, text) -> to.routingId(Bytes.utf8(text)));
        set("metadata", from.metadata(), OptionsMapping::announce);
        return connections(from);
    }

    private SocketOptions connections(SocketProperties from) {
        set("max-message-size", bytes(from.maxMessageSize()), SocketOptions::maxMessageSize);
        set("max-parts", from.maxParts(), SocketOptions::maxParts);
        set("max-connections", from.maxConnections(), (to, most) -> to.server(server -> server.maxConnections(most)));
        set("max-handshakes", from.maxHandshakes(), (to, most) -> to.server(server -> server.maxHandshakes(most)));
        set("connect-timeout", from.connectTimeout(), SocketOptions::connectTimeout);
        set("handshake-timeout", from.handshakeTimeout(), SocketOptions::handshakeTimeout);
        set("idle-timeout", from.idleTimeout(), SocketOptions::idleTimeout);
        reconnect(from.reconnect());
        heartbeat(from.heartbeat());
        proxy(from.proxy());
        return options;
    }

    private <V> void set(String key, @Nullable V value, BiFunction<SocketOptions, V, SocketOptions> option) {
        options = with(options, prefix + key, value, option);
    }

    /**
     * {@return options with one more, where the key is set}
     *
     * @throws IllegalArgumentException if the value does not fit; its message begins with the key
     */
    public static <O, V> O with(O options, String key, @Nullable V value, BiFunction<O, V, O> option) {
        if (value == null) {
            return options;
        }
        try {
            if (value instanceof Duration time) {
                requireCountable(time);
            }
            return option.apply(options, value);
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(key + ": " + withoutName(unfit), unfit);
        }
    }

    /** What the library says of an option, without its own name of that. */
    private static String withoutName(IllegalArgumentException unfit) {
        return String.valueOf(unfit.getMessage()).replaceFirst("^[\\w -]+: (?=expected)", "");
    }

    /** The library counts time in nanoseconds, for some options not before it is needed. */
    private static void requireCountable(Duration time) {
        if (time.abs().compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected at most " + LONGEST.toDays() + " days, but it is " + time);
        }
    }

    /** {@return what the keys of a socket begin with} */
    public static String prefix(String name) {
        return "zmtp.sockets." + name + ".";
    }

    /** What the defaults for all sockets say is left out where the type has no such option. */
    private <V> void set(TypeOption option, @Nullable V value, BiFunction<SocketOptions, V, SocketOptions> setter) {
        if (option.types().contains(type)) {
            set(SocketKeys.dashed(option.method()), value, setter);
        }
    }

    private void noDrop(SocketProperties from) {
        set(TypeOption.NO_DROP, from.noDrop(), (to, waits) -> {
            Overflow rule = from.onFull();
            if (waits && rule != null && rule != Overflow.WAIT) {
                throw new IllegalArgumentException(
                        "no-drop: expected without on-full, since it is short for on-full: wait,"
                                + " but both are set, and on-full is " + rule);
            }
            return to.noDrop(waits);
        });
    }

    /** {@return the size in octets; null where the key is not set} */
    public static @Nullable Long bytes(@Nullable DataSize size) {
        return size == null ? null : size.toBytes();
    }

    private static SocketOptions announce(SocketOptions options, Map<String, String> metadata) {
        SocketOptions announcing = options;
        for (Map.Entry<String, String> property : metadata.entrySet()) {
            announcing = announcing.metadata(property.getKey(), Bytes.utf8(property.getValue()));
        }
        return announcing;
    }

    private void reconnect(SocketProperties.Reconnect from) {
        Duration min = Objects.requireNonNullElse(from.min(), SocketOptions.DEFAULT_RECONNECT);
        set("reconnect.min", from.min(), SocketOptions::reconnect);
        set("reconnect.max", from.max(), (to, max) -> to.reconnect(min, max));
        set("reconnect.stop-after-fatal", from.stopAfterFatal(), SocketOptions::stopAfterFatal);
    }

    private void heartbeat(SocketProperties.Heartbeat from) {
        Duration interval = from.interval();
        if (interval != null) {
            set("heartbeat.interval", interval, (to, time) -> to.heartbeat(time, Duration.ZERO));
            Duration timeout = Objects.requireNonNullElse(from.timeout(), interval.multipliedBy(3));
            set("heartbeat.timeout", timeout, (to, time) -> to.heartbeat(interval, time));
        }
        set("heartbeat.ttl", from.ttl(), SocketOptions::heartbeatTtl);
    }

    private void proxy(SocketProperties.Proxy from) {
        set(
                "proxy.host",
                from.host(),
                (to, host) -> to.client(client -> client.proxy(type -> {
                    ProxyProvider.Builder proxy = type.type(ProxyProvider.Proxy.SOCKS5)
                            .host(host)
                            .port(from.port() == null ? 1080 : from.port());
                    String username = from.username();
                    if (username != null) {
                        String password = from.password() == null ? "" : from.password();
                        proxy.username(username).password(user -> password);
                    }
                })));
    }
}
