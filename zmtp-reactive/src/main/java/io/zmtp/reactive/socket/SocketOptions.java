package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ConnectionSpec;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.InprocSpec;
import io.zmtp.reactive.transport.DatagramReceiver;
import io.zmtp.reactive.transport.DatagramSender;
import io.zmtp.reactive.wire.Limits;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What is set before a socket is made. Immutable: every method returns new options, which can be kept, shared and
 * refined. A later call replaces what an earlier one set, so that what was switched on can be switched off. What only sockets of some types have says so; a socket of
 * another type for which it is set is not made: {@link TypeOption} has the list.
 *
 * @since 0.1
 */
public final class SocketOptions extends ConnectionSpec<SocketOptions> {

    /** 1,000 messages wait for each peer. */
    public static final int DEFAULT_SEND_HWM = 1000;

    /** Of them at most 16 MiB. */
    public static final long DEFAULT_SEND_HWM_BYTES = 16 * 1024 * 1024;

    /** 1,000 messages are read ahead from each peer. */
    public static final int DEFAULT_RECV_HWM = 1000;

    /** 10 s to write what was accepted. */
    public static final Duration DEFAULT_LINGER = Duration.ofSeconds(10);

    /** 100 ms before the first attempt to connect again. */
    public static final Duration DEFAULT_RECONNECT = Duration.ofMillis(100);

    /** 30 s at most between two attempts. */
    public static final Duration DEFAULT_RECONNECT_MAX = Duration.ofSeconds(30);

    /** 100,000 different subscriptions of each peer. */
    public static final int DEFAULT_MAX_SUBSCRIPTIONS = 100_000;

    private static final int MOST_DATAGRAMS_HELD = 1_000_000;

    int sendHwm = DEFAULT_SEND_HWM;
    long sendHwmBytes = DEFAULT_SEND_HWM_BYTES;
    int recvHwm = DEFAULT_RECV_HWM;
    Duration linger = DEFAULT_LINGER;
    Duration reconnect = DEFAULT_RECONNECT;
    Duration reconnectMax = DEFAULT_RECONNECT_MAX;
    boolean reconnectAfterFatal = true;
    boolean immediate;
    boolean mandatory;
    boolean handover;

    @Nullable
    Boolean correlate;

    boolean probeRouter;

    @Nullable
    Message hello;

    @Nullable
    Message disconnect;

    @Nullable
    Message hiccup;

    private @Nullable Overflow onFull;
    Recorder recorder = Recorder.NONE;
    int maxSubscriptions = DEFAULT_MAX_SUBSCRIPTIONS;
    boolean invertMatching;
    boolean verbose;
    boolean verboser;
    boolean manual;

    @Nullable
    Message welcome;

    private int lastValues;
    private Function<? super Message, Bytes> lastValueKey = Message::first;
    UnaryOperator<ZmtpClient> client = UnaryOperator.identity();
    UnaryOperator<ZmtpServer> server = UnaryOperator.identity();

    private Set<TypeOption> typeOptions = Set.of();

    private SocketOptions() {}

    /** The defaults. */
    public static SocketOptions create() {
        return new SocketOptions();
    }

    /**
     * How many messages may wait for each peer; what happens then is the type's rule. While a connection takes what it
     * is given, 30 KiB of small messages may wait whatever their number.
     *
     * @param messages at least 1; default {@link #DEFAULT_SEND_HWM}
     */
    public SocketOptions sendHwm(int messages) {
        requirePositive("sendHwm", messages);
        return with(options -> options.sendHwm = messages);
    }

    /**
     * How many octets may wait for each peer, if that is reached before {@link #sendHwm}. One message is always taken,
     * however large.
     *
     * @param bytes at least 1; default {@link #DEFAULT_SEND_HWM_BYTES}
     */
    public SocketOptions sendHwmBytes(long bytes) {
        requirePositive("sendHwmBytes", bytes);
        return with(options -> options.sendHwmBytes = bytes);
    }

    /**
     * What happens to a message for a peer whose queue is full. By default the type's own rule: PUSH, DEALER, REQ,
     * SCATTER, CLIENT, SERVER, PEER, PAIR and CHANNEL wait; PUB, XPUB, RADIO, REP and ROUTER drop it.
     *
     * <p>For PULL, GATHER, SUB and DISH, which only receive: what happens to a message from a peer of which
     * {@link #recvHwm} messages, or 256 KiB, were read and not asked for. By default it waits with the peer; with a rule
     * that drops, reading never stops.
     */
    public SocketOptions onFull(Overflow rule) {
        Objects.requireNonNull(rule, "rule");
        return with(TypeOption.NO_DROP, false, options -> options.onFull = rule);
    }

    /** Keeps only the newest message for each peer, or from each peer: short for {@code onFull(LATEST)}. */
    public SocketOptions conflate() {
        return onFull(Overflow.LATEST);
    }

    /** As {@link #conflate()} if true; if false, {@code LATEST} gives way to the type's own rule. */
    public SocketOptions conflate(boolean conflate) {
        return conflate ? conflate() : without(Overflow.LATEST);
    }

    /**
     * How many messages are read ahead from each peer; at 256 KiB reading stops as well. What came with one read is
     * taken whole, so that there may be more for a moment.
     *
     * <p>Messages of a peer that has gone wait until they are received. All such peers together may have left this many
     * messages, and 16 MiB; the one that went last does not count. Beyond that the oldest messages are dropped, and
     * reported as {@code UNREAD}.
     *
     * @param messages at least 1; default {@link #DEFAULT_RECV_HWM}
     */
    public SocketOptions recvHwm(int messages) {
        requirePositive("recvHwm", messages);
        return with(options -> options.recvHwm = messages);
    }

    /**
     * How long {@code close()} may take to write what was accepted; zero to drop it at once. Default
     * {@link #DEFAULT_LINGER}.
     */
    public SocketOptions linger(Duration linger) {
        requireNotNegative("linger", linger);
        return with(options -> options.linger = linger);
    }

    /** As {@link #reconnect(Duration, Duration)}, with the slowest pace as it is. */
    public SocketOptions reconnect(Duration first) {
        return reconnect(first, reconnectMax.compareTo(first) < 0 ? first : reconnectMax);
    }

    /**
     * The pace of attempts to connect again. It doubles from attempt to attempt, plus and minus half of it at random,
     * and begins anew when a connection has held for as long as the first delay. After a failure that another attempt
     * does not mend (credentials, an ERROR of the peer's) it is the slowest at once.
     *
     * @param first default {@link #DEFAULT_RECONNECT}
     * @param slowest default {@link #DEFAULT_RECONNECT_MAX}
     */
    public SocketOptions reconnect(Duration first, Duration slowest) {
        requireNotNegative("reconnect", first);
        if (first.isZero() || slowest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "reconnect: expected two durations above zero, the shorter first, but they are " + first + " and "
                            + slowest);
        }
        return with(options -> {
            options.reconnect = first;
            options.reconnectMax = slowest;
        });
    }

    /** Gives an endpoint up after a failure that another attempt does not mend. By default it is tried again, slowly. */
    public SocketOptions stopAfterFatal() {
        return stopAfterFatal(true);
    }

    /** As {@link #stopAfterFatal()} if true; false, the default, tries the endpoint again, slowly. */
    public SocketOptions stopAfterFatal(boolean stop) {
        return with(options -> options.reconnectAfterFatal = !stop);
    }

    /**
     * Gives messages only to peers that are connected now. By default messages may wait for an endpoint that is connected
     * to before its peer is there. For PUSH, SCATTER, DEALER, CLIENT, PAIR, CHANNEL.
     */
    public SocketOptions immediate() {
        return immediate(true);
    }

    /** As {@link #immediate()} if true; false, the default, has messages wait for what is connected to. */
    public SocketOptions immediate(boolean immediate) {
        return with(TypeOption.IMMEDIATE, immediate, options -> options.immediate = immediate);
    }

    /**
     * A message for a routing id that no peer has fails, and one for a peer whose queue is full waits. Without this
     * both are dropped. For ROUTER; SERVER and PEER always do so.
     */
    public SocketOptions mandatory() {
        return mandatory(true);
    }

    /** As {@link #mandatory()} if true; false, the default, drops such messages. */
    public SocketOptions mandatory(boolean mandatory) {
        return with(TypeOption.MANDATORY, mandatory, options -> options.mandatory = mandatory);
    }

    /**
     * Lets a peer take over the routing id of another one, whose connection is closed then. What the former peer has sent
     * is read first, as far as there is room for it: the new one is let in when the former one has closed too, or after
     * two seconds. Without this the first keeps the id, and the second is refused and goes on trying. For ROUTER.
     */
    public SocketOptions handover() {
        return handover(true);
    }

    /** As {@link #handover()} if true; false, the default, leaves the id to the first. */
    public SocketOptions handover(boolean handover) {
        return with(TypeOption.HANDOVER, handover, options -> options.handover = handover);
    }

    /**
     * Sends one empty message to each peer that joins, so that a ROUTER hears of this socket before it has anything to
     * say. For REQ, DEALER, ROUTER.
     */
    public SocketOptions probeRouter() {
        return probeRouter(true);
    }

    /** As {@link #probeRouter()} if true; false, the default, sends nothing by itself. */
    public SocketOptions probeRouter(boolean probeRouter) {
        return with(TypeOption.PROBE_ROUTER, probeRouter, options -> options.probeRouter = probeRouter);
    }

    /**
     * Sends a message to each peer that joins, before any other, and again when it has connected anew. For DEALER, ROUTER,
     * PAIR, CHANNEL, CLIENT, SERVER, PEER.
     *
     * @param message as it goes on the wire: without a routing id; null, the default, for none
     */
    public SocketOptions helloMessage(@Nullable Message message) {
        return with(TypeOption.HELLO_MESSAGE, message != null, options -> options.hello = message);
    }

    /**
     * Has the application receive a message from each peer that has gone, after all that it sent, where the socket is
     * bound. For DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER.
     *
     * @param message as from the peer: ROUTER, SERVER and PEER put its routing id before it; null, the default, for none
     */
    public SocketOptions disconnectMessage(@Nullable Message message) {
        return with(TypeOption.DISCONNECT_MESSAGE, message != null, options -> options.disconnect = message);
    }

    /**
     * Has the application receive a message, as from the peer, when a connection that the socket made was lost. It comes
     * behind everything that came by that connection; if the next one is lost before it is received, there is one message
     * for both. For
     * DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER.
     *
     * @param message as for {@link #disconnectMessage}
     */
    public SocketOptions hiccupMessage(@Nullable Message message) {
        return with(TypeOption.HICCUP_MESSAGE, message != null, options -> options.hiccup = message);
    }

    /**
     * Gives every request an id, which comes back with the reply, so that any number may be under way at a time. The peer
     * must give the id back, as every REP does: see {@link ReqSocket}. For REQ.
     */
    public SocketOptions correlate() {
        return correlate(true);
    }

    /**
     * Whether requests have an id, which comes back with the reply. By default they have one as soon as nothing else
     * shows to which request a reply belongs: see {@link ReqSocket}. For REQ.
     *
     * @param correlate true as {@link #correlate()}. False for a ROUTER whose program does not give the id back; where
     *     this socket binds or has a {@code routingId}, the late reply to a request that was given up may then be taken
     *     for the reply to the next one
     */
    public SocketOptions correlate(boolean correlate) {
        return with(TypeOption.CORRELATE, true, options -> options.correlate = correlate);
    }

    /**
     * Waits for peers whose queue is full: short for {@code onFull(WAIT)}. By default they miss the message. One peer that
     * does not read then holds up all; a {@link #welcome} may still be missed. For PUB, XPUB, XSUB, RADIO.
     */
    public SocketOptions noDrop() {
        return noDrop(true);
    }

    /** As {@link #noDrop()} if true; if false, {@code WAIT} gives way to the type's own rule. */
    public SocketOptions noDrop(boolean wait) {
        return wait
                ? with(TypeOption.NO_DROP, true, options -> options.onFull = Overflow.WAIT)
                : without(Overflow.WAIT);
    }

    private SocketOptions without(Overflow rule) {
        return onFull == rule ? with(TypeOption.NO_DROP, false, options -> options.onFull = null) : this;
    }

    /**
     * How many different prefixes, or groups, a peer may have subscribed to; further ones are ignored, and reported as
     * {@code TOO_MANY_SUBSCRIPTIONS}. For PUB, XPUB, RADIO.
     *
     * @param subscriptions at least 1; default {@link #DEFAULT_MAX_SUBSCRIPTIONS}
     */
    public SocketOptions maxSubscriptions(int subscriptions) {
        requirePositive("maxSubscriptions", subscriptions);
        return with(TypeOption.MAX_SUBSCRIPTIONS, true, options -> options.maxSubscriptions = subscriptions);
    }

    /**
     * Has peers get the messages that do not match their subscriptions, and only those. Both sides must have it. For
     * PUB, XPUB, SUB, XSUB.
     */
    public SocketOptions invertMatching() {
        return invertMatching(true);
    }

    /** As {@link #invertMatching()} if true; false, the default, sends what matches. */
    public SocketOptions invertMatching(boolean invertMatching) {
        return with(TypeOption.INVERT_MATCHING, invertMatching, options -> options.invertMatching = invertMatching);
    }

    /**
     * Receives every subscription, also to a prefix that some peer, or this very one, had subscribed to before; of the
     * ends only the last of a prefix. For XPUB.
     */
    public SocketOptions verbose() {
        return verbose(true);
    }

    /** As {@link #verbose()} if true; false, the default, emits only what changes. */
    public SocketOptions verbose(boolean verbose) {
        return with(TypeOption.VERBOSE, verbose, options -> options.verbose = verbose);
    }

    /**
     * Receives every subscription of each peer, and every end of one: as many of one as of the other, so that an XSUB that
     * is given them counts right. A peer that subscribes to a prefix again adds no subscription. For XPUB.
     */
    public SocketOptions verboser() {
        return verboser(true);
    }

    /** As {@link #verboser()} if true; false, the default, emits only what changes. */
    public SocketOptions verboser(boolean verboser) {
        return with(TypeOption.VERBOSER, verboser, options -> options.verboser = verboser);
    }

    /**
     * Peers only ask: the application receives what they ask for, and subscribes them itself by
     * {@link XPubSocket#subscribe}. For XPUB.
     */
    public SocketOptions manual() {
        return manual(true);
    }

    /** As {@link #manual()} if true; false, the default, has peers subscribe themselves. */
    public SocketOptions manual(boolean manual) {
        return with(TypeOption.MANUAL, manual, options -> options.manual = manual);
    }

    /**
     * Sends each peer this message as its first, before it has subscribed; a SUB peer hands it out if one of its
     * subscriptions matches. For XPUB.
     *
     * @param message null, the default, for none
     */
    public SocketOptions welcome(@Nullable Message message) {
        return with(TypeOption.WELCOME, message != null, options -> options.welcome = message);
    }

    /**
     * Keeps the last message of each topic, which is its first part, and sends it to peers that subscribe later. If that
     * is more than fits into half of the peer's queue, the rest follows as the peer takes it, in the order of the topics.
     * Topics that were published to since are left out: the peer has got them already. For PUB, XPUB.
     *
     * @param topics how many are kept; of more the one that was quiet longest is forgotten. 0, the default, for none
     */
    public SocketOptions lastValueCache(int topics) {
        return lastValueCache(topics, Message::first);
    }

    /**
     * As {@link #lastValueCache(int)}, by keys of its own.
     *
     * @param keys how many are kept; 0 for none
     * @param key makes the key of a message; called while senders wait, so it must be quick, and leave the socket alone
     */
    public SocketOptions lastValueCache(int keys, Function<? super Message, Bytes> key) {
        if (keys < 0) {
            throw new IllegalArgumentException("lastValueCache: expected no negative number, but it is " + keys);
        }
        Objects.requireNonNull(key, "key");
        return with(TypeOption.LAST_VALUE_CACHE, keys > 0, options -> {
            options.lastValues = keys;
            options.lastValueKey = key;
        });
    }

    /** Receives what is counted and timed; by default nothing does. */
    public SocketOptions recorder(Recorder recorder) {
        Objects.requireNonNull(recorder, "recorder");
        return with(options -> options.recorder = recorder);
    }

    /** As {@link ZmtpClient#connectTimeout(Duration)}: how long opening a transport may take. */
    public SocketOptions connectTimeout(Duration timeout) {
        requireNotNegative("connectTimeout", timeout);
        return client(client -> client.connectTimeout(timeout));
    }

    /** Adds what only the connecting side knows, such as a proxy. */
    public SocketOptions client(UnaryOperator<ZmtpClient> change) {
        UnaryOperator<ZmtpClient> before = client;
        return with(options -> options.client = client -> change.apply(before.apply(client)));
    }

    /** Adds what only the binding side knows, such as limits on connections, or an address filter. */
    public SocketOptions server(UnaryOperator<ZmtpServer> change) {
        UnaryOperator<ZmtpServer> before = server;
        return with(options -> options.server = server -> change.apply(before.apply(server)));
    }

    private SocketOptions with(TypeOption option, boolean isSet, Consumer<SocketOptions> change) {
        return with(options -> {
            change.accept(options);
            Set<TypeOption> set = EnumSet.of(option);
            set.addAll(typeOptions);
            if (!isSet) {
                set.remove(option);
            }
            options.typeOptions = Collections.unmodifiableSet(set);
        });
    }

    // ---- for the socket

    /**
     * These, if a socket of a type can have them.
     *
     * @throws IllegalArgumentException if an option is set that the type does not have
     */
    SocketOptions requireFor(SocketType type) {
        for (TypeOption option : typeOptions) {
            if (!option.types().contains(type)) {
                throw new IllegalArgumentException(type + " socket: expected options that its type has, but "
                        + option.method() + " is set, which is for " + option.types());
            }
        }
        return this;
    }

    ZmtpClient newClient(SocketType type) {
        return client.apply(socketType(type).toClient());
    }

    ZmtpServer newServer(SocketType type) {
        return server.apply(socketType(type).toServer());
    }

    @Nullable
    LastValues newLastValues() {
        return lastValues == 0 ? null : new LastValues(lastValues, lastValueKey);
    }

    /** Opens what sends datagrams; fails if a mechanism is set, which datagrams do not have. */
    Mono<DatagramSender> newDatagramSender(Endpoint endpoint) {
        return DatagramSender.connect(plain(endpoint), loops(), options(), Integer.MAX_VALUE);
    }

    /** Binds what receives the datagrams of wanted groups; fails if a mechanism is set, likewise. */
    Mono<DatagramReceiver> newDatagramReceiver(Endpoint endpoint, Predicate<? super Bytes> wanted) {
        return DatagramReceiver.bind(
                plain(endpoint), loops(), options(), Math.min(recvHwm, MOST_DATAGRAMS_HELD), wanted);
    }

    private Endpoint plain(Endpoint endpoint) {
        if (!mechanism().equals(NullMechanism.create())) {
            throw new IllegalArgumentException(endpoint
                    + ": datagrams are neither authenticated nor encrypted, but the mechanism is " + mechanism());
        }
        return endpoint;
    }

    InprocSpec toInproc(SocketType type) {
        return new InprocSpec(() -> toPeer(type), bounds(), new Limits(maxMessageSize(), maxParts()));
    }

    Reconnect toReconnect() {
        return new Reconnect(reconnect, reconnectMax, reconnectAfterFatal);
    }

    /** What a peer that needs no handshake sees of a socket with these options. */
    Peer toPeer(SocketType type) {
        Metadata announced = socketType(type).announced();
        Bytes routingId = announced.get(Metadata.IDENTITY).orElse(Bytes.EMPTY);
        return new Peer(null, type, routingId, 3, 1, announced, null, null);
    }

    Bounds bounds() {
        return new Bounds(onFull == Overflow.LATEST ? 1 : sendHwm, sendHwmBytes, recvHwm);
    }

    /** The rule that was set, or the type's own. */
    Overflow overflow(Overflow typeRule) {
        return onFull == null ? typeRule : onFull;
    }

    static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected at least 1, but it is " + value);
        }
    }

    static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + ": expected no negative duration, but it is " + value);
        }
    }
}
