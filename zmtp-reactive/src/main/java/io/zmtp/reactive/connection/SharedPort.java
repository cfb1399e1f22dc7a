package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.transport.Listener;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.transport.ws.ServerUpgrade;
import java.net.BindException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A port of HTTP at which sockets are bound by their paths. All sockets of the process at one host and port share it; the
 * first opens it, and the last closes it. A connection is made when a request has come that asks for one of the paths.
 */
final class SharedPort {

    /** Those with a port that is known, by host and port. Guarded by itself. */
    private static final Map<String, SharedPort> PORTS = new HashMap<>();

    private final ZmtpServer first;
    private final Endpoint asked;
    private final Acceptor acceptor;
    private final FailureLog failures = new FailureLog(ZmtpServer.class);
    private final Map<String, Bound> paths = new ConcurrentHashMap<>();
    private final Mono<Listener> listening;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    // Guarded by PORTS.
    private String key;
    private boolean closing;

    private SharedPort(Endpoint asked, ZmtpServer first) {
        this.asked = asked;
        this.first = first;
        this.key = asked.anyPort() ? "" : key(asked);
        this.acceptor = first.acceptor(
                (open, handshakes, count) -> paths.values().forEach(bound -> bound.paused(open, handshakes, count)));
        this.listening = Listener.bind(asked, first.loops(), first.options(), acceptor, this::accepted)
                .cache();
    }

    private static String key(Endpoint endpoint) {
        return (endpoint.anyHost() ? "0.0.0.0" : endpoint.host()) + ":" + endpoint.port();
    }

    /** Binds a path, and the port if it is the first one there. */
    static Mono<Binding> bind(Endpoint endpoint, ZmtpServer server) {
        return Mono.defer(() -> {
                    Bound bound = new Bound(endpoint, server);
                    SharedPort port;
                    synchronized (PORTS) {
                        SharedPort known = endpoint.anyPort() ? null : PORTS.get(key(endpoint));
                        if (known != null && known.closing) {
                            return known.closed.asMono().then(bind(endpoint, server));
                        }
                        port = known == null ? new SharedPort(endpoint, server) : known;
                        port.add(endpoint, bound);
                        if (!endpoint.anyPort()) {
                            PORTS.put(port.key, port);
                        }
                    }
                    return port.listening
                            .map(listener -> port.bound(listener, bound))
                            .doOnError(failed -> port.release(bound))
                            .doOnCancel(() -> {
                                if (!bound.isBound()) { // as next() cancels what it has
                                    port.release(bound);
                                }
                            });
                })
                .onErrorMap(Unshared.class, refused -> new BindException(refused.getMessage()));
    }

    /** Why a port is not shared; a {@code BindException} cannot be thrown where nothing is declared. */
    private static final class Unshared extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unshared(String text) {
            super(text, null, false, false);
        }
    }

    private void add(Endpoint endpoint, Bound bound) {
        if (asked.scheme() != endpoint.scheme()) {
            throw new Unshared(endpoint + ": expected a port that is free, or one of "
                    + endpoint.scheme().text() + ", but it is one of "
                    + asked.scheme().text());
        }
        if (!first.listening().equals(bound.server().listening())) {
            throw new Unshared(
                    endpoint + ": expected the same secure, verifyPeer, runOn, option, accept, maxConnections,"
                            + " maxHandshakes and handshakeTimeout as the path has that is bound at this port already, but they"
                            + " differ");
        }
        if (paths.putIfAbsent(endpoint.name(), bound) != null) {
            throw new Unshared(endpoint + ": expected a path that is free, but it is bound already");
        }
    }

    private Binding bound(Listener listener, Bound bound) {
        synchronized (PORTS) {
            if (key.isEmpty()) {
                key = key(listener.endpoint());
                PORTS.put(key, this);
            }
        }
        Endpoint known = bound.known();
        Endpoint at = known.withPort(listener.endpoint().port())
                .withHost(listener.endpoint().host());
        return bound.at(at, Mono.fromRunnable(() -> release(bound)));
    }

    /** Frees a path, and with the last one the port. */
    private void release(Bound bound) {
        synchronized (PORTS) {
            if (!paths.values().remove(bound) || !paths.isEmpty()) {
                bound.ended();
                return;
            }
            closing = true;
        }
        listening.flatMap(Listener::close).onErrorComplete().subscribe(nothing -> {}, failed -> {}, () -> {
            synchronized (PORTS) {
                PORTS.remove(key, this);
            }
            closed.tryEmitEmpty();
            bound.ended();
        });
    }

    // ---- requests; on the event loops of their channels

    /** A peer has come to nothing; if it did not say for which path, all hear of it. */
    private void failed(@Nullable SocketAddress peer, Iterable<Bound> concerned, Throwable why) {
        failures.note(asked, peer, why);
        concerned.forEach(bound -> bound.failed(peer, why));
    }

    private void accepted(Channel channel) {
        new Asking(channel).start();
    }

    /** A peer that has not said yet which path it is for. */
    private final class Asking implements Acceptor.Waiting {

        private final Channel channel;
        private final @Nullable SocketAddress peer;
        private final Disposable.Swap steps = Disposables.swap();
        private volatile long since = System.nanoTime() | 1; // never zero

        Asking(Channel channel) {
            this.channel = channel;
            this.peer = PeerAddress.of(channel); // while it is open
        }

        void start() {
            channel.attr(Acceptor.WAITING).set(this);
            Mono<ServerUpgrade> asked = ServerUpgrade.await(channel, secured());
            Duration limit = first.handshakeTimeout();
            Mono<ServerUpgrade> limited =
                    limit.isZero() ? asked : asked.timeout(limit, Mono.error(TimeoutException::new));
            steps.update(
                    limited.subscribe(this::route, failed -> channel.eventLoop().execute(() -> failed(failed))));
        }

        private Mono<Void> secured() {
            Supplier<? extends SslContext> tls = SharedPort.this.asked.scheme() == Scheme.WSS ? first.tls : null;
            if (tls == null) {
                return Mono.empty();
            }
            return Mono.defer(() -> {
                Mono<Void> secured =
                        Tls.start(channel, tls.get(), null, 0, first.verifyPeer).then();
                channel.read();
                return secured;
            });
        }

        private void route(ServerUpgrade upgrade) {
            since = 0;
            Bound bound = paths.get(upgrade.request().path());
            if (bound == null) {
                upgrade.refuse(404, "nothing is bound to this path");
                acceptor.handshaken(channel);
                SharedPort.this.failed(
                        peer,
                        paths.values(),
                        new ZmtpHandshakeException(
                                Failure.MALFORMED,
                                "expected a path that is bound, but the request is for "
                                        + Printable.of(upgrade.request().path())));
                return;
            }
            try {
                upgrade.requireUpgrade();
            } catch (ZmtpHandshakeException refused) {
                acceptor.handshaken(channel);
                SharedPort.this.failed(peer, List.of(bound), refused);
                return;
            }
            bound.accepted(channel, acceptor);
        }

        private void failed(Throwable why) {
            acceptor.handshaken(channel);
            ServerUpgrade upgrade = channel.pipeline().get(ServerUpgrade.class);
            Throwable shown = why;
            if (why instanceof TimeoutException) {
                String sentence = "expected a request within " + first.handshakeTimeout() + ", but it did not come";
                shown = new ZmtpHandshakeException(Failure.TIMEOUT, sentence);
                if (upgrade != null) {
                    upgrade.refuse(408, "expected the whole request by now");
                }
            }
            SharedPort.this.failed(peer, paths.values(), shown);
            if (upgrade == null || !upgrade.isAnswered()) {
                channel.close();
            }
        }

        @Override
        public long waits(long now) {
            long began = since;
            return began == 0 ? 0 : now - began;
        }

        @Override
        public void giveUp(String why) {
            channel.eventLoop().execute(() -> {
                steps.dispose();
                SharedPort.this.failed(
                        peer,
                        paths.values(),
                        new ZmtpHandshakeException(
                                Failure.TIMEOUT,
                                "expected a request, but it did not come for "
                                        + TimeUnit.NANOSECONDS.toMillis(waits(System.nanoTime())) + " ms, while "
                                        + why));
                channel.close();
            });
        }
    }
}
