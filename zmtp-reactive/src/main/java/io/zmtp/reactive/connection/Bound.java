package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.pipe.Shield;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

/** An endpoint of a server's: makes connections of the channels that are accepted for it. */
final class Bound implements Binding {

    private static final Logger LOG = Loggers.getLogger(ZmtpServer.class);

    private final Endpoint asked;
    private final ZmtpServer server;
    private final FailureLog failures = new FailureLog(ZmtpServer.class);
    private final Set<ZmtpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> disposed = Sinks.empty();
    private volatile @Nullable Place place;

    /** Where it is bound, and how that ends. */
    private record Place(Endpoint endpoint, Mono<Void> close) {}

    private volatile boolean ended;

    Bound(Endpoint asked, ZmtpServer server) {
        this.asked = asked;
        this.server = server;
    }

    ZmtpServer server() {
        return server;
    }

    /** What is bound; what was asked for, as long as that is not known. */
    Endpoint known() {
        Place bound = place;
        return bound == null ? asked : bound.endpoint;
    }

    boolean isBound() {
        return place != null;
    }

    void paused(int open, int handshakes, long count) {
        failures.paused(known(), open, handshakes, count);
        server.reports.paused(open, handshakes, count);
    }

    /** A peer has come to nothing before it had a connection. */
    void failed(@Nullable SocketAddress address, Throwable cause) {
        server.reports.failed(address, cause);
    }

    /** It is bound, until a channel closes. */
    Binding at(Endpoint endpoint, Channel listening, Mono<Void> close) {
        at(endpoint, close);
        listening.closeFuture().addListener(closed -> ended());
        return this;
    }

    /** It is bound, until it is said to have {@link #ended}. */
    Binding at(Endpoint endpoint, Mono<Void> close) {
        place = new Place(endpoint, close);
        return this;
    }

    void ended() {
        ended = true;
        disposed.tryEmitEmpty();
    }

    // ---- connections; on their event loops

    /** Has a connection begin, whose place the acceptor keeps. */
    void accepted(Channel channel, Acceptor acceptor) {
        ChannelConnection.open(channel, server, known())
                .subscribe(
                        connection -> {
                            acceptor.handshaken(channel);
                            serve(connection);
                        },
                        failure -> {
                            acceptor.handshaken(channel);
                            failures.note(asked, failure);
                        });
    }

    /** A request of a peer was refused before there was a channel. */
    void refused(@Nullable SocketAddress address, Throwable why) {
        failures.note(asked, address, why);
        failed(address, why);
    }

    private void serve(ZmtpConnection connection) {
        connections.add(connection);
        connection.onClose().subscribe(closed -> connections.remove(connection));
        Function<? super ZmtpConnection, ? extends Publisher<Void>> handler = server.handler;
        if (handler == null) {
            return;
        }
        Flux.defer(() -> handler.apply(connection)) // which also turns what it throws into an error
                .subscribe(
                        nothing -> {},
                        failed -> failed(connection, failed),
                        () -> connection.close().subscribe());
    }

    private static void failed(ZmtpConnection connection, Throwable failure) {
        LOG.debug("{}: the handler failed", connection, Printable.trace(failure));
        ((ChannelConnection) connection).fail(failure);
    }

    // ---- what its user sees

    private Place place() {
        Place bound = place;
        if (bound == null) {
            throw new IllegalStateException("not bound yet");
        }
        return bound;
    }

    @Override
    public Endpoint endpoint() {
        return place().endpoint;
    }

    @Override
    public List<ZmtpConnection> connections() {
        return List.copyOf(connections);
    }

    @Override
    public void dispose() {
        place().close.subscribe();
    }

    @Override
    public boolean isDisposed() {
        return ended;
    }

    @Override
    public Mono<Void> onDispose() {
        return Shield.each(disposed.asMono());
    }
}
