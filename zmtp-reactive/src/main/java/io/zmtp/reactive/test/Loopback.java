package io.zmtp.reactive.test;

import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The octets of a scripted peer, over TCP, on threads of the JDK. */
final class Loopback {

    private final AsynchronousSocketChannel channel;
    private final Received received = new Received(ScriptedPeer.PATIENCE);
    private final ByteBuffer in = ByteBuffer.allocate(8192);
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
    private boolean closing;

    private Loopback(AsynchronousSocketChannel channel) {
        this.channel = channel;
    }

    /** A peer that talks by this channel. */
    static ScriptedPeer peer(AsynchronousSocketChannel channel) {
        Loopback line = new Loopback(channel);
        line.read();
        return new ScriptedPeer(line.received, line::write, line::close, null);
    }

    static Mono<ScriptedPeer> connect(Endpoint endpoint) {
        if (endpoint.scheme() != Endpoint.Scheme.TCP) {
            throw new IllegalArgumentException(
                    endpoint + ": expected tcp, but it is " + endpoint.scheme().text());
        }
        return Mono.create(sink -> {
            try {
                AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
                channel.connect(
                        new InetSocketAddress(endpoint.host(), endpoint.port()),
                        sink,
                        new Handler<@Nullable Void, MonoSink<ScriptedPeer>>() {
                            @Override
                            public void completed(@Nullable Void result, MonoSink<ScriptedPeer> asker) {
                                asker.success(peer(channel));
                            }

                            @Override
                            public void failed(Throwable failure, MonoSink<ScriptedPeer> asker) {
                                asker.error(failure);
                            }
                        });
            } catch (IOException failure) {
                sink.error(failure);
            }
        });
    }

    private interface Handler<V extends @Nullable Object, A> extends CompletionHandler<V, A> {}

    private void read() {
        channel.read(in.clear(), this, new Handler<Integer, Loopback>() {
            @Override
            public void completed(Integer count, Loopback line) {
                if (count < 0) {
                    line.received.end("the other side closed");
                } else {
                    line.received.add(Arrays.copyOf(in.array(), count));
                    line.read();
                }
            }

            @Override
            public void failed(Throwable failure, Loopback line) {
                line.received.end("the connection failed: " + failure);
            }
        });
    }

    private void write(byte[] octets) {
        synchronized (out) {
            out.add(ByteBuffer.wrap(octets));
            if (out.size() > 1) {
                return;
            }
        }
        writeFirst();
    }

    private void writeFirst() {
        ByteBuffer first;
        synchronized (out) {
            while (!out.isEmpty() && !out.element().hasRemaining()) {
                out.remove();
            }
            first = out.peek();
            if (first == null) {
                if (closing) {
                    closeNow();
                }
                return;
            }
        }
        channel.write(first, this, new Handler<Integer, Loopback>() {
            @Override
            public void completed(Integer count, Loopback line) {
                line.writeFirst();
            }

            @Override
            public void failed(Throwable failure, Loopback line) {
                line.received.end("it could not be written to: " + failure);
            }
        });
    }

    private void close() {
        synchronized (out) {
            closing = true;
            if (!out.isEmpty()) {
                return;
            }
        }
        closeNow();
    }

    private void closeNow() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // it is gone either way
        }
    }
}
