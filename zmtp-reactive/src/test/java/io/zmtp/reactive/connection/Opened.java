package io.zmtp.reactive.connection;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.SocketType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Binds and connects for a test, and ends all of it when the test is over. */
final class Opened implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Deque<Binding> bindings = new ArrayDeque<>();
    private final Deque<ZmtpConnection> connections = new ArrayDeque<>();

    /** Both ends of one connection, after the handshake. */
    record Pair(ZmtpConnection client, ZmtpConnection server) {}

    static ZmtpServer pull() {
        return ZmtpServer.create().socketType(SocketType.PULL);
    }

    static ZmtpClient push() {
        return ZmtpClient.create().socketType(SocketType.PUSH);
    }

    Binding bind(ZmtpServer server, String endpoint) {
        Binding binding = server.bind(endpoint).block(TIMEOUT);
        bindings.push(binding);
        return binding;
    }

    ZmtpConnection connect(ZmtpClient client, String endpoint) {
        return keep(client.connect(endpoint).block(TIMEOUT));
    }

    ZmtpConnection keep(ZmtpConnection connection) {
        connections.push(connection);
        return connection;
    }

    /** Two PAIR sockets' connection. */
    Pair pair(String endpoint) {
        return pair(
                ZmtpServer.create().socketType(SocketType.PAIR),
                ZmtpClient.create().socketType(SocketType.PAIR),
                endpoint);
    }

    Pair pair(ZmtpServer server, ZmtpClient client, String endpoint) {
        Sinks.One<ZmtpConnection> accepted = Sinks.one();
        Binding binding = bind(
                server.handle(connection -> {
                    accepted.tryEmitValue(connection);
                    return Mono.never();
                }),
                endpoint);
        ZmtpConnection dialled = connect(client, binding.endpoint().toString());
        return new Pair(dialled, keep(accepted.asMono().block(TIMEOUT)));
    }

    /** A server that tells how each of its connections ended. */
    static ZmtpServer telling(ZmtpServer server, Sinks.Many<Closed> ends) {
        return server.doOnDisconnected((connection, closed) -> ends.tryEmitNext(closed));
    }

    /** The first connection that the binding has. */
    static ZmtpConnection first(Binding binding) {
        return Flux.interval(Duration.ofMillis(5))
                .onBackpressureDrop()
                .flatMapIterable(tick -> binding.connections())
                .blockFirst(TIMEOUT);
    }

    @Override
    public void close() {
        for (ZmtpConnection connection; (connection = connections.poll()) != null; ) {
            connection.dispose();
            connection.onClose().block(TIMEOUT);
        }
        for (Binding binding; (binding = bindings.poll()) != null; ) {
            binding.connections().forEach(ZmtpConnection::dispose);
            binding.dispose();
            binding.onDispose().block(TIMEOUT);
        }
    }
}
