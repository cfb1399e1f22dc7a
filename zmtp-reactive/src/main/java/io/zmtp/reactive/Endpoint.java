package io.zmtp.reactive;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a socket binds or connects to.
 *
 * <table>
 * <caption>What can be parsed</caption>
 * <tr><td>{@code tcp://host:port}</td><td>TCP; a name, an IPv4 address or an IPv6 address in brackets</td></tr>
 * <tr><td>{@code tls+tcp://host:port}</td><td>TLS on TCP; {@code tls://…} is read as the same</td></tr>
 * <tr><td>{@code ws://host:port/path}</td><td>WebSocket, by HTTP on TCP; without a port 80, without a path {@code /}</td></tr>
 * <tr><td>{@code wss://host:port/path}</td><td>WebSocket on TLS; without a port 443</td></tr>
 * <tr><td>{@code tcp://source;host:port}</td><td>a connection from an address of this machine, which is written
 * {@code address} or {@code interface}, and {@code :port} if the port is to be a certain one; for tls+tcp, ws and wss
 * too</td></tr>
 * <tr><td>{@code ws:/path}</td><td>a path of a web server that is there already, to bind only: see {@link
 * io.zmtp.reactive.transport.ws.WebSocketHost}</td></tr>
 * <tr><td>{@code ipc:///path}</td><td>a Unix domain socket, at most {@value #MAX_PATH} octets of path</td></tr>
 * <tr><td>{@code ipc://*}</td><td>binds one at a new path, in a directory of its own that only this user may
 * enter</td></tr>
 * <tr><td>{@code ipc://@name}</td><td>one in Linux's abstract namespace</td></tr>
 * <tr><td>{@code inproc://name}</td><td>within this process, at most {@value #MAX_NAME} octets of name</td></tr>
 * <tr><td>{@code udp://[interface;]address:port}</td><td>datagrams, for RADIO and DISH; an interface, by its
 * name or an address of it, is for multicast addresses</td></tr>
 * </table>
 *
 * <p>{@code *} as host binds to all addresses, {@code *} or 0 as port to any free one. Schemes may be in upper case. An
 * interface stands for its address of IPv4, if it has one and the host is not an address of IPv6.
 *
 * @since 0.1
 */
public final class Endpoint {
    /** How the peers reach each other. */
    public enum Scheme {
        /** TCP. */
        TCP("tcp"),
        /** TLS on TCP. */
        TLS_TCP("tls+tcp"),
        /** WebSocket. */
        WS("ws"),
        /** WebSocket on TLS. */
        WSS("wss"),
        /** A Unix domain socket. */
        IPC("ipc"),
        /** Within this process. */
        INPROC("inproc"),
        /** Datagrams, one message each. */
        UDP("udp");

        private final String text;

        Scheme(String text) {
            this.text = text;
        }

        /** {@return the scheme as it is written, such as {@code tls+tcp}} */
        public String text() {
            return text;
        }

        boolean hasPort() {
            return this == UDP || isTcp();
        }

        /** {@return whether its connections are those of TCP: all but ipc, inproc and udp} */
        public boolean isTcp() {
            return this == TCP || this == TLS_TCP || isWebSocket();
        }

        /** {@return whether messages go by WebSocket: ws and wss} */
        public boolean isWebSocket() {
            return this == WS || this == WSS;
        }
    }

    /**
     * The local side of a connection that is made.
     *
     * @param host the name of a network interface, or an address of it, IPv6 without brackets; {@code *} for any
     * @param port 0 for any
     * @since 0.1
     */
    public record Source(String host, int port) {

        /** {@return as it stands before the semicolon; port 0 is written {@code *}} */
        @Override
        public String toString() {
            return bracketed(host) + ":" + written(port);
        }
    }

    /** The most octets of an {@code ipc} path. */
    public static final int MAX_PATH = 107;

    /** The most octets of an {@code inproc} name. */
    public static final int MAX_NAME = 256;

    /** The most characters of the path of a WebSocket, its query included. */
    public static final int MAX_RESOURCE = 2048;

    static final int MAX_PORT = 65_535;
    private static final String ANY = "*";

    private final Scheme scheme;
    private final String host;
    private final int port;
    private final String name;
    /** Of udp the interface, without a port. */
    private final @Nullable Source source;

    /** As it is written; made when first needed, as each connection says so to others. */
    private @Nullable String text;

    Endpoint(Scheme scheme, String host, int port, String name, @Nullable Source source) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.name = name;
        this.source = source;
    }

    /**
     * Reads an endpoint as users write it.
     *
     * @param text the endpoint
     * @return the endpoint
     * @throws IllegalArgumentException if it is none; the message says what was expected and what came
     */
    public static Endpoint parse(String text) {
        return EndpointParser.parse(text);
    }

    /**
     * Makes the endpoint of a Unix domain socket.
     *
     * @param name a path of at most {@value #MAX_PATH} octets, or {@code @} and an abstract name; {@code *} to bind at a new
     *     path
     * @return the endpoint
     * @throws IllegalArgumentException if the name cannot be one
     */
    public static Endpoint ofIpc(String name) {
        String text = Scheme.IPC.text + "://" + name;
        if (name.isEmpty() || name.equals("@")) {
            throw wrong(text, "expected ipc:///path or ipc://@name, but the name is empty");
        }
        checkName(text, name, MAX_PATH);
        return new Endpoint(Scheme.IPC, "", 0, name, null);
    }

    static Endpoint ofInproc(String name) {
        String text = Scheme.INPROC.text + "://" + name;
        if (name.isEmpty()) {
            throw wrong(text, "expected inproc://name, but the name is empty");
        }
        checkName(text, name, MAX_NAME);
        return new Endpoint(Scheme.INPROC, "", 0, name, null);
    }

    private static void checkName(String text, String name, int most) {
        int octets = name.getBytes(StandardCharsets.UTF_8).length;
        if (octets > most) {
            throw wrong(text, "expected at most " + most + " octets of name, but there are " + octets);
        }
        if (!Printable.isPrintable(name)) {
            throw wrong(text, "expected a name of printable characters, but there are others in it");
        }
    }

    static IllegalArgumentException wrong(String text, String message) {
        return new IllegalArgumentException("endpoint \"" + Printable.of(text, MAX_NAME) + "\": " + message);
    }

    /** {@return how the peers reach each other} */
    public Scheme scheme() {
        return scheme;
    }

    /** {@return the host name or address, IPv6 without brackets, {@code *} for all; empty for ipc, inproc and a path alone} */
    public String host() {
        return host;
    }

    /** {@return the port, 0 for any; 0 for ipc, inproc and a path alone} */
    public int port() {
        return port;
    }

    /** {@return the path or {@code @name} of ipc, the name of inproc, the path of ws and wss, from its {@code /} on; else empty} */
    public String name() {
        return name;
    }

    /** {@return whether this is ipc with a name in Linux's abstract namespace} */
    public boolean isAbstract() {
        return scheme == Scheme.IPC && name.startsWith("@");
    }

    /** {@return whether this is ipc and any new path will do} */
    public boolean anyPath() {
        return scheme == Scheme.IPC && name.equals(ANY);
    }

    /** {@return whether this is {@code ws:/path}: without a host and a port, as those are somebody else's} */
    public boolean isPath() {
        return scheme == Scheme.WS && host.isEmpty();
    }

    private boolean hasPort() {
        return scheme.hasPort() && !isPath();
    }

    /** {@return whether the host is {@code *}} */
    public boolean anyHost() {
        return host.equals(ANY);
    }

    /** {@return whether there are ports here and any free one will do} */
    public boolean anyPort() {
        return hasPort() && port == 0;
    }

    /** {@return whether the host is a multicast address: 224.0.0.0 to 239.255.255.255, or ff00:: and on} */
    public boolean isMulticast() {
        return EndpointParser.isMulticast(host);
    }

    /** {@return the interface that multicast datagrams go by, its name or an address of it, for udp only} */
    public Optional<String> networkInterface() {
        return scheme == Scheme.UDP ? Optional.ofNullable(source).map(Source::host) : Optional.empty();
    }

    /** {@return where connections to it come from; empty for what the system picks, and always for ipc, inproc and udp} */
    public Optional<Source> source() {
        return scheme.isTcp() ? Optional.ofNullable(source) : Optional.empty();
    }

    /**
     * Makes the same endpoint with another port, such as the one that the system chose.
     *
     * @param newPort 0 to 65,535; 0 for any
     * @return the new endpoint
     * @throws IllegalArgumentException if this scheme has no ports, or the number is out of range
     */
    public Endpoint withPort(int newPort) {
        if (!hasPort()) {
            throw wrong(toString(), "expected an endpoint with a port, but there is none");
        }
        if (newPort < 0 || newPort > MAX_PORT) {
            throw wrong(toString(), "expected a port of 0 to " + MAX_PORT + ", but it is " + newPort);
        }
        return new Endpoint(scheme, host, newPort, name, source);
    }

    /**
     * Makes the same endpoint with another host.
     *
     * @param newHost a name or an address, IPv6 without brackets; {@code *} for all
     * @return the new endpoint
     * @throws IllegalArgumentException if this scheme has no hosts, or this is no host
     */
    public Endpoint withHost(String newHost) {
        if (!hasPort()) {
            throw wrong(toString(), "expected an endpoint with a host, but there is none");
        }
        EndpointParser.checkHost(toString(), newHost);
        if (scheme == Scheme.UDP && source != null) {
            EndpointParser.checkMulticast(toString(), newHost);
        }
        return new Endpoint(scheme, newHost, port, name, source);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint that
                && scheme == that.scheme
                && port == that.port
                && host.equals(that.host)
                && name.equals(that.name)
                && Objects.equals(source, that.source);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme, host, port, name, source);
    }

    /** {@return the endpoint as {@link #parse} takes it; port 0 is written {@code *}} */
    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = write();
            text = known;
        }
        return known;
    }

    private String write() {
        if (isPath()) {
            return scheme.text + ":" + name;
        }
        if (!hasPort()) {
            return scheme.text + "://" + name;
        }
        return scheme.text + "://" + prefix() + bracketed(host) + ":" + written(port) + name;
    }

    private String prefix() {
        if (source == null) {
            return "";
        }
        return (scheme == Scheme.UDP ? bracketed(source.host) : source.toString()) + ";";
    }

    private static String written(int port) {
        return port == 0 ? ANY : Integer.toString(port);
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
