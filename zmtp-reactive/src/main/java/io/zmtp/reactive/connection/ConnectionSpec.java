package io.zmtp.reactive.connection;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.pipe.Durations;
import io.zmtp.reactive.transport.Loops;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.RoutingId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;

/**
 * The options of a connection, declared once for clients, servers and sockets.
 *
 * <p>Immutable: every method returns a new spec, so one can be kept, shared and refined. A duration of zero switches off
 * what it limits.
 *
 * @param <T> the kind of spec that the methods return
 * @since 0.1
 */
public abstract class ConnectionSpec<T extends ConnectionSpec<T>> implements Cloneable {

    /** 64 MiB, over all parts of a message. */
    public static final long DEFAULT_MAX_MESSAGE_SIZE = Limits.DEFAULT.maxMessageSize();

    /** 65,536 parts a message. */
    public static final int DEFAULT_MAX_PARTS = Limits.DEFAULT.maxParts();

    /** 30 s from the accepted or opened transport to READY, TLS included. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

    /** 65.5 s: libzmq keeps a TTL in 16 bits of milliseconds, and wraps above. */
    public static final Duration MAX_HEARTBEAT_TTL = Command.MAX_TTL;

    @Nullable
    SocketType socketType;

    Bytes routingId = Bytes.EMPTY;
    Metadata metadata = Metadata.EMPTY;
    Mechanism mechanism = NullMechanism.create();
    Limits limits = Limits.DEFAULT;
    Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
    Duration idleTimeout = Duration.ZERO;
    Duration heartbeatInterval = Duration.ZERO;
    Duration heartbeatTimeout = Duration.ZERO;
    Duration heartbeatTtl = Duration.ZERO;

    @Nullable
    Supplier<? extends SslContext> tls;

    @Nullable
    BiPredicate<? super X509Certificate, Integer> verifyPeer;

    LoopResources loops = Loops.SHARED;

    @Nullable
    Scheduler handshakeScheduler;

    Map<ChannelOption<?>, Object> options = Map.of();
    Consumer<ZmtpConnection> onInit = connection -> {};
    Consumer<ZmtpConnection> onConnected = connection -> {};
    Consumer<ZmtpConnection> onReady = connection -> {};
    BiConsumer<ZmtpConnection, Closed> onDisconnected = (connection, closed) -> {};

    /** Makes the pipe that a connection serves; null for connections that are their users' own. */
    @Nullable
    Supplier<ChannelPipe> pipes;

    /** A spec with the defaults. */
    protected ConnectionSpec() {}

    /** Announced in READY and checked against the peer's (RFC 37, "Socket-Type"). Required. */
    public T socketType(SocketType type) {
        Objects.requireNonNull(type, "type");
        return with(spec -> spec.socketType = type);
    }

    /**
     * Our name for the peer's routing, "Identity" on the wire.
     *
     * @param id at most 255 octets, the first not zero, which RFC 37 reserves; empty by default. Peers may have any
     */
    public T routingId(Bytes id) {
        RoutingId.check(id);
        return with(spec -> spec.routingId = id);
    }

    /**
     * Announces a further property to the peer, found again in its {@code Peer.properties()}.
     *
     * @param name 1 to 255 letters, digits and {@code - _ . +}; by custom it begins with {@code X-}
     * @param value any octets
     */
    public T metadata(String name, Bytes value) {
        if (name.equalsIgnoreCase(Metadata.SOCKET_TYPE) || name.equalsIgnoreCase(Metadata.IDENTITY)) {
            throw new IllegalArgumentException(
                    "metadata: expected a property beside those of socketType(…) and routingId(…), but it is " + name);
        }
        Metadata more = metadata.with(name, value);
        return with(spec -> spec.metadata = more);
    }

    /** Who may talk, and whether traffic is encrypted; NULL by default. */
    public T mechanism(Mechanism mechanism) {
        Objects.requireNonNull(mechanism, "mechanism");
        return with(spec -> spec.mechanism = mechanism);
    }

    /**
     * Limits what the peer may send in one message, all parts together; checked on each frame's header, before
     * anything is allocated. A larger one closes the connection with {@code TOO_LARGE}.
     *
     * @param bytes default {@link #DEFAULT_MAX_MESSAGE_SIZE}
     */
    public T maxMessageSize(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("maxMessageSize: expected no negative number, but it is " + bytes);
        }
        return with(spec -> spec.limits = new Limits(bytes, spec.limits.maxParts()));
    }

    /** The limit set by {@link #maxMessageSize(long)}, in octets. */
    public long maxMessageSize() {
        return limits.maxMessageSize();
    }

    /**
     * Limits the number of parts of one message.
     *
     * @param parts default {@link #DEFAULT_MAX_PARTS}
     */
    public T maxParts(int parts) {
        if (parts < 1) {
            throw new IllegalArgumentException("maxParts: expected at least 1, but it is " + parts);
        }
        return with(spec -> spec.limits = new Limits(spec.limits.maxMessageSize(), parts));
    }

    /** The limit set by {@link #maxParts(int)}. */
    public int maxParts() {
        return limits.maxParts();
    }

    /** How long TLS, greetings and mechanism may take together; default {@link #DEFAULT_HANDSHAKE_TIMEOUT}. */
    public T handshakeTimeout(Duration timeout) {
        Durations.check("handshakeTimeout", timeout);
        return with(spec -> spec.handshakeTimeout = timeout);
    }

    /**
     * Where mechanisms agree on keys, some 0.3 ms of arithmetic for each handshake of CURVE: not on the event loop, whose
     * other connections would wait.
     *
     * @param scheduler default {@code Schedulers.parallel()}
     */
    public T handshakeScheduler(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return with(spec -> spec.handshakeScheduler = scheduler);
    }

    /** The limit set by {@link #handshakeTimeout(Duration)}. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /**
     * Closes a connection on which nothing came or went for so long; off by default. PING and PONG count as traffic, and
     * so does each piece of a large file. A connection that stopped reading because its subscriber asks for nothing is not idle.
     */
    public T idleTimeout(Duration timeout) {
        Durations.check("idleTimeout", timeout);
        return with(spec -> spec.idleTimeout = timeout);
    }

    /** The limit set by {@link #idleTimeout(Duration)}. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * Sends PING in intervals, and closes the connection when nothing at all came for {@code timeout}; off by default (RFC
     * 37, "Connection Heartbeating"). Any octet is a sign of life, so a large frame on a slow link survives. While this
     * side has stopped reading, the timeout rests.
     *
     * <p>The peer answers a PING when it has read all that was sent before it. So silence counts from when the PING was
     * written; and as long as the peer may have much to read first, it may last ten timeouts: while the transport takes
     * no more, or more than 16 KiB were written since the latest PING that was answered. It begins anew with each octet
     * that comes, and whenever a transport that had taken no more takes some.
     *
     * <p>A receiver may need longer than that for what lies unread in the kernels, often some MiB. There, switch
     * heartbeats on at <em>both</em> sides: its own PINGs come also while it does not read, and each is a sign of life.
     * So do where both sides have to notice that the other one has gone: the side that never sends has no other way.
     *
     * @param interval between two PINGs
     * @param timeout how long silence may last, from the first PING on
     */
    public T heartbeat(Duration interval, Duration timeout) {
        Durations.check("heartbeat interval", interval);
        Durations.check("heartbeat timeout", timeout);
        return with(spec -> {
            spec.heartbeatInterval = interval;
            spec.heartbeatTimeout = timeout;
        });
    }

    /**
     * Tells the peer, in each PING, to give us up after so much silence; off by default.
     *
     * @param ttl cut down to tenths of a second, and to {@link #MAX_HEARTBEAT_TTL}
     */
    public T heartbeatTtl(Duration ttl) {
        Durations.check("heartbeatTtl", ttl);
        Duration clamped = ttl.compareTo(MAX_HEARTBEAT_TTL) > 0 ? MAX_HEARTBEAT_TTL : ttl;
        return with(spec -> spec.heartbeatTtl = clamped);
    }

    /** TLS for {@code tls+tcp} endpoints: role, trust and our certificate are the context's. */
    public T secure(SslContext context) {
        Objects.requireNonNull(context, "context");
        return secure(() -> context);
    }

    /**
     * TLS for {@code tls+tcp} endpoints.
     *
     * @param context asked on the event loop at each handshake, so that certificates can be replaced while connections
     *     are open; by default a client takes the JDK's trust store and checks the host name, and a server needs one
     */
    public T secure(Supplier<? extends SslContext> context) {
        Objects.requireNonNull(context, "context");
        return with(spec -> spec.tls = context);
    }

    /**
     * Asks for each certificate that the peer showed, after the trust manager accepted them. False closes the
     * connection with {@code TLS}, and so does a peer without a certificate.
     *
     * @param accept called on the event loop with a certificate and its depth, 0 being the peer's own
     */
    public T verifyPeer(BiPredicate<? super X509Certificate, Integer> accept) {
        Objects.requireNonNull(accept, "accept");
        return with(spec -> spec.verifyPeer = accept);
    }

    /**
     * The event loops; by default those that all connections share, half as many as there are processors. Also decides
     * between epoll and NIO.
     */
    public T runOn(LoopResources loops) {
        Objects.requireNonNull(loops, "loops");
        return with(spec -> spec.loops = loops);
    }

    /** Sets a socket option of each connection; {@code SO_BACKLOG} and {@code SO_REUSEADDR} go to a server's own. */
    public <O> T option(ChannelOption<O> option, O value) {
        if (ChannelOption.AUTO_READ.equals(option)) {
            throw new IllegalArgumentException(
                    "option: expected another one than AUTO_READ, which is the connection's own: use pause() and demand");
        }
        Map<ChannelOption<?>, Object> more = new LinkedHashMap<>(options);
        more.put(option, value);
        return with(spec -> spec.options = more);
    }

    /**
     * Adds a hook that runs on the event loop before the first octet: the place for {@code startTls}, {@code detach},
     * for subscribing to signals and for first sends, which go out after the handshake. What it throws closes the
     * connection.
     */
    public T doOnInit(Consumer<? super ZmtpConnection> hook) {
        return with(spec -> spec.onInit = spec.onInit.andThen(hook));
    }

    /** Adds a hook that runs on the event loop when the transport stands, TLS included, before the greeting. */
    public T doOnConnected(Consumer<? super ZmtpConnection> hook) {
        return with(spec -> spec.onConnected = spec.onConnected.andThen(hook));
    }

    /** Adds a hook that runs on the event loop after the handshake, before the first message is handed out. */
    public T doOnReady(Consumer<? super ZmtpConnection> hook) {
        return with(spec -> spec.onReady = spec.onReady.andThen(hook));
    }

    /**
     * Adds a hook that runs on the event loop once for each connection that ended, also when its handshake failed. A
     * transport that could not be opened has no connection: {@code connect} fails instead.
     */
    public T doOnDisconnected(BiConsumer<? super ZmtpConnection, ? super Closed> hook) {
        return with(spec -> spec.onDisconnected = spec.onDisconnected.andThen(hook));
    }

    /** What READY or INITIATE announce; libzmq sends Identity, possibly empty, for the three types that route by it. */
    protected final Metadata announced() {
        SocketType type = requireSocketType();
        Metadata announced = Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(type.name()));
        boolean routes = type == SocketType.REQ || type == SocketType.DEALER || type == SocketType.ROUTER;
        if (routes || !routingId.isEmpty()) {
            announced = announced.with(Metadata.IDENTITY, routingId);
        }
        for (Map.Entry<String, Bytes> property : metadata) {
            announced = announced.with(property.getKey(), property.getValue());
        }
        return announced;
    }

    /** A client with these options. */
    protected final ZmtpClient toClient() {
        return ZmtpClient.create().like(this);
    }

    /** A server with these options. */
    protected final ZmtpServer toServer() {
        return ZmtpServer.create().like(this);
    }

    /** Takes over every option of another spec, of whatever kind. */
    final T like(ConnectionSpec<?> other) {
        return with(spec -> {
            spec.socketType = other.socketType;
            spec.routingId = other.routingId;
            spec.metadata = other.metadata;
            spec.mechanism = other.mechanism;
            spec.limits = other.limits;
            spec.handshakeTimeout = other.handshakeTimeout;
            spec.idleTimeout = other.idleTimeout;
            spec.heartbeatInterval = other.heartbeatInterval;
            spec.heartbeatTimeout = other.heartbeatTimeout;
            spec.heartbeatTtl = other.heartbeatTtl;
            spec.tls = other.tls;
            spec.verifyPeer = other.verifyPeer;
            spec.loops = other.loops;
            spec.options = other.options;
            spec.onInit = other.onInit;
            spec.onConnected = other.onConnected;
            spec.onReady = other.onReady;
            spec.onDisconnected = other.onDisconnected;
            spec.pipes = other.pipes;
        });
    }

    /** What {@link #mechanism(Mechanism)} set. */
    protected final Mechanism mechanism() {
        return mechanism;
    }

    /** What {@link #runOn} set. */
    protected final LoopResources loops() {
        return loops;
    }

    /** What {@link #option} set. */
    protected final Map<ChannelOption<?>, Object> options() {
        return options;
    }

    final SocketType requireSocketType() {
        if (socketType == null) {
            throw new IllegalArgumentException(
                    "socketType: expected a type, which is announced to the peer and checked, but none is set");
        }
        return socketType;
    }

    /** A copy with one thing changed. */
    @SuppressWarnings("unchecked")
    protected final T with(Consumer<? super T> change) {
        try {
            T copy = (T) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
