package io.zmtp.reactive.connection;

import io.zmtp.reactive.SocketType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Our client connected with our server, over TCP. */
final class Pair implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    final Binding binding;
    final ZmtpConnection client;
    final ZmtpConnection server;

    private Pair(Binding binding, ZmtpConnection client, ZmtpConnection server) {
        this.binding = binding;
        this.client = client;
        this.server = server;
    }

    static Pair open() {
        return open(client -> client, server -> server);
    }

    static Pair open(UnaryOperator<ZmtpClient> clientOptions, UnaryOperator<ZmtpServer> serverOptions) {
        CompletableFuture<ZmtpConnection> accepted = new CompletableFuture<>();
        Binding binding = serverOptions
                .apply(server().doOnReady(accepted::complete))
                .bind("tcp://127.0.0.1:*")
                .block(TIMEOUT);
        ZmtpConnection client =
                clientOptions.apply(client()).connect(binding.endpoint()).block(TIMEOUT);
        return new Pair(binding, client, get(accepted));
    }

    static ZmtpClient client() {
        return ZmtpClient.create().socketType(SocketType.PAIR);
    }

    static ZmtpServer server() {
        return ZmtpServer.create().socketType(SocketType.PAIR);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("nothing came within " + TIMEOUT, e);
        }
    }

    /** Returns when the event loop has done what was asked of it before. */
    static void settle(ZmtpConnection connection) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        connection.channel().eventLoop().execute(() -> done.complete(null));
        get(done);
    }

    /** Pauses a connection, so that what is sent waits for certain. */
    static void pause(ZmtpConnection connection) {
        connection.pause();
        settle(connection);
    }

    @Override
    public void close() {
        client.dispose();
        server.dispose();
        binding.dispose();
        binding.onDispose().block(TIMEOUT);
    }
}
