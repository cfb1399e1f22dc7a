package io.zmtp.reactive.socket;

import static io.zmtp.reactive.SocketType.CHANNEL;
import static io.zmtp.reactive.SocketType.CLIENT;
import static io.zmtp.reactive.SocketType.DEALER;
import static io.zmtp.reactive.SocketType.DISH;
import static io.zmtp.reactive.SocketType.GATHER;
import static io.zmtp.reactive.SocketType.PAIR;
import static io.zmtp.reactive.SocketType.PEER;
import static io.zmtp.reactive.SocketType.PUB;
import static io.zmtp.reactive.SocketType.PULL;
import static io.zmtp.reactive.SocketType.PUSH;
import static io.zmtp.reactive.SocketType.RADIO;
import static io.zmtp.reactive.SocketType.REP;
import static io.zmtp.reactive.SocketType.REQ;
import static io.zmtp.reactive.SocketType.ROUTER;
import static io.zmtp.reactive.SocketType.SCATTER;
import static io.zmtp.reactive.SocketType.SERVER;
import static io.zmtp.reactive.SocketType.SUB;
import static io.zmtp.reactive.SocketType.XPUB;
import static io.zmtp.reactive.SocketType.XSUB;

import io.zmtp.reactive.SocketType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The options that only sockets of some types have. A socket of another type is not made where one of them is set.
 *
 * @since 0.1
 */
public enum TypeOption {
    /** {@link SocketOptions#immediate()}. */
    IMMEDIATE("immediate", PUSH, SCATTER, DEALER, CLIENT, PAIR, CHANNEL),
    /** {@link SocketOptions#mandatory()}. */
    MANDATORY("mandatory", ROUTER),
    /** {@link SocketOptions#handover()}. */
    HANDOVER("handover", ROUTER),
    /** {@link SocketOptions#correlate()}. */
    CORRELATE("correlate", REQ),
    /** {@link SocketOptions#probeRouter()}. */
    PROBE_ROUTER("probeRouter", REQ, DEALER, ROUTER),
    /** {@link SocketOptions#helloMessage}. */
    HELLO_MESSAGE("helloMessage", DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER),
    /** {@link SocketOptions#disconnectMessage}. */
    DISCONNECT_MESSAGE("disconnectMessage", DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER),
    /** {@link SocketOptions#hiccupMessage}. */
    HICCUP_MESSAGE("hiccupMessage", DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER),
    /** {@link SocketOptions#onFull}, and {@link SocketOptions#conflate()}. */
    ON_FULL("onFull", EnumSet.complementOf(EnumSet.of(REQ))),
    /** {@link SocketOptions#maxAge}. */
    MAX_AGE("maxAge", EnumSet.complementOf(EnumSet.of(REQ, PULL, GATHER, SUB, DISH))),
    /** {@link SocketOptions#delivery}. */
    DELIVERY("delivery", PUSH, PULL, SCATTER, GATHER, DEALER, REQ, REP),
    /** {@link SocketOptions#noDrop()}. */
    NO_DROP("noDrop", PUB, XPUB, XSUB, RADIO),
    /** {@link SocketOptions#maxSubscriptions}. */
    MAX_SUBSCRIPTIONS("maxSubscriptions", PUB, XPUB, RADIO),
    /** {@link SocketOptions#invertMatching()}. */
    INVERT_MATCHING("invertMatching", PUB, XPUB, SUB, XSUB),
    /** {@link SocketOptions#verbose()}. */
    VERBOSE("verbose", XPUB),
    /** {@link SocketOptions#verboser()}. */
    VERBOSER("verboser", XPUB),
    /** {@link SocketOptions#manual()}. */
    MANUAL("manual", XPUB),
    /** {@link SocketOptions#welcome}. */
    WELCOME("welcome", XPUB),
    /** {@link SocketOptions#lastValueCache(int)}. */
    LAST_VALUE_CACHE("lastValueCache", PUB, XPUB);

    private final String method;

    @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
    private final Set<SocketType> types;

    TypeOption(String method, SocketType first, SocketType... further) {
        this(method, EnumSet.of(first, further));
    }

    TypeOption(String method, Set<SocketType> types) {
        this.method = method;
        this.types = Collections.unmodifiableSet(types);
    }

    /** {@return the name of the method of {@link SocketOptions} that sets it} */
    public String method() {
        return method;
    }

    /** {@return the types whose sockets have it, in an unmodifiable set} */
    public Set<SocketType> types() {
        return types;
    }
}
