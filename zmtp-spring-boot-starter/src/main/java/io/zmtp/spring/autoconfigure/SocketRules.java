package io.zmtp.spring.autoconfigure;

import static io.zmtp.reactive.SocketType.CHANNEL;
import static io.zmtp.reactive.SocketType.CLIENT;
import static io.zmtp.reactive.SocketType.DEALER;
import static io.zmtp.reactive.SocketType.DISH;
import static io.zmtp.reactive.SocketType.PAIR;
import static io.zmtp.reactive.SocketType.PEER;
import static io.zmtp.reactive.SocketType.PUB;
import static io.zmtp.reactive.SocketType.RADIO;
import static io.zmtp.reactive.SocketType.REQ;
import static io.zmtp.reactive.SocketType.ROUTER;
import static io.zmtp.reactive.SocketType.SERVER;
import static io.zmtp.reactive.SocketType.SUB;
import static io.zmtp.reactive.SocketType.XPUB;
import static io.zmtp.reactive.SocketType.XSUB;

import io.zmtp.reactive.SocketType;
import io.zmtp.spring.listener.ZmtpConfigurationException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which keys belong to which types: one that would have no effect is refused. */
final class SocketRules {

    private record Rule(String key, Function<SocketProperties, @Nullable Object> value, Set<SocketType> types) {}

    private static final Set<SocketType> CONVERSING = Set.of(DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER);

    private static final List<Rule> RULES = List.of(
            new Rule("subscribe", SocketProperties::subscribe, Set.of(SUB, XSUB)),
            new Rule("join", SocketProperties::join, Set.of(DISH)),
            new Rule("mandatory", SocketProperties::mandatory, Set.of(ROUTER)),
            new Rule("handover", SocketProperties::handover, Set.of(ROUTER)),
            new Rule("correlate", SocketProperties::correlate, Set.of(REQ)),
            new Rule("probe-router", SocketProperties::probeRouter, Set.of(REQ, DEALER, ROUTER)),
            new Rule("hello-message", SocketProperties::helloMessage, CONVERSING),
            new Rule("disconnect-message", SocketProperties::disconnectMessage, CONVERSING),
            new Rule("hiccup-message", SocketProperties::hiccupMessage, CONVERSING),
            new Rule("no-drop", SocketProperties::noDrop, Set.of(PUB, XPUB, RADIO)),
            new Rule("max-subscriptions", SocketProperties::maxSubscriptions, Set.of(PUB, XPUB, RADIO)),
            new Rule("invert-matching", SocketProperties::invertMatching, Set.of(PUB, XPUB, SUB)),
            new Rule("verbose", SocketProperties::verbose, Set.of(XPUB)),
            new Rule("verboser", SocketProperties::verboser, Set.of(XPUB)),
            new Rule("manual", SocketProperties::manual, Set.of(XPUB)),
            new Rule("welcome", SocketProperties::welcome, Set.of(XPUB)),
            new Rule("last-value-cache", SocketProperties::lastValueCache, Set.of(PUB, XPUB)));

    /** These name one socket's own place in the world. */
    private static final List<Rule> OWN = List.of(
            new Rule("type", SocketProperties::type, Set.of()),
            new Rule("bind", SocketProperties::bind, Set.of()),
            new Rule("connect", SocketProperties::connect, Set.of()),
            new Rule("subscribe", SocketProperties::subscribe, Set.of()),
            new Rule("join", SocketProperties::join, Set.of()),
            new Rule("routing-id", SocketProperties::routingId, Set.of()));

    private SocketRules() {}

    static void checkSocket(String name, SocketType type, SocketProperties own) {
        for (Rule rule : RULES) {
            if (rule.value.apply(own) != null && !rule.types.contains(type)) {
                throw new ZmtpConfigurationException(
                        "zmtp.sockets." + name + "." + rule.key + " is set, but a socket of type " + type
                                + " has no use for it.",
                        "Remove the key, or make the type one of " + new TreeSet<>(rule.types) + ".");
            }
        }
    }

    static void checkDefaults(SocketProperties defaults) {
        for (Rule rule : OWN) {
            if (rule.value.apply(defaults) != null) {
                throw new ZmtpConfigurationException(
                        "zmtp.defaults." + rule.key + " is set, but that belongs to a single socket.",
                        "Move it to zmtp.sockets.<name>." + rule.key + ".");
            }
        }
    }
}
