package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.transport.Listener;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

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

    private static final Logger LOG = Loggers.getLogger(ZmtpServer.class);

    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private int maxHandshakes = DEFAULT_MAX_HANDSHAKES;
    private @Nullable Predicate<? super SocketAddress> accept;
    private @Nullable Function<? super ZmtpConnection, ? extends Publisher<Void>> handler;
    ChannelPipe.Pauses pauses = (connections, handshakes, count) -> {};

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
     * Binds an endpoint and accepts connections.
     *
     * @param endpoint {@code tcp://host:port} with {@code *} for any host and port, {@code tls+tcp://host:port},
     *     {@code ipc:///path} or {@code ipc://@name}; the host may be the name of a network interface
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
        if (endpoint.scheme() == Endpoint.Scheme.TLS_TCP && tls == null) {
            throw new IllegalArgumentException(endpoint + ": a server needs secure(…) with its certificate");
        }
        return Mono.defer(() -> {
            Bound bound = new Bound(endpoint, this);
            return Listener.bind(
                            endpoint, loops, options, bound.acceptor, channel -> accepted(channel, endpoint, bound))
                    .map(bound::with);
        });
    }

    /** As {@link #bind(String)}, and waits for it: for {@code main} methods. */
    public Binding bindNow(String endpoint) {
        Binding binding = bind(endpoint).block();
        if (binding == null) {
            throw new IllegalStateException(endpoint + ": binding was given up");
        }
        return binding;
    }

    private void accepted(Channel channel, Endpoint endpoint, Bound bound) {
        ChannelConnection.open(channel, this, bound.known())
                .subscribe(
                        connection -> {
                            bound.acceptor.handshaken(channel);
                            serve(connection, bound.connections);
                        },
                        failure -> {
                            bound.acceptor.handshaken(channel);
                            bound.failures.note(endpoint, failure);
                        });
    }

    private void serve(ZmtpConnection connection, Set<ZmtpConnection> connections) {
        connections.add(connection);
        connection.onClose().subscribe(closed -> connections.remove(connection));
        if (handler == null) {
            return;
        }
        Function<? super ZmtpConnection, ? extends Publisher<Void>> asked = handler;
        Flux.defer(() -> asked.apply(connection)) // which also turns what it throws into an error
                .subscribe(
                        nothing -> {},
                        failed -> failed(connection, failed),
                        () -> connection.close().subscribe());
    }

    private static void failed(ZmtpConnection connection, Throwable failure) {
        LOG.debug("{}: the handler failed", connection, Printable.trace(failure));
        ((ChannelConnection) connection).fail(failure);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected at least 1, but it is " + value);
        }
    }

    private static final class Bound implements Binding {

        private final Endpoint asked;
        final Acceptor acceptor;
        final FailureLog failures = new FailureLog();
        final Set<ZmtpConnection> connections = ConcurrentHashMap.newKeySet();
        private final Sinks.Empty<Void> disposed = Sinks.empty();
        volatile @Nullable Listener listener;

        Bound(Endpoint asked, ZmtpServer server) {
            this.asked = asked;
            this.acceptor = new Acceptor(
                    server.maxConnections, server.maxHandshakes, server.accept, (connections, handshakes, count) -> {
                        failures.paused(known(), connections, handshakes, count);
                        server.pauses.paused(connections, handshakes, count);
                    });
        }

        /** What is bound; what was asked for, as long as that is not known. */
        Endpoint known() {
            Listener bound = listener;
            return bound == null ? asked : bound.endpoint();
        }

        Binding with(Listener bound) {
            listener = bound;
            bound.channel().closeFuture().addListener(closed -> disposed.tryEmitEmpty());
            return this;
        }

        private Listener listener() {
            Listener bound = listener;
            if (bound == null) {
                throw new IllegalStateException("not bound yet");
            }
            return bound;
        }

        @Override
        public Endpoint endpoint() {
            return listener().endpoint();
        }

        @Override
        public List<ZmtpConnection> connections() {
            return List.copyOf(connections);
        }

        @Override
        public void dispose() {
            listener().close().subscribe();
        }

        @Override
        public boolean isDisposed() {
            return !listener().channel().isOpen();
        }

        @Override
        public Mono<Void> onDispose() {
            return Shield.each(disposed.asMono());
        }
    }
}
