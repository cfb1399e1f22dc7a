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
 * <p>Immutable: every method returns a new spec, so one can be kept, shared and refined. Any thread may call. A duration of
 * zero switches off what it limits; a negative one, and null, is refused with an exception that names the option.
 *
 * <p>Hooks and suppliers are called on the event loop of a connection, so they must not block. Sections are those of RFC 37.
 *
 * @param <T> the kind of spec that the methods return
 * @since 0.1
 */
public abstract class ConnectionSpec<T extends ConnectionSpec<T>> implements Cloneable {

    /** The most octets in all parts of a message: 64 MiB. */
    public static final long DEFAULT_MAX_MESSAGE_SIZE = Limits.DEFAULT.maxMessageSize();

    /** The most parts of a message: 65,536. */
    public static final int DEFAULT_MAX_PARTS = Limits.DEFAULT.maxParts();

    /** How long a handshake may take, from the open transport to READY, TLS included: 30 s. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

    /** The longest TTL of a PING: {@link Command#MAX_TTL}. */
    public static final Duration MAX_HEARTBEAT_TTL = Command.MAX_TTL;

    @Nullable
    SocketType socketType;

    Bytes routingId = Bytes.EMPTY;

    /** Made once, as many connections may announce it; null while none has. */
    private @Nullable Metadata announced;

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

    /**
     * Sets the socket type, which is announced to the peer and checked against the peer's (RFC 37, "Socket-Type").
     *
     * @param type required, no default; a socket sets its own
     * @return the new spec
     */
    public T socketType(SocketType type) {
        Objects.requireNonNull(type, "type");
        return with(spec -> spec.socketType = type);
    }

    /**
     * Sets the routing id that is announced to the peer, "Identity" on the wire: a ROUTER peer addresses this side by it.
     *
     * @param id at most {@value io.zmtp.reactive.wire.RoutingId#MAX_SIZE} octets, the first not zero, which RFC 37 reserves;
     *     default empty, for none
     * @return the new spec
     * @throws IllegalArgumentException if it cannot be one
     */
    public T routingId(Bytes id) {
        RoutingId.check(id);
        return with(spec -> spec.routingId = id);
    }

    /**
     * Announces a further property to the peer, which has it in {@code Peer.properties()} (RFC 37, "Connection Metadata").
     *
     * @param name 1 to {@value Metadata#MAX_NAME} letters, digits and {@code - _ . +}; by custom it begins with {@code X-}
     * @param value any octets; replaces those of an earlier property of this name. Default: no further property
     * @return the new spec
     * @throws IllegalArgumentException if the name cannot be one, or is {@code Socket-Type} or {@code Identity}
     */
    public T metadata(String name, Bytes value) {
        if (name.equalsIgnoreCase(Metadata.SOCKET_TYPE) || name.equalsIgnoreCase(Metadata.IDENTITY)) {
            throw new IllegalArgumentException(
                    "metadata: expected a property beside those of socketType(…) and routingId(…), but it is " + name);
        }
        Metadata more = metadata.with(name, value);
        return with(spec -> spec.metadata = more);
    }

    /**
     * Sets how peers are authenticated, and whether traffic is encrypted.
     *
     * @param mechanism default {@link NullMechanism}: any peer, no encryption. The peer must have the same
     * @return the new spec
     */
    public T mechanism(Mechanism mechanism) {
        Objects.requireNonNull(mechanism, "mechanism");
        return with(spec -> spec.mechanism = mechanism);
    }

    /**
     * Limits the size of a message that the peer sends, all parts together, without frame headers. It is checked on each
     * header, before anything is allocated. A larger message closes the connection with {@code TOO_LARGE}.
     *
     * @param bytes in octets, at least 0; default {@link #DEFAULT_MAX_MESSAGE_SIZE}
     * @return the new spec
     */
    public T maxMessageSize(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("maxMessageSize: expected no negative number, but it is " + bytes);
        }
        return with(spec -> spec.limits = new Limits(bytes, spec.limits.maxParts()));
    }

    /** {@return the limit set by {@link #maxMessageSize(long)}, in octets} */
    public long maxMessageSize() {
        return limits.maxMessageSize();
    }

    /**
     * Limits the number of parts of a message that the peer sends. More close the connection with {@code TOO_LARGE}.
     *
     * @param parts at least 1; default {@link #DEFAULT_MAX_PARTS}
     * @return the new spec
     */
    public T maxParts(int parts) {
        if (parts < 1) {
            throw new IllegalArgumentException("maxParts: expected at least 1, but it is " + parts);
        }
        return with(spec -> spec.limits = new Limits(spec.limits.maxMessageSize(), parts));
    }

    /** {@return the limit set by {@link #maxParts(int)}} */
    public int maxParts() {
        return limits.maxParts();
    }

    /**
     * Limits the time of a handshake: TLS, greetings and mechanism together. A handshake that takes longer fails with
     * {@code TIMEOUT}.
     *
     * @param timeout default {@link #DEFAULT_HANDSHAKE_TIMEOUT}; zero for no limit
     * @return the new spec
     */
    public T handshakeTimeout(Duration timeout) {
        Durations.check("handshakeTimeout", timeout);
        return with(spec -> spec.handshakeTimeout = timeout);
    }

    /**
     * Sets where mechanisms agree on keys. For CURVE that takes about 0.3 ms in each handshake; on the event loop, other
     * connections would wait for it.
     *
     * @param scheduler default {@code Schedulers.parallel()}; it stays the caller's to dispose
     * @return the new spec
     */
    public T handshakeScheduler(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return with(spec -> spec.handshakeScheduler = scheduler);
    }

    /** {@return the limit set by {@link #handshakeTimeout(Duration)}} */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /**
     * Closes a connection on which no octet came or went for so long. PING and PONG count as traffic, and so does each
     * piece of a large file. A connection that does not read because its subscriber requests nothing is not idle.
     *
     * @param timeout default zero, which is off
     * @return the new spec
     */
    public T idleTimeout(Duration timeout) {
        Durations.check("idleTimeout", timeout);
        return with(spec -> spec.idleTimeout = timeout);
    }

    /** {@return the limit set by {@link #idleTimeout(Duration)}} */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * Sends a PING in each interval, and closes the connection with {@code HEARTBEAT} after {@code timeout} of silence (RFC
     * 37, "Connection Heartbeating"). Any octet that comes ends the silence, so a large frame on a slow link survives. While
     * this side does not read, the timeout rests.
     *
     * <p>A peer answers a PING when it has read all that was sent before. So silence is measured from when the PING was
     * written. It may last ten timeouts while the peer may have much to read first: while the transport takes no more, or
     * when more than 16 KiB were written since the last PING that was answered. It begins anew with each octet that comes,
     * and when a transport that took no more takes some.
     *
     * <p>A slow receiver may need longer for what waits unread in the kernels, often some MiB. Then switch heartbeats on at
     * <em>both</em> sides: the receiver's own PINGs come even while it does not read. Do so too if both sides have to notice
     * that the other one has gone: a side that never sends notices it only by heartbeats.
     *
     * @param interval the time between two PINGs; default zero, which is off
     * @param timeout how long silence may last, from the first PING on; zero sends PINGs but never closes
     * @return the new spec
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
     * Asks the peer, in each PING, to close the connection after so much silence of this side.
     *
     * @param ttl rounded down to tenths of a second, and at most {@link #MAX_HEARTBEAT_TTL}; default zero, which is off
     * @return the new spec
     */
    public T heartbeatTtl(Duration ttl) {
        Durations.check("heartbeatTtl", ttl);
        Duration clamped = ttl.compareTo(MAX_HEARTBEAT_TTL) > 0 ? MAX_HEARTBEAT_TTL : ttl;
        return with(spec -> spec.heartbeatTtl = clamped);
    }

    /**
     * Sets TLS for {@code tls+tcp} and {@code wss} endpoints.
     *
     * @param context the role, the trust, and the certificate of this side
     * @return the new spec
     */
    public T secure(SslContext context) {
        Objects.requireNonNull(context, "context");
        return secure(new Fixed(context));
    }

    /** A context that stays; a record, so that sockets at one port are seen to have the same one. */
    private record Fixed(SslContext context) implements Supplier<SslContext> {
        @Override
        public SslContext get() {
            return context;
        }
    }

    /**
     * Sets TLS for {@code tls+tcp} and {@code wss} endpoints, with certificates that can be replaced: open connections keep theirs.
     *
     * @param context called on the event loop in each handshake. By default a client takes the JDK's trust store and checks
     *     the host name; a server has no default
     * @return the new spec
     */
    public T secure(Supplier<? extends SslContext> context) {
        Objects.requireNonNull(context, "context");
        return with(spec -> spec.tls = context);
    }

    /**
     * Checks each certificate that the peer showed, after the trust manager accepted them. If one is not accepted, or the
     * peer showed none, the connection is closed with {@code TLS}.
     *
     * @param accept called on the event loop with a certificate and its depth, 0 being the peer's own; default: accepts
     *     what the trust manager accepted
     * @return the new spec
     */
    public T verifyPeer(BiPredicate<? super X509Certificate, Integer> accept) {
        Objects.requireNonNull(accept, "accept");
        return with(spec -> spec.verifyPeer = accept);
    }

    /**
     * Sets the event loops, and with them epoll or NIO.
     *
     * @param loops default: loops that all connections share, half as many as there are processors. Others stay the
     *     caller's to dispose
     * @return the new spec
     */
    public T runOn(LoopResources loops) {
        Objects.requireNonNull(loops, "loops");
        return with(spec -> spec.loops = loops);
    }

    /**
     * Sets a socket option of each connection.
     *
     * @param option any of Netty's, except {@code AUTO_READ}. {@code SO_BACKLOG} and {@code SO_REUSEADDR} are for the socket
     *     of a server that accepts
     * @param value its value
     * @param <O> the type of the value
     * @return the new spec
     */
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
     * Adds a hook that runs on the event loop before the first octet: for {@code startTls}, {@code detach}, subscriptions
     * and first sends, which are written after the handshake. If it throws, the connection is closed.
     *
     * @param hook runs after those added before
     * @return the new spec
     */
    public T doOnInit(Consumer<? super ZmtpConnection> hook) {
        return with(spec -> spec.onInit = spec.onInit.andThen(hook));
    }

    /**
     * Adds a hook that runs on the event loop when the transport is open, TLS included, before the greeting.
     *
     * @param hook runs after those added before
     * @return the new spec
     */
    public T doOnConnected(Consumer<? super ZmtpConnection> hook) {
        return with(spec -> spec.onConnected = spec.onConnected.andThen(hook));
    }

    /**
     * Adds a hook that runs on the event loop after the handshake, before the first message is emitted.
     *
     * @param hook runs after those added before
     * @return the new spec
     */
    public T doOnReady(Consumer<? super ZmtpConnection> hook) {
        return with(spec -> spec.onReady = spec.onReady.andThen(hook));
    }

    /**
     * Adds a hook that runs on the event loop once for each connection that ended, even if its handshake failed. A
     * transport that could not be opened makes no connection: {@code connect} fails instead.
     *
     * @param hook runs after those added before
     * @return the new spec
     */
    public T doOnDisconnected(BiConsumer<? super ZmtpConnection, ? super Closed> hook) {
        return with(spec -> spec.onDisconnected = spec.onDisconnected.andThen(hook));
    }

    /** {@return what READY or INITIATE announce; REQ, DEALER and ROUTER announce an empty Identity too, as in libzmq} */
    protected final Metadata announced() {
        Metadata known = announced;
        if (known == null) {
            known = announcement();
            announced = known;
        }
        return known;
    }

    private Metadata announcement() {
        SocketType type = requireSocketType();
        Map<String, Bytes> own = new LinkedHashMap<>();
        own.put(Metadata.SOCKET_TYPE, Bytes.utf8(type.name()));
        boolean routes = type == SocketType.REQ || type == SocketType.DEALER || type == SocketType.ROUTER;
        if (routes || !routingId.isEmpty()) {
            own.put(Metadata.IDENTITY, routingId);
        }
        Metadata all = Metadata.received(own);
        for (Map.Entry<String, Bytes> property : metadata) {
            all = all.with(property.getKey(), property.getValue());
        }
        return all;
    }

    /** {@return a client with these options} */
    protected final ZmtpClient toClient() {
        return ZmtpClient.create().like(this);
    }

    /** {@return a server with these options} */
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

    /** {@return a copy with one change} */
    @SuppressWarnings("unchecked")
    protected final T with(Consumer<? super T> change) {
        try {
            T copy = (T) clone();
            ((ConnectionSpec<?>) copy).announced = null;
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
