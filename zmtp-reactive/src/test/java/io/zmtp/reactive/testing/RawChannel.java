package io.zmtp.reactive.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Octets in and out of a stream socket, TCP or Unix, for one thread, with a time limit on everything. */
final class RawChannel implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration timeout;

    RawChannel(SocketChannel channel, Duration timeout) throws IOException {
        this.channel = channel;
        this.timeout = timeout;
        channel.configureBlocking(false);
        if (isTcp(channel)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        selector = Selector.open();
        key = channel.register(selector, 0);
    }

    static RawChannel connect(SocketAddress address, Duration timeout) {
        try {
            SocketChannel channel = address instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            RawChannel raw = new RawChannel(channel, timeout);
            if (!channel.connect(address)) {
                raw.await(SelectionKey.OP_CONNECT, System.nanoTime() + timeout.toNanos(), "connect");
                channel.finishConnect();
            }
            return raw;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    void write(byte[] bytes) {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                if (channel.write(buffer) == 0) {
                    await(SelectionKey.OP_WRITE, deadline, "write: the peer does not read");
                }
            }
        } catch (IOException e) {
            throw new AssertionError(
                    this + ": cannot write after " + buffer.position() + " of " + bytes.length + " octets: " + e, e);
        }
    }

    /** Writes until the other side takes nothing for this long; how many octets it took. */
    int writeUntilStuck(byte[] bytes, Duration patience) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                if (channel.write(buffer) == 0
                        && !select(SelectionKey.OP_WRITE, System.nanoTime() + patience.toNanos())) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new AssertionError(this + ": cannot write after " + buffer.position() + " octets: " + e, e);
        }
        return buffer.position();
    }

    byte[] read(int count) {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteBuffer buffer = ByteBuffer.allocate(count);
        try {
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer);
                if (read < 0) {
                    throw cut("the peer closed", buffer, null);
                }
                if (read == 0 && !select(SelectionKey.OP_READ, deadline)) {
                    throw cut("nothing more came within " + timeout, buffer, null);
                }
            }
        } catch (IOException e) {
            throw cut(e.toString(), buffer, e);
        }
        return buffer.array();
    }

    private AssertionError cut(String reason, ByteBuffer buffer, @Nullable Throwable cause) {
        byte[] come = Arrays.copyOf(buffer.array(), buffer.position());
        return new AssertionError(
                this + ": " + reason + ", wanted " + buffer.capacity() + " octets, got " + Hex.dump(come), cause);
    }

    /** Reads into {@code sink} until the peer closes or resets (true) or the time is over (false). */
    boolean drain(Duration limit, ByteArrayOutputStream sink) {
        long deadline = System.nanoTime() + limit.toNanos();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try {
            while (true) {
                int read = channel.read(buffer.clear());
                if (read < 0) {
                    return true;
                }
                sink.write(buffer.array(), 0, read);
                if (read == 0 && !select(SelectionKey.OP_READ, deadline)) {
                    return false;
                }
            }
        } catch (IOException e) {
            return true;
        }
    }

    private void await(int operation, long deadline, String what) throws IOException {
        if (!select(operation, deadline)) {
            throw new AssertionError(this + ": time is over, " + what);
        }
    }

    private boolean select(int operation, long deadline) throws IOException {
        key.interestOps(operation);
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        // Not select(0), which waits for ever.
        return (millis > 0 ? selector.select(ready -> {}, millis) : selector.selectNow(ready -> {})) > 0;
    }

    void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void closeWithReset() {
        try {
            if (channel.isOpen() && isTcp(channel)) {
                // The option works on blocking channels only, and those must belong to no selector.
                selector.close();
                channel.configureBlocking(true);
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTcp(SocketChannel channel) {
        return channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public String toString() {
        try {
            return "raw peer "
                    + (channel.getRemoteAddress() instanceof InetSocketAddress remote
                            ? channel.getLocalAddress() + " -> " + remote
                            : "over a Unix socket");
        } catch (IOException e) {
            return "raw peer (closed)";
        }
    }
}
