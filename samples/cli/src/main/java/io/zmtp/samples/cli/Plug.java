package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Bare sockets for endpoints of tcp and of ipc with a path: for looking at the octets themselves. */
final class Plug {

    private Plug() {}

    static SocketChannel connect(Endpoint endpoint) throws IOException {
        return SocketChannel.open(address(endpoint));
    }

    static ServerSocketChannel listen(Endpoint endpoint) throws IOException {
        SocketAddress address = address(endpoint);
        ServerSocketChannel channel = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        return channel.bind(address);
    }

    /** Checks that there is a way to such an endpoint. */
    static void check(String what, Endpoint endpoint) {
        boolean known =
                endpoint.scheme() == Endpoint.Scheme.TCP && endpoint.source().isEmpty()
                        || endpoint.scheme() == Endpoint.Scheme.IPC && !endpoint.isAbstract() && !endpoint.anyPath();
        if (!known) {
            throw new UsageError(what, "expected tcp://host:port or ipc:///path, but " + endpoint + " came");
        }
    }

    private static SocketAddress address(Endpoint endpoint) throws UnknownHostException {
        if (endpoint.scheme() == Endpoint.Scheme.IPC) {
            return UnixDomainSocketAddress.of(endpoint.name());
        }
        return endpoint.anyHost()
                ? new InetSocketAddress(endpoint.port())
                : new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
    }
}
