package io.zmtp.reactive;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The part that a peer plays in a pattern, announced as the property {@code Socket-Type} (RFC 37, Connection Metadata).
 *
 * <p>The constants are named as on the wire.
 *
 * @since 0.1
 */
public enum SocketType {
    /** Exactly one peer, both ways (RFC 31). */
    PAIR,
    /** Publishes to subscribers (RFC 29). */
    PUB,
    /** Subscribes (RFC 29). */
    SUB,
    /** Asks, and waits for the reply (RFC 28). */
    REQ,
    /** Replies (RFC 28). */
    REP,
    /** Asks and replies in any order; its peers take turns (RFC 28). */
    DEALER,
    /** Addresses each peer by its routing id (RFC 28). */
    ROUTER,
    /** Takes work from PUSH peers (RFC 30). */
    PULL,
    /** Hands out work to PULL peers, which take turns (RFC 30). */
    PUSH,
    /** Publishes, and receives the subscriptions (RFC 29). */
    XPUB,
    /** Subscribes by messages of its own (RFC 29). */
    XSUB,
    /** Talks to a server, one part a message (RFC 41). */
    CLIENT,
    /** Talks to many clients, one part a message (RFC 41). */
    SERVER,
    /** Publishes to groups (RFC 48). */
    RADIO,
    /** Joins groups (RFC 48). */
    DISH,
    /** Hands out work, one part a message (RFC 49). */
    SCATTER,
    /** Takes work, one part a message (RFC 49). */
    GATHER,
    /** Addresses each of its equals, one part a message (RFC 51). */
    PEER,
    /** Exactly one peer, one part a message (RFC 52). */
    CHANNEL;

    private static final Map<String, SocketType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(SocketType::name, Function.identity()));

    /**
     * Finds the type of a name.
     *
     * @param wireName the name, in upper case as on the wire
     * @return the type; empty if there is none of that name
     */
    public static Optional<SocketType> of(String wireName) {
        return Optional.ofNullable(BY_NAME.get(wireName));
    }

    /**
     * Checks whether a peer of another type may talk to this one.
     *
     * @param peer the type of the other side
     * @return whether the two make a pattern
     */
    public boolean accepts(SocketType peer) {
        return switch (this) {
            case PAIR -> peer == PAIR;
            case PUB, XPUB -> peer == SUB || peer == XSUB;
            case SUB, XSUB -> peer == PUB || peer == XPUB;
            case REQ -> peer == REP || peer == ROUTER;
            case REP -> peer == REQ || peer == DEALER;
            case DEALER -> peer == REP || peer == DEALER || peer == ROUTER;
            case ROUTER -> peer == REQ || peer == DEALER || peer == ROUTER;
            case PULL -> peer == PUSH;
            case PUSH -> peer == PULL;
            case CLIENT -> peer == SERVER;
            case SERVER -> peer == CLIENT;
            case RADIO -> peer == DISH;
            case DISH -> peer == RADIO;
            case SCATTER -> peer == GATHER;
            case GATHER -> peer == SCATTER;
            case PEER -> peer == PEER;
            case CHANNEL -> peer == CHANNEL;
        };
    }

    /** {@return the types that this one may talk to, in an unmodifiable set} */
    public Set<SocketType> peers() {
        EnumSet<SocketType> peers = EnumSet.allOf(SocketType.class);
        peers.removeIf(peer -> !accepts(peer));
        return Collections.unmodifiableSet(peers);
    }

    /** {@return whether each message begins with the routing id of the peer that it is for, or came from} */
    public boolean addressed() {
        return this == ROUTER || this == SERVER || this == PEER;
    }

    /**
     * {@return whether its messages have exactly one part}
     *
     * <p>Such a type neither sends nor accepts messages of several parts. RADIO and DISH are among them, although on the
     * wire a frame with the group comes before the part.
     */
    public boolean singlePart() {
        return switch (this) {
            case CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER, PEER, CHANNEL -> true;
            default -> false;
        };
    }
}
