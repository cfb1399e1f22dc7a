package io.zmtp.reactive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;

/** Waits for connections and has the test play the accepting side: {@link RawPeer#listen()}. */
public final class RawListener implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final Selector selector;
    private final SocketAddress address;

    RawListener(SocketAddress at) {
        try {
            channel = at instanceof UnixDomainSocketAddress
                    ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    : ServerSocketChannel.open();
            channel.bind(at).configureBlocking(false);
            address = channel.getLocalAddress();
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at " + at, e);
        }
    }

    static RawListener onLoopback() {
        return new RawListener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** The TCP port, chosen by the system. */
    public int port() {
        return ((InetSocketAddress) address).getPort();
    }

    /** {@code tcp://127.0.0.1:port} or {@code ipc://path}. */
    public String endpoint() {
        return address instanceof UnixDomainSocketAddress unix
                ? "ipc://" + unix.getPath()
                : "tcp://127.0.0.1:" + port();
    }

    /** The next connection; fails after 30 s. */
    public RawPeer accept() {
        return accept(RawPeer.TIMEOUT);
    }

    /** The next connection; fails after this time, which is also the limit of what the peer does then. */
    public RawPeer accept(Duration timeout) {
        try {
            if (selector.select(ready -> {}, Math.max(1, timeout.toMillis())) == 0) {
                throw new AssertionError("nobody connected to " + address + " within " + timeout);
            }
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                throw new AssertionError("a connection to " + address + " was gone before it was accepted");
            }
            return new RawPeer(new RawChannel(accepted, timeout));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether somebody connects within this time; the connection is dropped. For "does not dial again". */
    public boolean isDialledWithin(Duration timeout) {
        try {
            boolean dialled = selector.select(ready -> {}, Math.max(1, timeout.toMillis())) > 0;
            if (dialled) {
                SocketChannel accepted = channel.accept();
                if (accepted != null) {
                    accepted.close();
                }
            }
            return dialled;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
