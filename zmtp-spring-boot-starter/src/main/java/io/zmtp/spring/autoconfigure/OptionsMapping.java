package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.spring.listener.ZmtpConfigurationException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import reactor.netty.transport.ProxyProvider;

/** Gives options the values of properties; what is absent stays as the library has it. */
final class OptionsMapping {

    private SocketOptions options;

    private OptionsMapping(SocketOptions options) {
        this.options = options;
    }

    static SocketOptions apply(String name, SocketProperties properties, SocketOptions options) {
        try {
            return new OptionsMapping(options).map(properties);
        } catch (IllegalArgumentException unfit) {
            throw new ZmtpConfigurationException(
                    "An option of the ZMTP socket '" + name + "' does not fit: " + unfit.getMessage(),
                    "Correct it under zmtp.sockets." + name + " or zmtp.defaults.",
                    unfit);
        }
    }

    private SocketOptions map(SocketProperties from) {
        set(from.sendHwm(), SocketOptions::sendHwm);
        set(bytes(from.sendHwmBytes()), SocketOptions::sendHwmBytes);
        set(from.recvHwm(), SocketOptions::recvHwm);
        set(from.onFull(), SocketOptions::onFull);
        set(from.linger(), SocketOptions::linger);
        when(from.immediate(), SocketOptions::immediate);
        when(from.mandatory(), SocketOptions::mandatory);
        when(from.handover(), SocketOptions::handover);
        set(from.correlate(), SocketOptions::correlate);
        when(from.probeRouter(), SocketOptions::probeRouter);
        set(from.helloMessage(), (to, text) -> to.helloMessage(Message.of(text)));
        set(from.disconnectMessage(), (to, text) -> to.disconnectMessage(Message.of(text)));
        set(from.hiccupMessage(), (to, text) -> to.hiccupMessage(Message.of(text)));
        when(from.noDrop(), SocketOptions::noDrop);
        set(from.maxSubscriptions(), SocketOptions::maxSubscriptions);
        when(from.invertMatching(), SocketOptions::invertMatching);
        when(from.verbose(), SocketOptions::verbose);
        when(from.verboser(), SocketOptions::verboser);
        when(from.manual(), SocketOptions::manual);
        set(from.welcome(), (to, text) -> to.welcome(Message.of(text)));
        set(from.lastValueCache(), SocketOptions::lastValueCache);
        set(from.routingId(), (to, text) -> to.routingId(Bytes.utf8(text)));
        set(from.metadata(), OptionsMapping::announce);
        set(bytes(from.maxMessageSize()), SocketOptions::maxMessageSize);
        set(from.maxParts(), SocketOptions::maxParts);
        set(from.maxConnections(), (to, most) -> to.server(server -> server.maxConnections(most)));
        set(from.maxHandshakes(), (to, most) -> to.server(server -> server.maxHandshakes(most)));
        set(from.connectTimeout(), SocketOptions::connectTimeout);
        set(from.handshakeTimeout(), SocketOptions::handshakeTimeout);
        set(from.idleTimeout(), SocketOptions::idleTimeout);
        reconnect(from.reconnect());
        heartbeat(from.heartbeat());
        proxy(from.proxy());
        return options;
    }

    private <V> void set(@Nullable V value, BiFunction<SocketOptions, V, SocketOptions> option) {
        if (value != null) {
            options = option.apply(options, value);
        }
    }

    private void when(@Nullable Boolean flag, UnaryOperator<SocketOptions> option) {
        if (Boolean.TRUE.equals(flag)) {
            options = option.apply(options);
        }
    }

    private static @Nullable Long bytes(@Nullable DataSize size) {
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
        set(from.min(), SocketOptions::reconnect);
        set(from.max(), (to, max) -> to.reconnect(min, max));
        when(from.stopAfterFatal(), SocketOptions::stopAfterFatal);
    }

    private void heartbeat(SocketProperties.Heartbeat from) {
        if (from.interval() == null && from.timeout() != null) {
            throw new IllegalArgumentException("heartbeat.timeout needs heartbeat.interval");
        }
        set(
                from.interval(),
                (to, interval) ->
                        to.heartbeat(interval, from.timeout() == null ? interval.multipliedBy(3) : from.timeout()));
        set(from.ttl(), SocketOptions::heartbeatTtl);
    }

    private void proxy(SocketProperties.Proxy from) {
        if (from.host() == null && (from.port() != null || from.username() != null || from.password() != null)) {
            throw new IllegalArgumentException("proxy.port, proxy.username and proxy.password need proxy.host");
        }
        if (from.username() == null && from.password() != null) {
            throw new IllegalArgumentException("proxy.password needs proxy.username");
        }
        set(
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
