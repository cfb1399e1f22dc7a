package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ConnectionSpec;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.endpoint.Reconnect;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.pipe.InprocSpec;
import io.zmtp.reactive.routing.LastValues;
import io.zmtp.reactive.routing.Memories;
import io.zmtp.reactive.routing.Publication.Journal;
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
 * The options of a socket, and, inherited, those of its connections.
 *
 * <p>Immutable: every method returns new options, so they can be kept, shared and refined. Any thread may call. A later call
 * replaces what an earlier one set, so what was switched on can be switched off. Bad values are refused with an
 * {@link IllegalArgumentException} that names the option.
 *
 * <p>Some options are only for sockets of some types, as their documentation says; {@link TypeOption} has the list. A socket
 * of another type cannot be made with them. Limits are for all types: where nothing waits, such as messages to be sent by a
 * PULL, they have nothing to limit.
 *
 * @since 0.1
 */
public final class SocketOptions extends ConnectionSpec<SocketOptions> {

    /** How many messages may wait for each peer: {@value}. */
    public static final int DEFAULT_SEND_HWM = 1000;

    /** How many octets may wait for each peer: 16 MiB. */
    public static final long DEFAULT_SEND_HWM_BYTES = 16 * 1024 * 1024;

    /** How many messages are read ahead from each peer: {@value}. */
    public static final int DEFAULT_RECV_HWM = 1000;

    /** How long {@code close()} may take to write what was accepted: 10 s. */
    public static final Duration DEFAULT_LINGER = Duration.ofSeconds(10);

    /** The delay before the first attempt to connect again: 100 ms. */
    public static final Duration DEFAULT_RECONNECT = Duration.ofMillis(100);

    /** The longest delay between two attempts to connect: 30 s. */
    public static final Duration DEFAULT_RECONNECT_MAX = Duration.ofSeconds(30);

    /** How many different subscriptions each peer may have: 100,000. */
    public static final int DEFAULT_MAX_SUBSCRIPTIONS = 100_000;

    private static final int MOST_DATAGRAMS_HELD = 1_000_000;

    @Nullable
    String name;

    int sendHwm = DEFAULT_SEND_HWM;
    long sendHwmBytes = DEFAULT_SEND_HWM_BYTES;
    Duration maxAge = Duration.ZERO;
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

    @Nullable
    Journal journal;

    private int lastValues;
    private Function<? super Message, Bytes> lastValueKey = Message::first;
    UnaryOperator<ZmtpClient> client = UnaryOperator.identity();
    UnaryOperator<ZmtpServer> server = UnaryOperator.identity();

    DeliveryOptions delivery = DeliveryOptions.none();
    private Set<TypeOption> typeOptions = Set.of();

    private SocketOptions() {}

    /** {@return the defaults} */
    public static SocketOptions create() {
        return new SocketOptions();
    }

    /**
     * Limits how many messages may wait for each peer. {@link #onFull} says what happens when they do. While the connection
     * takes what it is given, 30 KiB of small messages may wait, however many they are.
     *
     * @param messages at least 1; default {@link #DEFAULT_SEND_HWM}
     * @return the new options
     */
    public SocketOptions sendHwm(int messages) {
        requirePositive("sendHwm", messages);
        return with(options -> options.sendHwm = messages);
    }

    /**
     * Limits how many octets may wait for each peer, beside {@link #sendHwm}. An empty queue accepts one message of any size.
     *
     * @param bytes at least 1; default {@link #DEFAULT_SEND_HWM_BYTES}
     * @return the new options
     */
    public SocketOptions sendHwmBytes(long bytes) {
        requirePositive("sendHwmBytes", bytes);
        return with(options -> options.sendHwmBytes = bytes);
    }

    /**
     * Limits how long a message may wait to be written, from when it is accepted: while there is no connection, or the peer
     * does not read. Then it is dropped, at most 10 ms later, which is counted and reported as {@code EXPIRED}. Senders that
     * wait for room have not been accepted; {@code timeout} limits that. What is written may wait with the peer for longer.
     *
     * <p>A request of DEALER or CLIENT that is dropped fails when its time limit has passed, as one without a reply.
     *
     * <p>For all types except REQ, PULL, GATHER, SUB, DISH: the requests of REQ have a time limit, and the others do not send.
     *
     * @param age from a millisecond to 24 days, or zero for any time, which is the default; a message may have a shorter one:
     *     {@link Message#withMaxAge}
     * @return the new options
     */
    public SocketOptions maxAge(Duration age) {
        if (!age.isZero()) {
            Message.of("").withMaxAge(age); // has the same limits
        }
        return with(TypeOption.MAX_AGE, !age.isZero(), options -> options.maxAge = age);
    }

    /**
     * Sets what happens to a message for a peer whose queue is full.
     *
     * <p>For PULL, GATHER, SUB and DISH, which only receive: what happens to a message of a peer when {@link #recvHwm}
     * messages of it, or 256 KiB, wait to be received. By default reading stops, and the message waits with the peer; with a
     * rule that drops, reading never stops.
     *
     * <p>For all types except REQ: its requests wait until a peer has room.
     *
     * @param rule default: the rule of the type. PUSH, DEALER, SCATTER, CLIENT, SERVER, PEER, PAIR and CHANNEL wait;
     *     PUB, XPUB, XSUB, RADIO, REP and ROUTER drop the message
     * @return the new options
     */
    public SocketOptions onFull(Overflow rule) {
        Objects.requireNonNull(rule, "rule");
        return rule(TypeOption.ON_FULL, rule);
    }

    /**
     * Keeps only the newest message for each peer, or from each peer: short for {@code onFull(LATEST)}.
     *
     * @return the new options
     */
    public SocketOptions conflate() {
        return onFull(Overflow.LATEST);
    }

    /**
     * Switches {@link #conflate()} on or off.
     *
     * @param conflate true for {@code onFull(LATEST)}; false for the rule of the type if {@code LATEST} was set
     * @return the new options
     */
    public SocketOptions conflate(boolean conflate) {
        return conflate ? conflate() : without(Overflow.LATEST);
    }

    /**
     * Limits how many messages of each peer are read ahead. Reading also stops at 256 KiB. The last read may bring more than
     * either limit.
     *
     * <p>When a peer goes, its messages stay until they are received. What all such peers left may be this many messages and
     * 16 MiB together, beside what the last one left. Of more, the oldest messages are dropped, and reported as
     * {@code UNREAD}.
     *
     * @param messages at least 1; default {@link #DEFAULT_RECV_HWM}
     * @return the new options
     */
    public SocketOptions recvHwm(int messages) {
        requirePositive("recvHwm", messages);
        return with(options -> options.recvHwm = messages);
    }

    /**
     * Names the socket in log lines, and in its text: for people.
     *
     * @param name such as that of a bean; null for none, as by default
     * @return the new options
     */
    public SocketOptions name(@Nullable String name) {
        return with(options -> options.name = name);
    }

    /**
     * Limits how long {@code close()} may take to write what was accepted. What is left then is dropped and counted.
     *
     * @param linger default {@link #DEFAULT_LINGER}; zero to drop everything at once
     * @return the new options
     */
    public SocketOptions linger(Duration linger) {
        requireNotNegative("linger", linger);
        return with(options -> options.linger = linger);
    }

    /**
     * As {@link #reconnect(Duration, Duration)}, with the longest delay as it is.
     *
     * @param first the first delay, above zero; also the longest one if that is shorter
     * @return the new options
     */
    public SocketOptions reconnect(Duration first) {
        return reconnect(first, reconnectMax.compareTo(first) < 0 ? first : reconnectMax);
    }

    /**
     * Sets the delays between attempts to connect again. They double from attempt to attempt, plus or minus half at random,
     * and begin anew when a connection has lasted as long as the first delay. After a failure that another attempt cannot
     * repair, such as refused credentials or an ERROR of the peer, the delay is the longest at once. An endpoint of this
     * machine, of its loopback or {@code ipc}, where nobody listens is tried again within a second, or within {@code first}
     * if that is longer.
     *
     * @param first the first delay, above zero; default {@link #DEFAULT_RECONNECT}
     * @param slowest the longest delay, at least {@code first}; default {@link #DEFAULT_RECONNECT_MAX}
     * @return the new options
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

    /**
     * Gives an endpoint up after a failure that another attempt cannot repair. By default it is tried again, slowly.
     *
     * @return the new options
     */
    public SocketOptions stopAfterFatal() {
        return stopAfterFatal(true);
    }

    /**
     * Switches {@link #stopAfterFatal()} on or off.
     *
     * @param stop default false: the endpoint is tried again, slowly
     * @return the new options
     */
    public SocketOptions stopAfterFatal(boolean stop) {
        return with(options -> options.reconnectAfterFatal = !stop);
    }

    /**
     * Gives messages only to peers that are there. By default messages may also wait for an endpoint whose peer is not there
     * yet, or is away. For PUSH, SCATTER, DEALER, CLIENT, PAIR, CHANNEL.
     *
     * @return the new options
     */
    public SocketOptions immediate() {
        return immediate(true);
    }

    /**
     * Switches {@link #immediate()} on or off.
     *
     * @param immediate default false: messages may wait for an endpoint without a peer
     * @return the new options
     */
    public SocketOptions immediate(boolean immediate) {
        return with(TypeOption.IMMEDIATE, immediate, options -> options.immediate = immediate);
    }

    /**
     * Fails to send a message to a routing id that no peer has, and waits to send to a peer whose queue is full. By default
     * both messages are dropped. For ROUTER; SERVER and PEER always do so.
     *
     * @return the new options
     */
    public SocketOptions mandatory() {
        return mandatory(true);
    }

    /**
     * Switches {@link #mandatory()} on or off.
     *
     * @param mandatory default false: such messages are dropped
     * @return the new options
     */
    public SocketOptions mandatory(boolean mandatory) {
        return with(TypeOption.MANDATORY, mandatory, options -> options.mandatory = mandatory);
    }

    /**
     * Lets a peer take over the routing id of another one, and closes the connection of the former peer. What that has sent is
     * read first, as far as there is room: the new peer is accepted when the former one has closed too, or after two
     * seconds. By default the first peer keeps the id, and the second is refused and tries again. For ROUTER.
     *
     * @return the new options
     */
    public SocketOptions handover() {
        return handover(true);
    }

    /**
     * Switches {@link #handover()} on or off.
     *
     * @param handover default false: the first peer keeps the id
     * @return the new options
     */
    public SocketOptions handover(boolean handover) {
        return with(TypeOption.HANDOVER, handover, options -> options.handover = handover);
    }

    /**
     * Sends one empty message to each peer that joins, so that a ROUTER gets the routing id of this socket before the first
     * message of the application. For REQ, DEALER, ROUTER.
     *
     * @return the new options
     */
    public SocketOptions probeRouter() {
        return probeRouter(true);
    }

    /**
     * Switches {@link #probeRouter()} on or off.
     *
     * @param probeRouter default false: no such message is sent
     * @return the new options
     */
    public SocketOptions probeRouter(boolean probeRouter) {
        return with(TypeOption.PROBE_ROUTER, probeRouter, options -> options.probeRouter = probeRouter);
    }

    /**
     * Sends a message to each peer that joins, before any other, and again when it has connected anew. For DEALER, ROUTER,
     * PAIR, CHANNEL, CLIENT, SERVER, PEER.
     *
     * @param message as it is on the wire, without a routing id; default null, for none
     * @return the new options
     */
    public SocketOptions helloMessage(@Nullable Message message) {
        return with(TypeOption.HELLO_MESSAGE, message != null, options -> options.hello = message);
    }

    /**
     * Has the application receive a message for each peer that has gone, after all that it sent, where the socket is
     * bound. For DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER.
     *
     * @param message received as if from the peer: ROUTER, SERVER and PEER put its routing id before it; default null, for
     *     none
     * @return the new options
     */
    public SocketOptions disconnectMessage(@Nullable Message message) {
        return with(TypeOption.DISCONNECT_MESSAGE, message != null, options -> options.disconnect = message);
    }

    /**
     * Has the application receive a message when a connection that the socket opened was lost, after everything that came
     * over it. If the next connection is lost before the message was received, there is one message for both. For DEALER,
     * ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER.
     *
     * @param message as for {@link #disconnectMessage}
     * @return the new options
     */
    public SocketOptions hiccupMessage(@Nullable Message message) {
        return with(TypeOption.HICCUP_MESSAGE, message != null, options -> options.hiccup = message);
    }

    /**
     * Gives every request an id, which the reply repeats, so that any number of requests may wait for replies at a time. The
     * peer must send the id back, as every REP does: see {@link ReqSocket}. For REQ.
     *
     * @return the new options
     */
    public SocketOptions correlate() {
        return correlate(true);
    }

    /**
     * Switches {@link #correlate()} on or off. By default requests have ids as soon as nothing else shows which request a
     * reply is for: see {@link ReqSocket}. For REQ.
     *
     * @param correlate false is for a ROUTER whose program does not send ids back. Where this socket binds, or has a
     *     {@code routingId}, a late reply may then be taken for the reply to the next request
     * @return the new options
     */
    public SocketOptions correlate(boolean correlate) {
        return with(TypeOption.CORRELATE, true, options -> options.correlate = correlate);
    }

    /**
     * Waits for peers whose queue is full: short for {@code onFull(WAIT)}. By default they miss the message. With this, one
     * peer that does not read delays all others; a {@link #welcome} may still be missed. For PUB, XPUB, XSUB, RADIO.
     *
     * @return the new options
     */
    public SocketOptions noDrop() {
        return noDrop(true);
    }

    /**
     * Switches {@link #noDrop()} on or off.
     *
     * @param wait true for {@code onFull(WAIT)}; false for the rule of the type if {@code WAIT} was set
     * @return the new options
     */
    public SocketOptions noDrop(boolean wait) {
        return wait ? rule(TypeOption.NO_DROP, Overflow.WAIT) : without(Overflow.WAIT);
    }

    private SocketOptions without(Overflow rule) {
        return onFull == rule ? rule(null, null) : this;
    }

    /** Sets the rule for full queues by one option, in place of the other. */
    private SocketOptions rule(@Nullable TypeOption option, @Nullable Overflow rule) {
        return with(TypeOption.NO_DROP, option == TypeOption.NO_DROP, options -> options.onFull = rule)
                .with(TypeOption.ON_FULL, option == TypeOption.ON_FULL, options -> {});
    }

    /**
     * Limits how many different prefixes, or groups, a peer may have subscribed to. Further ones are ignored, and reported as
     * {@code TOO_MANY_SUBSCRIPTIONS}. For PUB, XPUB, RADIO.
     *
     * @param subscriptions at least 1; default {@link #DEFAULT_MAX_SUBSCRIPTIONS}
     * @return the new options
     */
    public SocketOptions maxSubscriptions(int subscriptions) {
        requirePositive("maxSubscriptions", subscriptions);
        return with(TypeOption.MAX_SUBSCRIPTIONS, true, options -> options.maxSubscriptions = subscriptions);
    }

    /**
     * Sends peers the messages that do not match their subscriptions, and only those. Both sides must have it. For PUB, XPUB,
     * SUB, XSUB.
     *
     * @return the new options
     */
    public SocketOptions invertMatching() {
        return invertMatching(true);
    }

    /**
     * Switches {@link #invertMatching()} on or off.
     *
     * @param invertMatching default false: messages that match are sent
     * @return the new options
     */
    public SocketOptions invertMatching(boolean invertMatching) {
        return with(TypeOption.INVERT_MATCHING, invertMatching, options -> options.invertMatching = invertMatching);
    }

    /**
     * Receives every subscription, even to a prefix that this peer or another one had subscribed to before; and the end of the
     * last subscription to a prefix. For XPUB.
     *
     * @return the new options
     */
    public SocketOptions verbose() {
        return verbose(true);
    }

    /**
     * Switches {@link #verbose()} on or off.
     *
     * @param verbose default false: only the first subscription to a prefix and the end of the last are received
     * @return the new options
     */
    public SocketOptions verbose(boolean verbose) {
        return with(TypeOption.VERBOSE, verbose, options -> options.verbose = verbose);
    }

    /**
     * Receives every subscription of each peer, and its end: as many ends as subscriptions, so that an XSUB that they are
     * sent to counts right. A peer that subscribes to the same prefix again adds no subscription. For XPUB.
     *
     * @return the new options
     */
    public SocketOptions verboser() {
        return verboser(true);
    }

    /**
     * Switches {@link #verboser()} on or off.
     *
     * @param verboser default false: only the first subscription to a prefix and the end of the last are received
     * @return the new options
     */
    public SocketOptions verboser(boolean verboser) {
        return with(TypeOption.VERBOSER, verboser, options -> options.verboser = verboser);
    }

    /**
     * Leaves it to the application to subscribe peers, by {@link XPubSocket#subscribe}: it receives what they ask for. For
     * XPUB.
     *
     * @return the new options
     */
    public SocketOptions manual() {
        return manual(true);
    }

    /**
     * Switches {@link #manual()} on or off.
     *
     * @param manual default false: peers subscribe themselves
     * @return the new options
     */
    public SocketOptions manual(boolean manual) {
        return with(TypeOption.MANUAL, manual, options -> options.manual = manual);
    }

    /**
     * Sends each peer this message first, before it has subscribed. A SUB peer emits it if one of its subscriptions matches.
     * For XPUB.
     *
     * @param message the message; default null, for none
     * @return the new options
     */
    public SocketOptions welcome(@Nullable Message message) {
        return with(TypeOption.WELCOME, message != null, options -> options.welcome = message);
    }

    /**
     * Keeps the last message of each topic, which is its first part, and sends it to peers that subscribe later. If they fill
     * more than half of the peer's queue, the rest follows as the peer takes them, in the order of the topics. A topic that
     * has a newer message by then is left out, as the peer was sent that. For PUB, XPUB.
     *
     * @param topics how many topics are kept; if there are more, the one without a message for longest is forgotten. Default
     *     0, for none
     * @return the new options
     */
    public SocketOptions lastValueCache(int topics) {
        return lastValueCache(topics, Message::first);
    }

    /**
     * As {@link #lastValueCache(int)}, with another key than the topic.
     *
     * @param keys how many keys are kept; default 0, for none
     * @param key makes the key of a message. Called in the thread that sends, while other senders wait: it must be quick, and
     *     must not use the socket
     * @return the new options
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

    /**
     * Has messages acknowledged: see {@link DeliveryOptions}. For PUSH, PULL, SCATTER, GATHER, DEALER, REQ, REP. A rule of {@link #onFull} that
     * drops messages cannot be set with it.
     *
     * @param options default {@link DeliveryOptions#none()}: nothing is promised
     * @return the new options
     */
    public SocketOptions delivery(DeliveryOptions options) {
        Objects.requireNonNull(options, "delivery");
        return with(TypeOption.DELIVERY, options.level() != DeliveryLevel.NONE, changed -> changed.delivery = options);
    }

    /**
     * Sets what counts and times.
     *
     * @param recorder called on event loops and in the threads of senders and receivers; default {@link Recorder#NONE}
     * @return the new options
     */
    public SocketOptions recorder(Recorder recorder) {
        Objects.requireNonNull(recorder, "recorder");
        return with(options -> options.recorder = recorder);
    }

    /**
     * Limits how long opening a transport may take, as {@link ZmtpClient#connectTimeout(Duration)}.
     *
     * @param timeout default {@link ZmtpClient#DEFAULT_CONNECT_TIMEOUT}; zero for no limit
     * @return the new options
     */
    public SocketOptions connectTimeout(Duration timeout) {
        requireNotNegative("connectTimeout", timeout);
        return client(client -> client.connectTimeout(timeout));
    }

    /**
     * Adds options that only connecting has, such as a proxy.
     *
     * @param change applied after those added before
     * @return the new options
     */
    public SocketOptions client(UnaryOperator<ZmtpClient> change) {
        UnaryOperator<ZmtpClient> before = client;
        return with(options -> options.client = client -> change.apply(before.apply(client)));
    }

    /**
     * Adds options that only binding has, such as limits on connections, or an address filter.
     *
     * @param change applied after those added before
     * @return the new options
     */
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

    SocketOptions journal(Journal kept) {
        return with(options -> options.journal = kept);
    }

    /**
     * These, if a socket of a type can have them, for one socket.
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
        boolean hasNoKey = mechanism() instanceof NullMechanism || mechanism() instanceof PlainMechanism;
        if (delivery.level().isOnce() && hasNoKey && toPeer(type).routingId().isEmpty()) {
            throw new IllegalArgumentException(
                    type + " socket: expected a routingId, or a mechanism with keys, with delivery " + delivery.level()
                            + ", as peers must know the socket when it comes back");
        }
        boolean waits = onFull == null || onFull == Overflow.WAIT || onFull == Overflow.FAIL;
        if (delivery.level() != DeliveryLevel.NONE && !waits) {
            throw new IllegalArgumentException(type + " socket: expected onFull(WAIT) or onFull(FAIL) with delivery, as"
                    + " acknowledged messages are not dropped, but it is " + onFull);
        }
        return delivery.level().isOnce() ? metadata(Memories.EPOCH, Levels.newEpoch()) : this;
    }

    /** With what a peer is to know of a socket of a type. */
    private SocketOptions announcing(SocketType type) {
        SocketOptions typed = socketType(type);
        return delivery.level() == DeliveryLevel.NONE
                ? typed
                : typed.metadata(Levels.PROPERTY, Bytes.utf8(Levels.number(delivery.level())));
    }

    ZmtpClient newClient(SocketType type) {
        return client.apply(announcing(type).toClient());
    }

    ZmtpServer newServer(SocketType type) {
        return server.apply(announcing(type).toServer());
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
        Metadata announced = announcing(type).announced();
        Bytes routingId = announced.get(Metadata.IDENTITY).orElse(Bytes.EMPTY);
        return new Peer(null, type, routingId, 3, 1, announced, null, null);
    }

    Bounds bounds() {
        return new Bounds(onFull == Overflow.LATEST ? 1 : sendHwm, sendHwmBytes, maxAge, recvHwm);
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
