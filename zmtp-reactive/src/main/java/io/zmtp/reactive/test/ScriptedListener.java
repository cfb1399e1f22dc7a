package io.zmtp.reactive.test;

import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Accepts the connections of sockets under test, each as a {@link ScriptedPeer}: see {@link ScriptedPeer#listen()}.
 *
 * @since 0.1
 */
public final class ScriptedListener implements Disposable {

    private final AsynchronousServerSocketChannel channel;
    private final Endpoint endpoint;

    ScriptedListener() {
        try {
            channel = AsynchronousServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            endpoint = Endpoint.parse("tcp://127.0.0.1:" + ((InetSocketAddress) channel.getLocalAddress()).getPort());
        } catch (IOException failure) {
            throw new UncheckedIOException("127.0.0.1: expected a free port, but none can be bound", failure);
        }
    }

    /** {@return the endpoint to connect to} */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@return emits the next connection; for one subscriber at a time} */
    public Mono<ScriptedPeer> accept() {
        return Mono.create(sink -> channel.accept(sink, new Accepting()));
    }

    private static final class Accepting
            implements CompletionHandler<AsynchronousSocketChannel, MonoSink<ScriptedPeer>> {

        @Override
        public void completed(AsynchronousSocketChannel accepted, MonoSink<ScriptedPeer> asker) {
            asker.success(Loopback.peer(accepted));
        }

        @Override
        public void failed(Throwable failure, MonoSink<ScriptedPeer> asker) {
            asker.error(failure);
        }
    }

    /** Accepts no more connections; peers that were accepted stay. */
    @Override
    public void dispose() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // it is gone either way
        }
    }

    @Override
    public boolean isDisposed() {
        return !channel.isOpen();
    }
}
