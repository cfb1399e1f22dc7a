package io.zmtp.spring.autoconfigure.properties;

import static io.zmtp.reactive.SocketType.DISH;
import static io.zmtp.reactive.SocketType.SUB;
import static io.zmtp.reactive.SocketType.XSUB;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.TypeOption;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Refuses keys that have no effect on a type of socket. Which option is for which type is in {@link TypeOption}. */
public final class SocketRules {

    private record Rule(String key, Function<SocketProperties, @Nullable Object> value, Set<SocketType> types) {

        /** The rule of an option of the library, whose name is that of the key. */
        Rule(TypeOption option, Function<SocketProperties, @Nullable Object> value) {
            this(option.name().toLowerCase(Locale.ROOT).replace('_', '-'), value, option.types());
        }
    }

    private static final List<Rule> RULES = List.of(
            new Rule("subscribe", SocketProperties::subscribe, Set.of(SUB, XSUB)),
            new Rule("join", SocketProperties::join, Set.of(DISH)),
            new Rule(TypeOption.IMMEDIATE, SocketProperties::immediate),
            new Rule(TypeOption.MANDATORY, SocketProperties::mandatory),
            new Rule(TypeOption.HANDOVER, SocketProperties::handover),
            new Rule(TypeOption.CORRELATE, SocketProperties::correlate),
            new Rule(TypeOption.PROBE_ROUTER, SocketProperties::probeRouter),
            new Rule(TypeOption.HELLO_MESSAGE, SocketProperties::helloMessage),
            new Rule(TypeOption.DISCONNECT_MESSAGE, SocketProperties::disconnectMessage),
            new Rule(TypeOption.HICCUP_MESSAGE, SocketProperties::hiccupMessage),
            new Rule(TypeOption.ON_FULL, SocketProperties::onFull),
            new Rule(TypeOption.NO_DROP, SocketProperties::noDrop),
            new Rule(TypeOption.MAX_SUBSCRIPTIONS, SocketProperties::maxSubscriptions),
            new Rule(TypeOption.INVERT_MATCHING, SocketProperties::invertMatching),
            new Rule(TypeOption.VERBOSE, SocketProperties::verbose),
            new Rule(TypeOption.VERBOSER, SocketProperties::verboser),
            new Rule(TypeOption.MANUAL, SocketProperties::manual),
            new Rule(TypeOption.WELCOME, SocketProperties::welcome),
            new Rule(TypeOption.LAST_VALUE_CACHE, SocketProperties::lastValueCache));

    /** Keys that only a single socket can have, not the defaults. */
    private static final List<Rule> OWN_KEYS = List.of(
            new Rule("type", SocketProperties::type, Set.of()),
            new Rule("bind", SocketProperties::bind, Set.of()),
            new Rule("connect", SocketProperties::connect, Set.of()),
            new Rule("connect-each", SocketProperties::connectEach, Set.of()),
            new Rule("subscribe", SocketProperties::subscribe, Set.of()),
            new Rule("join", SocketProperties::join, Set.of()),
            new Rule("routing-id", SocketProperties::routingId, Set.of()));

    private SocketRules() {}

    /** Checks what a socket says itself. */
    public static void checkSocket(String name, SocketType type, SocketProperties own) {
        for (Rule rule : RULES) {
            if (rule.value.apply(own) != null && !rule.types.contains(type)) {
                throw new ZmtpConfigurationException(
                        "zmtp.sockets." + name + "." + rule.key + " is set, but a socket of type " + type
                                + " has no use for it.",
                        "Remove the key, or make the type one of " + new TreeSet<>(rule.types) + ".");
            }
        }
    }

    /** Checks what is said for all. */
    public static void checkDefaults(SocketProperties defaults) {
        for (Rule rule : OWN_KEYS) {
            if (rule.value.apply(defaults) != null) {
                throw new ZmtpConfigurationException(
                        "zmtp.defaults." + rule.key + " is set, but that belongs to a single socket.",
                        "Move it to zmtp.sockets.<name>." + rule.key + ".");
            }
        }
    }
}
