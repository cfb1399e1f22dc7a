package io.zmtp.reactive.transport;

import io.netty.channel.socket.SocketProtocolFamily;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A udp endpoint as a socket address, and the interface for multicast.
 *
 * @param target the address or group that datagrams go to
 * @param local what to bind
 * @param card the interface to send by or to join the group on; null for none in particular
 */
record DatagramRoute(
        InetSocketAddress target,
        InetSocketAddress local,
        @Nullable NetworkInterface card) {

    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    static void require(Endpoint endpoint) {
        if (endpoint.scheme() != Scheme.UDP) {
            throw new IllegalArgumentException(endpoint + ": expected udp, which datagrams go over, but it is "
                    + endpoint.scheme().text());
        }
    }

    /** The address to send to. Looks names up, hence blocks. */
    static DatagramRoute toSend(Endpoint endpoint) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
        NetworkInterface card = named(endpoint);
        return new DatagramRoute(card == null ? target : on(card, target), any(target, 0), card);
    }

    /** The address to receive at. Looks names up, hence blocks. */
    static DatagramRoute toReceive(Endpoint endpoint) throws IOException {
        InetSocketAddress address = Addresses.local(endpoint);
        if (!address.getAddress().isMulticastAddress()) {
            return new DatagramRoute(address, address, null);
        }
        NetworkInterface named = named(endpoint);
        NetworkInterface card = named == null ? usual(endpoint, address) : named;
        InetSocketAddress target = on(card, address);
        // A socket that is bound to a group gets no datagrams of other groups that a program on this machine has
        // joined.
        return new DatagramRoute(target, WINDOWS ? any(target, target.getPort()) : target, card);
    }

    /** IPv6 groups of a narrow scope are not complete without the interface. */
    private static InetSocketAddress on(NetworkInterface card, InetSocketAddress group) throws UnknownHostException {
        return group.getAddress() instanceof Inet6Address address
                ? new InetSocketAddress(
                        Inet6Address.getByAddress(null, address.getAddress(), card.getIndex()), group.getPort())
                : group;
    }

    /** IPv4 or IPv6; null for both, to receive at all addresses. */
    @Nullable
    SocketProtocolFamily family() {
        if (target.getAddress().isAnyLocalAddress()) {
            return null;
        }
        return target.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    /** All our addresses of the same family. */
    private static InetSocketAddress any(InetSocketAddress target, int port) throws UnknownHostException {
        int octets = target.getAddress().getAddress().length;
        return new InetSocketAddress(InetAddress.getByAddress(new byte[octets]), port);
    }

    private static @Nullable NetworkInterface named(Endpoint endpoint) throws IOException {
        String name = endpoint.networkInterface().orElse(null);
        if (name == null) {
            return null;
        }
        NetworkInterface card = NetworkInterface.getByName(name);
        if (card == null && name.matches(".*[.:].*")) {
            card = NetworkInterface.getByInetAddress(InetAddress.getByName(name));
        }
        if (card == null) {
            throw new BindException(endpoint + ": expected a network interface, but there is no " + name);
        }
        return card;
    }

    /** The interface that the system would send by, else the first that is up. */
    private static NetworkInterface usual(Endpoint endpoint, InetSocketAddress group) throws IOException {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(group); // which asks for the route, and sends nothing
            NetworkInterface card = NetworkInterface.getByInetAddress(probe.getLocalAddress());
            if (card != null) {
                return card;
            }
        } catch (SocketException noRoute) {
            // one of the others then
        }
        try (Stream<NetworkInterface> cards = NetworkInterface.networkInterfaces()) {
            return cards.filter(DatagramRoute::isUp)
                    .findFirst()
                    .orElseThrow(() ->
                            new BindException(endpoint + ": expected a network interface that is up, but none is"));
        }
    }

    private static boolean isUp(NetworkInterface card) {
        try {
            return card.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }
}
