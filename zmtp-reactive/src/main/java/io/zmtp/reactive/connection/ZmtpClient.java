package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolverGroup;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.pipe.Durations;
import io.zmtp.reactive.transport.Dialer;
import io.zmtp.reactive.transport.ws.ClientUpgrade;
import io.zmtp.reactive.transport.ws.WebSocketLink;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.transport.ProxyProvider;

/**
 * Opens connections.
 *
 * <pre>{@code
 * ZmtpClient.create().socketType(SocketType.PUSH)
 *         .connect("tcp://127.0.0.1:5555")
 *         .flatMap(connection -> connection.send(Message.of("hello")).then(connection.close()))
 *         .block();
 * }</pre>
 *
 * <p>A client makes one attempt for each subscription; combine it with {@code retryWhen} for more.
 *
 * @since 0.1
 */
public final class ZmtpClient extends ConnectionSpec<ZmtpClient> {

    /** How long opening a transport may take, before the limit of the handshake begins: 30 s. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);

    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private @Nullable Consumer<? super ProxyProvider.TypeSpec> proxy;
    private @Nullable AddressResolverGroup<?> resolver;
    private Map<String, String> upgradeHeaders = Map.of();
    private Mono<Map<String, String>> freshHeaders = Mono.just(Map.of());

    private ZmtpClient() {}

    /** {@return a client with the defaults; the socket type has no default} */
    public static ZmtpClient create() {
        return new ZmtpClient();
    }

    /**
     * Limits how long opening the transport may take: the look-up of the name, and then each of its addresses, which are
     * tried in turn.
     *
     * @param timeout default {@link #DEFAULT_CONNECT_TIMEOUT}; zero for no limit
     * @return the new client
     */
    public ZmtpClient connectTimeout(Duration timeout) {
        Durations.check("connectTimeout", timeout);
        return with(spec -> spec.connectTimeout = timeout);
    }

    /** {@return the limit set by {@link #connectTimeout(Duration)}} */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * Connects through a proxy, which also resolves the host name. {@code ipc} goes past it.
     *
     * @param proxy for example {@code type -> type.type(ProxyProvider.Proxy.SOCKS5).host("proxy").port(1080)}; default none
     * @return the new client
     */
    public ZmtpClient proxy(Consumer<? super ProxyProvider.TypeSpec> proxy) {
        return with(spec -> spec.proxy = proxy);
    }

    /**
     * Sets how host names are looked up. Each attempt to connect looks the name up, and tries its addresses in turn.
     *
     * @param resolver called on the event loop, so it must not block; it stays the caller's to close. Default: the system's
     *     file of hosts, as it is at that moment; then Netty's own resolver, which asks the name servers of the system, does
     *     not block, and keeps an answer for 1 s
     * @return the new client
     */
    public ZmtpClient resolver(AddressResolverGroup<?> resolver) {
        Objects.requireNonNull(resolver, "resolver");
        return with(spec -> spec.resolver = resolver);
    }

    /**
     * Adds a header field to the request for a WebSocket, on {@code ws} and {@code wss}.
     *
     * @param name such as {@code Authorization}; {@code Host} replaces the endpoint's own. Names in another case are others
     * @param value its value; replaces that of an earlier call
     * @return the new client
     * @throws IllegalArgumentException if the two cannot be sent, or the field is WebSocket's own
     */
    public ZmtpClient upgradeHeader(String name, String value) {
        ClientUpgrade.checkHeader(name, value);
        Map<String, String> more = new LinkedHashMap<>(upgradeHeaders);
        more.put(name, value);
        return with(spec -> spec.upgradeHeaders = more);
    }

    /**
     * Sets where header fields of the request for a WebSocket come from that change, such as a token.
     *
     * @param headers subscribed to for each connection, within the time limit of its handshake; emits fields beside those of
     *     {@link #upgradeHeader}, on any thread. Empty for none; a failure is that of connecting. Default: none
     * @return the new client
     */
    @SuppressWarnings("unchecked")
    public ZmtpClient upgradeHeaders(Mono<? extends Map<String, String>> headers) {
        Objects.requireNonNull(headers, "headers");
        return with(spec -> spec.freshHeaders = (Mono<Map<String, String>>) headers);
    }

    /** Asks for a WebSocket. */
    Mono<WebSocketLink> upgrade(ChannelHandlerContext above, Endpoint endpoint, Handshake conversation) {
        return freshHeaders
                .defaultIfEmpty(Map.of())
                .publishOn(Schedulers.fromExecutor(above.executor()))
                .flatMap(fresh -> {
                    Map<String, String> headers = new LinkedHashMap<>(upgradeHeaders);
                    fresh.forEach((name, value) -> {
                        ClientUpgrade.checkHeader(name, value);
                        headers.put(name, value);
                    });
                    conversation.awaits("the answer to the request for a WebSocket");
                    return ClientUpgrade.start(
                            above,
                            endpoint,
                            mechanism.name(),
                            mechanism.asServer(),
                            requireSocketType(),
                            routingId,
                            headers);
                });
    }

    /**
     * Connects.
     *
     * @param endpoint {@code tcp://host:port}, {@code tls+tcp://host:port}, {@code ws://host:port/path},
     *     {@code wss://host:port/path}, {@code ipc:///path} or {@code ipc://@name}; those with a host may have a source, as in
     *     {@code tcp://eth0;host:port}
     * @return emits, on the event loop, when the handshake has succeeded. Fails with the transport's {@code IOException},
     *     a {@link io.zmtp.reactive.ZmtpHandshakeException}, an {@code SSLException}, or a
     *     {@link io.zmtp.reactive.ZmtpClosedException} when the peer closes during the handshake, as libzmq does when
     *     something does not suit it; with a {@code ConnectException} too when TCP has connected the client with itself,
     *     which happens on a port of this machine's that nobody listens at.
     *     <p>Cancelling before the emission gives up, and closes what is open. From the emission on the connection is the
     *     subscriber's. An operator that is cancelled, or times out, on another thread while the connection is on its way
     *     through it, drops the connection, as it would any element, and nobody closes it: {@code timeout(…)},
     *     {@code takeUntilOther(…)}, {@code block(Duration)} and {@code dispose()} of a subscription do that. To have no such
     *     connection, limit the time by {@link #connectTimeout(Duration)} and {@link #handshakeTimeout(Duration)}, and use it
     *     within {@code Mono.usingWhen(client.connect(…), use, ZmtpConnection::close)}, which closes it whenever it is
     *     cancelled
     * @throws IllegalArgumentException if the endpoint cannot be connected to, or no socket type is set
     */
    public Mono<ZmtpConnection> connect(String endpoint) {
        return connect(Endpoint.parse(endpoint));
    }

    /** As {@link #connect(String)}. */
    public Mono<ZmtpConnection> connect(Endpoint endpoint) {
        requireSocketType();
        if (endpoint.isPath()) {
            throw new IllegalArgumentException(
                    endpoint + ": expected ws://host:port/path to connect to, but there is no host");
        }
        Mono<Channel> dialled = Dialer.dial(endpoint, loops, connectTimeout, options, resolver, proxy);
        if (endpoint.scheme().isWebSocket()) {
            WebSocketLink.requireMechanism(mechanism.name());
        }
        boolean secured = endpoint.scheme() == Endpoint.Scheme.TLS_TCP || endpoint.scheme() == Endpoint.Scheme.WSS;
        Mono<ZmtpClient> ready = secured && tls == null
                ? Mono.fromCallable(() -> secure(DefaultTls.CONTEXT)).subscribeOn(Schedulers.boundedElastic())
                : Mono.just(this);
        return ready.flatMap(client -> dialled.flatMap(channel -> ChannelConnection.open(channel, client, endpoint)));
    }

    /** As {@link #connect(String)}, and waits for it: for {@code main} methods. */
    public ZmtpConnection connectNow(String endpoint) {
        ZmtpConnection connection = connect(endpoint).block();
        if (connection == null) {
            throw new IllegalStateException(endpoint + ": connecting was given up");
        }
        return connection;
    }

    /**
     * Speaks ZMTP on a channel that is open already. The options for opening a transport do not apply.
     *
     * @param channel registered with an event loop, and not read from by its former owner; its handlers stay. It belongs to
     *     the connection from the subscription on
     * @return as {@link #connect(String)}
     */
    public Mono<ZmtpConnection> attach(Channel channel) {
        requireSocketType();
        return Mono.defer(() -> {
            channel.config().setAutoRead(false);
            return ChannelConnection.open(channel, this, endpointOf(channel));
        });
    }

    private static Endpoint endpointOf(Channel channel) {
        if (channel.remoteAddress() instanceof InetSocketAddress address) {
            String host = address.getAddress() == null
                    ? address.getHostString()
                    : address.getAddress().getHostAddress();
            return Endpoint.parse("tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
        }
        if (channel.remoteAddress() instanceof DomainSocketAddress address
                && address.path().startsWith("/")) {
            return Endpoint.ofIpc(address.path());
        }
        return Endpoint.parse("inproc://" + channel.id().asShortText());
    }

    /** Made when first needed: it reads the JDK's trust store, which blocks. */
    private static final class DefaultTls {
        static final SslContext CONTEXT = make();

        private static SslContext make() {
            try {
                return SslContextBuilder.forClient().build();
            } catch (SSLException e) {
                throw new IllegalStateException("the JDK's own trust store cannot be used", e);
            }
        }
    }
}
