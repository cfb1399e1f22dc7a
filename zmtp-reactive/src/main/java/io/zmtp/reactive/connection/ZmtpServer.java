package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.transport.Listener;
import io.zmtp.reactive.transport.ws.HostedUpgrade;
import io.zmtp.reactive.transport.ws.ServerUpgrade;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import io.zmtp.reactive.transport.ws.WebSocketHost;
import io.zmtp.reactive.transport.ws.WebSocketLink;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Accepts connections.
 *
 * <pre>{@code
 * ZmtpServer.create().socketType(SocketType.PULL)
 *         .handle(connection -> connection.receive().doOnNext(message -> log(message.text())).then())
 *         .bind("tcp://*:5555")
 *         .block();
 * }</pre>
 *
 * @since 0.1
 */
public final class ZmtpServer extends ConnectionSpec<ZmtpServer> {

    /** The most open connections of each endpoint, handshakes in progress included: {@value}. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    /** The most handshakes in progress at each endpoint: {@value}. */
    public static final int DEFAULT_MAX_HANDSHAKES = 1024;

    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private int maxHandshakes = DEFAULT_MAX_HANDSHAKES;
    private @Nullable Predicate<? super SocketAddress> accept;

    @Nullable
    Function<? super ZmtpConnection, ? extends Publisher<Void>> handler;

    private List<String> allowedOrigins = List.of();
    private Function<? super UpgradeRequest, ? extends Mono<Verdict>> upgrade = request -> Mono.just(Verdict.accept());

    @Nullable
    WebSocketHost webSocketHost;

    ChannelPipe.Reports reports = (connections, handshakes, count) -> {};

    private ZmtpServer() {}

    /** {@return a server with the defaults; the socket type has no default} */
    public static ZmtpServer create() {
        return new ZmtpServer();
    }

    /**
     * Sets what to do with each connection after its handshake.
     *
     * @param handler called on the event loop, so it must not block. When its publisher completes, the connection closes
     *     after writing; when it fails, the connection closes at once, and {@link ZmtpConnection#error()} is the failure.
     *     Default: none, and connections stay open, in {@link Binding#connections()}
     * @return the new server
     */
    public ZmtpServer handle(Function<? super ZmtpConnection, ? extends Publisher<Void>> handler) {
        return with(spec -> spec.handler = handler);
    }

    /**
     * Limits how many connections of an endpoint may be open, handshakes in progress included. When so many are, the
     * handshake of a silent peer ends for a new one, as with {@link #maxHandshakes}. If no peer is silent, accepting pauses:
     * peers wait in the kernel's backlog, a warning is logged, and a socket's monitor emits
     * {@link io.zmtp.reactive.monitor.MonitorEvent.AcceptPaused}.
     *
     * <p>A connection keeps its place from its handshake to its end. If the host of a peer has died, the end is noticed by
     * {@link #heartbeat heartbeat(…)} and {@link #idleTimeout} within their time limits, and by TCP keepalive, which is on
     * by default, after more than two hours with Linux's settings.
     *
     * @param connections at least 1; default {@link #DEFAULT_MAX_CONNECTIONS}
     * @return the new server
     */
    public ZmtpServer maxConnections(int connections) {
        requirePositive("maxConnections", connections);
        return with(spec -> spec.maxConnections = connections);
    }

    /**
     * Limits how many handshakes of an endpoint may be in progress. When so many are, each new one ends the handshake of the
     * peer that was silent longest, if that is 300 ms or more. If no peer is, accepting pauses, as with
     * {@link #maxConnections}.
     *
     * @param handshakes at least 1; default {@link #DEFAULT_MAX_HANDSHAKES}
     * @return the new server
     */
    public ZmtpServer maxHandshakes(int handshakes) {
        requirePositive("maxHandshakes", handshakes);
        return with(spec -> spec.maxHandshakes = handshakes);
    }

    /**
     * Sets which addresses may connect.
     *
     * @param peer called on the event loop with the address of each peer, before its first octet; false closes the
     *     connection at once. Default: all may
     * @return the new server
     */
    public ZmtpServer accept(Predicate<? super SocketAddress> peer) {
        Objects.requireNonNull(peer, "peer");
        return with(spec -> spec.accept = peer);
    }

    /**
     * Sets which web pages may connect, on {@code ws} and {@code wss}: browsers name the page's origin in each request.
     * A request without {@code Origin} is of no page, and passes. Others are refused with 403.
     *
     * @param origins such as {@code https://example.com}, without a path, compared as a whole; {@code *} for all. Default:
     *     none
     * @return the new server
     */
    public ZmtpServer allowedOrigins(String... origins) {
        List<String> allowed = List.of(origins);
        return with(spec -> spec.allowedOrigins = allowed);
    }

    /**
     * Sets who decides on a request for a WebSocket, on {@code ws} and {@code wss}, before the mechanism: by a token among
     * its header fields, its address, its path.
     *
     * @param decides called on the event loop once for each well-formed request, so it must not block; its {@code Mono}
     *     emits on any thread, within the time limit of the handshake. {@link Verdict.Accept} lets the peer go on: its user
     *     and properties are in {@link io.zmtp.reactive.mechanism.Credentials#upgrade()} and then in {@link
     *     io.zmtp.reactive.Peer}. {@link Verdict.Refuse} is answered with its code as the status of HTTP, 300 as 503 and
     *     400 as 403, and the text stays here. A failed or empty {@code Mono} is answered with 500. Default: accepts all
     * @return the new server
     */
    public ZmtpServer upgrade(Function<? super UpgradeRequest, ? extends Mono<Verdict>> decides) {
        Objects.requireNonNull(decides, "decides");
        return with(spec -> spec.upgrade = decides);
    }

    /**
     * Sets the web server at whose paths {@code ws:/path} binds.
     *
     * @param host hands over the WebSockets that it has upgraded. Default: none, and {@code ws:/path} is refused
     * @return the new server
     */
    public ZmtpServer webSocketHost(WebSocketHost host) {
        Objects.requireNonNull(host, "host");
        return with(spec -> spec.webSocketHost = host);
    }

    /** Decides on the request that has come. */
    Mono<WebSocketLink> upgrade(Channel channel, Handshake conversation) {
        HostedUpgrade hosted = channel.pipeline().get(HostedUpgrade.class);
        if (hosted != null) {
            conversation
                    .admittance()
                    .upgraded(HostedPath.verdict(channel), hosted.request().principal());
            return Mono.just(hosted.accept(channel.pipeline(), mechanism.asServer(), requireSocketType(), routingId));
        }
        ServerUpgrade request = channel.pipeline().get(ServerUpgrade.class);
        if (!request.isOfOrigin(allowedOrigins)) {
            request.refuse(403, "expected no page of a browser, or one of an origin that is allowed here");
            return Mono.error(new ZmtpHandshakeException(
                    Failure.CREDENTIALS,
                    "expected an Origin among " + allowedOrigins + ", but it is "
                            + Printable.of(request.request().all("Origin").toString()),
                    400,
                    null));
        }
        conversation.awaits(null);
        return decide(request.request())
                .publishOn(Schedulers.fromExecutor(channel.eventLoop()))
                .map(verdict -> {
                    if (verdict instanceof Verdict.Accept accept) {
                        conversation.admittance().upgraded(accept, null);
                        conversation.awaits("the greeting");
                        return request.accept(mechanism.name(), mechanism.asServer(), requireSocketType(), routingId);
                    }
                    Verdict.Refuse refuse = (Verdict.Refuse) verdict;
                    request.refuse(status(refuse), "refused");
                    throw refused(refuse);
                });
    }

    /** What the user says of a request. */
    Mono<Verdict> decide(UpgradeRequest request) {
        Function<? super UpgradeRequest, ? extends Mono<Verdict>> asked = upgrade;
        return Mono.<Verdict>defer(() -> asked.apply(request))
                .onErrorResume(failed -> Mono.just(Verdict.refuse(500, "upgrade failed: " + failed)))
                .defaultIfEmpty(Verdict.refuse(500, "upgrade gave no verdict"));
    }

    /** The status of HTTP. */
    static int status(Verdict.Refuse refuse) {
        return refuse.code() == 300 ? 503 : refuse.code() == 400 ? 403 : refuse.code();
    }

    static ZmtpHandshakeException refused(Verdict.Refuse refuse) {
        return new ZmtpHandshakeException(
                Failure.CREDENTIALS,
                "expected a request that upgrade(…) accepts, but it was refused with " + refuse.code() + ": "
                        + refuse.text(),
                refuse.code() / 100 * 100,
                null);
    }

    /**
     * Binds an endpoint and accepts connections.
     *
     * <p>Over {@code ws} and {@code wss} several paths may be bound at one host and port, by several servers of this process:
     * those share a listener, so their {@link #secure}, {@link #verifyPeer}, {@link #runOn}, {@link #option}, {@link
     * #accept}, {@link #maxConnections}, {@link #maxHandshakes} and {@link #handshakeTimeout} must be the same, and the two
     * limits are for all of them together. Another path is answered with 404, and a request for no WebSocket with 426.
     * {@code ws:/path}, without a host, is a path of the {@link #webSocketHost}.
     *
     * @param endpoint {@code tcp://host:port} with {@code *} for any host and port, {@code tls+tcp://host:port},
     *     {@code ws://host:port/path}, {@code wss://host:port/path}, {@code ipc:///path}, {@code ipc://@name}, or {@code
     *     ipc://*} for a new path; the host may be the name of a network interface
     * @return emits once bound; fails with a {@code BindException} when the address is taken. From the emission on the
     *     binding is the subscriber's to dispose; an operator that is cancelled in that moment drops it, as said at
     *     {@link ZmtpClient#connect(String)}
     * @throws IllegalArgumentException if the endpoint cannot be bound, no socket type is set, or TLS has no context
     */
    public Mono<Binding> bind(String endpoint) {
        return bind(Endpoint.parse(endpoint));
    }

    /** As {@link #bind(String)}. */
    public Mono<Binding> bind(Endpoint endpoint) {
        requireSocketType();
        endpoint.source().ifPresent(source -> {
            throw new IllegalArgumentException(endpoint
                    + ": expected a host and a port to bind, but there is a source too, which is for connecting");
        });
        boolean secured = endpoint.scheme() == Endpoint.Scheme.TLS_TCP || endpoint.scheme() == Endpoint.Scheme.WSS;
        if (secured && tls == null) {
            throw new IllegalArgumentException(endpoint + ": a server needs secure(…) with its certificate");
        }
        if (endpoint.scheme().isWebSocket()) {
            WebSocketLink.requireMechanism(mechanism.name());
            if (endpoint.name().indexOf('?') >= 0) {
                throw new IllegalArgumentException(endpoint + ": expected a path to bind, but there is a query");
            }
            if (endpoint.isPath()) {
                return HostedPath.bind(endpoint, this);
            }
            return SharedPort.bind(endpoint, this);
        }
        return Mono.defer(() -> {
            Bound bound = new Bound(endpoint, this);
            Acceptor acceptor = acceptor(bound::paused);
            return Listener.bind(endpoint, loops, options, acceptor, channel -> bound.accepted(channel, acceptor))
                    .map(listener -> bound.at(listener.endpoint(), listener.channel(), listener.close()));
        });
    }

    /** What keeps the limits of a listening channel. */
    Acceptor acceptor(ChannelPipe.Reports paused) {
        return new Acceptor(maxConnections, maxHandshakes, accept, paused);
    }

    /** What all paths at one port must have in common. */
    List<@Nullable Object> listening() {
        return Arrays.asList(tls, verifyPeer, loops, options, accept, maxConnections, maxHandshakes, handshakeTimeout);
    }

    /** As {@link #bind(String)}, and waits for it: for {@code main} methods. */
    public Binding bindNow(String endpoint) {
        Binding binding = bind(endpoint).block();
        if (binding == null) {
            throw new IllegalStateException(endpoint + ": binding was given up");
        }
        return binding;
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected at least 1, but it is " + value);
        }
    }
}
