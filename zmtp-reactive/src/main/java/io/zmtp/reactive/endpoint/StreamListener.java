package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Binding;
import io.zmtp.reactive.connection.ChannelPipe;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.Bounds;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A bound endpoint: a pipe for each connection that is accepted, as long as it lasts. */
public final class StreamListener extends SocketEndpoint {

    private final EndpointOwner owner;
    private final Bounds bounds;
    private final Endpoint asked;
    private final Set<ChannelPipe> pipes = ConcurrentHashMap.newKeySet();
    private final Set<ZmtpConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Binding binding;
    private volatile boolean dropped;

    private StreamListener(EndpointOwner owner, Bounds bounds, Endpoint asked) {
        this.owner = owner;
        this.bounds = bounds;
        this.asked = asked;
    }

    /** Binds with a server's options. */
    public static Mono<StreamListener> bind(EndpointOwner owner, ZmtpServer server, Bounds bounds, Endpoint endpoint) {
        EndpointMonitor monitor = owner.monitor();
        StreamListener listener = new StreamListener(owner, bounds, endpoint);
        ZmtpServer serving = server.doOnInit(listener::began)
                .doOnConnected(connection -> {
                    monitor.transport(connection);
                    monitor.tell(new MonitorEvent.Accepted(
                            connection.endpoint(), connection.remoteAddress().orElse(null)));
                })
                .doOnDisconnected((connection, closed) -> {
                    listener.connections.remove(connection);
                    monitor.ended(connection, closed);
                });
        return ChannelPipe.each(serving, listener::pipe, listener.reports())
                .bind(endpoint)
                .doOnError(failure -> monitor.tell(new MonitorEvent.BindFailed(endpoint, failure)))
                .map(listener::bound);
    }

    private void began(ZmtpConnection connection) {
        owner.monitor().began(connection);
        connections.add(connection);
        if (dropped) {
            connection.dispose(); // accepted in the moment when listener stopped
        }
    }

    private StreamListener bound(Binding made) {
        binding = made;
        owner.monitor().tell(new MonitorEvent.Listening(made.endpoint()));
        return this;
    }

    private ChannelPipe.Reports reports() {
        return new ChannelPipe.Reports() {
            @Override
            public void paused(int connections, int handshakes, long count) {
                owner.monitor().paused(endpoint(), connections, handshakes, count);
            }

            @Override
            public void failed(@Nullable SocketAddress address, Throwable cause) {
                owner.monitor().handshakeFailed(endpoint(), address, cause);
            }
        };
    }

    private ChannelPipe pipe() {
        return new ChannelPipe(owner, endpoint(), bounds, pipes);
    }

    @Override
    public Endpoint endpoint() {
        Binding made = binding;
        return made == null ? asked : made.endpoint();
    }

    @Override
    public boolean isBound() {
        return true;
    }

    private void stopListening() {
        Binding made = binding;
        if (made != null) {
            made.dispose();
        }
    }

    @Override
    public Mono<Void> leave() {
        return Mono.defer(() -> {
            stopListening();
            return Flux.fromIterable(pipes)
                    .flatMap(
                            pipe -> pipe.flush()
                                    .onErrorComplete()
                                    .then(owner.acknowledged(pipe))
                                    .then(pipe.leave()),
                            Integer.MAX_VALUE)
                    .then();
        });
    }

    @Override
    public Closed drop(ZmtpClosedException reason) {
        dropped = true;
        stopListening();
        long messages = 0;
        long bytes = 0;
        for (ChannelPipe pipe : pipes) {
            owner.removed(pipe);
            Closed dropped = pipe.close(reason);
            messages += dropped.unsentMessages();
            bytes += dropped.unsentBytes();
        }
        connections.forEach(ZmtpConnection::dispose); // those too whose handshake is under way
        return new Closed(Closed.Reason.LOCAL, null, messages, bytes);
    }

    @Override
    public Mono<Void> onEnd() {
        Binding made = binding;
        Mono<Void> all = Flux.fromIterable(connections)
                .flatMap(ZmtpConnection::onClose, Integer.MAX_VALUE)
                .then();
        return made == null ? all : made.onDispose().and(all);
    }
}
