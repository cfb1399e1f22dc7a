package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Comparator;
import reactor.netty.resources.LoopResources;

/** Endpoints as socket addresses. The class of an ipc address must match the event loops that will use it. */
final class Addresses {

    private Addresses() {}

    /** The address to connect to. A host name stays unresolved, so that each attempt looks it up. */
    static SocketAddress toConnect(Endpoint endpoint, LoopResources loops) {
        if (endpoint.scheme() == Scheme.IPC) {
            return ipc(endpoint, isNative(loops, loops.onClient(LoopResources.DEFAULT_NATIVE)));
        }
        return InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port());
    }

    /** Throws if an endpoint cannot be connected to. */
    static void requireConnectable(Endpoint endpoint) {
        if (endpoint.anyPath()) {
            throw new IllegalArgumentException(
                    endpoint + ": expected a path to connect to, but it is *, which is for binding");
        }
        if (endpoint.scheme() != Scheme.IPC) {
            requireTcp(endpoint);
            requireHostAndPort(endpoint);
        }
    }

    /** Where connections to an endpoint come from. Asks for the interfaces, hence blocks. */
    static InetSocketAddress source(Endpoint endpoint, Endpoint.Source source) throws IOException {
        String host = source.host();
        if (host.equals("*")) {
            return new InetSocketAddress(source.port());
        }
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) { // so that no name is looked up
            return new InetSocketAddress(InetAddress.getByName(host), source.port());
        }
        NetworkInterface card = NetworkInterface.getByName(host);
        if (card == null) {
            throw new BindException(endpoint
                    + ": expected an address or a network interface of this machine as source, but there is no "
                    + host);
        }
        boolean toIpv6 = endpoint.host().indexOf(':') >= 0;
        return new InetSocketAddress(addressOf(card, toIpv6, endpoint), source.port());
    }

    private static InetAddress addressOf(NetworkInterface card, boolean ipv6First, Endpoint endpoint)
            throws BindException {
        return card.inetAddresses()
                .min(Comparator.comparing((InetAddress candidate) -> candidate instanceof Inet4Address == ipv6First)
                        .thenComparing(InetAddress::isLinkLocalAddress))
                .orElseThrow(
                        () -> new BindException(endpoint + ": expected an address of the interface, but it has none"));
    }

    /** The address to bind. Looks names up, hence blocks. */
    static SocketAddress toBind(Endpoint endpoint, LoopResources loops) throws IOException {
        if (endpoint.scheme() == Scheme.IPC) {
            return ipc(endpoint, isNative(loops));
        }
        requireTcp(endpoint);
        return local(endpoint);
    }

    /** An address of this machine, all of them, or that of an interface. Looks names up, hence blocks. */
    static InetSocketAddress local(Endpoint endpoint) throws IOException {
        if (endpoint.anyHost()) {
            return new InetSocketAddress(endpoint.port());
        }
        NetworkInterface card = NetworkInterface.getByName(endpoint.host());
        if (card == null) {
            return new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
        }
        // IPv4 first, as libzmq does: an interface that is bound by name rarely stands for its link-local address.
        return new InetSocketAddress(addressOf(card, false, endpoint), endpoint.port());
    }

    /** The endpoint with its port, and with the address in place of an interface's name. */
    static Endpoint resolved(Endpoint endpoint, SocketAddress asked, Channel channel) {
        if (!(asked instanceof InetSocketAddress address)
                || !(channel.localAddress() instanceof InetSocketAddress bound)) {
            return endpoint;
        }
        Endpoint known = endpoint.withPort(bound.getPort());
        // getHostString() gives back the name that an address was made of, without a look-up.
        boolean named = endpoint.anyHost()
                || endpoint.host().indexOf(':') >= 0 // which has many spellings
                || address.getHostString().equals(endpoint.host());
        return named ? known : known.withHost(address.getAddress().getHostAddress());
    }

    /** The kernel's refusal of a bind, as the exception that the JDK has for it. */
    static BindException taken(Endpoint endpoint, Throwable failed) {
        BindException exception = new BindException(endpoint + ": " + failed.getMessage());
        exception.initCause(failed);
        return exception;
    }

    /** Whether what is bound uses Netty's native transport. */
    static boolean isNative(LoopResources loops) {
        return isNative(loops, loops.onServer(LoopResources.DEFAULT_NATIVE));
    }

    private static boolean isNative(LoopResources loops, EventLoopGroup group) {
        return loops.onChannelClass(SocketChannel.class, group) != NioSocketChannel.class;
    }

    private static SocketAddress ipc(Endpoint endpoint, boolean isNative) {
        if (isNative) {
            return new DomainSocketAddress(
                    endpoint.isAbstract() ? "\0" + endpoint.name().substring(1) : endpoint.name());
        }
        if (endpoint.isAbstract()) {
            throw new UnsupportedOperationException(
                    endpoint + ": expected Netty's native transport, which abstract names need, but NIO is in use");
        }
        return UnixDomainSocketAddress.of(endpoint.name());
    }

    static void requireHostAndPort(Endpoint endpoint) {
        if (endpoint.anyHost() || endpoint.anyPort()) {
            throw new IllegalArgumentException(
                    endpoint + ": expected a host and a port to connect to, but one is *, which is for binding");
        }
    }

    private static void requireTcp(Endpoint endpoint) {
        if (!endpoint.scheme().isTcp()) {
            throw new IllegalArgumentException(
                    endpoint + ": expected tcp, tls+tcp, ws, wss or ipc, which connections go over, but it is "
                            + endpoint.scheme().text());
        }
    }
}
