package io.zmtp.spring.autoconfigure.properties;

import static io.zmtp.reactive.SocketType.DEALER;
import static io.zmtp.reactive.SocketType.DISH;
import static io.zmtp.reactive.SocketType.GATHER;
import static io.zmtp.reactive.SocketType.PUB;
import static io.zmtp.reactive.SocketType.PULL;
import static io.zmtp.reactive.SocketType.PUSH;
import static io.zmtp.reactive.SocketType.RADIO;
import static io.zmtp.reactive.SocketType.REQ;
import static io.zmtp.reactive.SocketType.SCATTER;
import static io.zmtp.reactive.SocketType.SUB;
import static io.zmtp.reactive.SocketType.XSUB;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.socket.TypeOption;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Refuses each key of a socket that has no effect on it, by a table of what the keys need. What the defaults say is used by
 * the sockets that have a use for it. The keys for security and TLS have rules of their own.
 */
public final class SocketRules {

    /** A socket as it is configured, with what it takes from the defaults. */
    private record Use(SocketType type, Place place, SocketProperties all) {}

    /**
     * What a key needs to have an effect.
     *
     * @param text such as "a bound endpoint"
     * @param remedy what else could be done than to remove the key; {@code <name>} is the socket's
     */
    private record Need(String text, String remedy, Predicate<Use> isMet) {

        static Need types(String text, Set<SocketType> types) {
            return new Need(text, "make the type one of " + new TreeSet<>(types), use -> types.contains(use.type));
        }

        static Need types(Set<SocketType> types) {
            return types(
                    String.join(", ", types.stream().map(Enum::name).sorted().toList()), types);
        }

        /** A socket without endpoints may get any in code; one in a test may have others than it has else. */
        static Need endpoint(String which, Function<Place, List<String>> endpoints, String... schemes) {
            boolean any = schemes.length == 0;
            return new Need(
                    which + " endpoint" + (any ? "" : " of " + String.join(", ", schemes)),
                    "add such an endpoint. For what code binds or connects, a SocketOptionsCustomizer can set the option",
                    use -> use.place.isTrusted()
                            || use.place.endpoints().isEmpty()
                            || endpoints.apply(use.place).stream()
                                    .anyMatch(endpoint -> any || isOf(endpoint, Set.of(schemes))));
        }

        /** What is no endpoint is reported as such, later. */
        private static boolean isOf(String endpoint, Set<String> schemes) {
            int end = Math.max(0, endpoint.indexOf("://"));
            String written = endpoint.substring(0, end).toLowerCase(Locale.ROOT).replace("discovery", "tcp");
            String scheme = written.equals("tls") ? "tls+tcp" : written;
            return schemes.contains(scheme) || !SCHEMES.contains(scheme);
        }

        static Need key(String key, Predicate<SocketProperties> isSet) {
            return new Need("`" + key + "`", "set zmtp.sockets.<name>." + key, use -> isSet.test(use.all));
        }
    }

    private static final Set<String> SCHEMES = Set.of("tcp", "tls+tcp", "ipc", "inproc", "udp");
    private static final String[] STREAMS = {"tcp", "tls+tcp", "ipc"};
    private static final String[] NO_DATAGRAMS = {"tcp", "tls+tcp", "ipc", "inproc"};

    private static final Need SENDS =
            Need.types("a type that sends", EnumSet.complementOf(EnumSet.of(PULL, GATHER, SUB, DISH)));
    private static final Need RECEIVES =
            Need.types("a type that receives", EnumSet.complementOf(EnumSet.of(PUSH, SCATTER, PUB, RADIO)));
    private static final Need PEERS = Need.endpoint("an", Place::endpoints, NO_DATAGRAMS);
    private static final Need STREAM = Need.endpoint("an", Place::endpoints, STREAMS);
    private static final Need BOUND = Need.endpoint("a bound", Place::bind);
    private static final Need BOUND_STREAM = Need.endpoint("a bound", Place::bind, STREAMS);
    private static final Need CONNECTED = Need.endpoint("a connected", Place::targets);
    private static final Need CONNECTED_PEER = Need.endpoint("a connected", Place::targets, NO_DATAGRAMS);
    private static final Need CONNECTED_STREAM = Need.endpoint("a connected", Place::targets, STREAMS);
    private static final Need CONNECTED_TCP = Need.endpoint("a connected", Place::targets, "tcp", "tls+tcp");
    private static final Need HEARTBEAT =
            Need.key("heartbeat.interval", all -> all.heartbeat().interval() != null);
    private static final Need PROXY = Need.key("proxy.host", all -> all.proxy().host() != null);
    private static final Need PROXY_USER =
            Need.key("proxy.username", all -> all.proxy().username() != null);
    private static final Need PUBLICATION = Need.types(EnumSet.of(PUB));
    private static final Need SUBSCRIPTION = Need.types(EnumSet.of(SUB));
    private static final Need HISTORY =
            Need.key("replay.bind", all -> all.replay().bind() != null);
    private static final Need ASKING =
            Need.key("replay.connect", all -> all.replay().connect() != null);
    private static final Need NO_REPLAY = new Need(
            "a socket without `replay`",
            "remove replay; replay.last-values keeps last values",
            use -> use.all.replay().bind() == null && use.all.replay().connect() == null);
    private static final Need GIVES = Need.types(EnumSet.of(PUSH, SCATTER, DEALER));
    private static final Need ASKS = Need.types(EnumSet.of(PUSH, SCATTER, DEALER, REQ));
    private static final Need TAKES = Need.types(EnumSet.of(PULL, GATHER, DEALER));
    private static final Need PROMISES = level("`delivery.level`", DeliveryLevel.TAKEN_OVER);
    private static final Need ONCE = level("`delivery.level: once` or `done`", DeliveryLevel.ONCE);
    private static final Need DONE = level("`delivery.level: done`", DeliveryLevel.DONE);
    /** A rule that the defaults have and the type has not is no rule of the socket. */
    private static final Need QUEUE = new Need(
            "another `on-full` than latest",
            "change on-full",
            use -> use.all.onFull() != Overflow.LATEST
                    || !TypeOption.ON_FULL.types().contains(use.type));

    /** What each key needs; nothing if it has an effect everywhere. */
    private static final Map<String, List<Need>> NEEDS = new TreeMap<>();

    static {
        everywhere(
                "type", "bind", "connect", "connect-each.endpoint", "connect-each.interval", "content-type", "health");
        rule("subscribe", Need.types(EnumSet.of(SUB, XSUB)));
        rule("join", Need.types(EnumSet.of(DISH)));
        rule("send-hwm", SENDS, QUEUE);
        rule("send-hwm-bytes", SENDS, QUEUE, PEERS);
        rule(TypeOption.MAX_AGE, PEERS);
        rule("recv-hwm", RECEIVES);
        rule("linger", SENDS);
        rule("routing-id", PEERS);
        rule("metadata", PEERS);
        rule("max-message-size", PEERS);
        rule("max-parts", PEERS);
        rule("max-connections", BOUND_STREAM);
        rule("max-handshakes", BOUND_STREAM);
        rule("connect-timeout", CONNECTED_STREAM);
        rule("handshake-timeout", STREAM);
        rule("idle-timeout", STREAM);
        rule("reconnect.min", CONNECTED);
        rule("reconnect.max", CONNECTED);
        rule("reconnect.stop-after-fatal", CONNECTED_PEER);
        rule("heartbeat.interval", STREAM);
        rule("heartbeat.timeout", STREAM, HEARTBEAT);
        rule("heartbeat.ttl", STREAM, HEARTBEAT);
        rule("proxy.host", CONNECTED_TCP);
        rule("proxy.port", CONNECTED_TCP, PROXY);
        rule("proxy.username", CONNECTED_TCP, PROXY);
        rule("proxy.password", CONNECTED_TCP, PROXY, PROXY_USER);
        rule(TypeOption.ON_FULL);
        rule(TypeOption.NO_DROP);
        rule(TypeOption.IMMEDIATE, CONNECTED);
        rule(TypeOption.MANDATORY);
        rule(TypeOption.HANDOVER);
        rule(TypeOption.CORRELATE);
        rule(TypeOption.PROBE_ROUTER);
        rule(TypeOption.HELLO_MESSAGE);
        rule(TypeOption.DISCONNECT_MESSAGE, BOUND);
        rule(TypeOption.HICCUP_MESSAGE, CONNECTED);
        rule(TypeOption.MAX_SUBSCRIPTIONS, PEERS);
        rule(TypeOption.INVERT_MATCHING, NO_REPLAY);
        rule(TypeOption.VERBOSE);
        rule(TypeOption.VERBOSER);
        rule(TypeOption.MANUAL);
        rule(TypeOption.WELCOME);
        rule(TypeOption.LAST_VALUE_CACHE, NO_REPLAY);
        Need acknowledged = Need.types(TypeOption.DELIVERY.types());
        rule("delivery.level", acknowledged);
        rule("delivery.max-under-way", GIVES, PROMISES);
        rule("delivery.max-under-way-bytes", GIVES, PROMISES);
        rule("delivery.retries", GIVES, DONE);
        rule("delivery.retry-backoff", GIVES, DONE);
        rule("delivery.retry-elsewhere", GIVES, DONE);
        rule("delivery.processing-timeout", TAKES, DONE);
        rule("delivery.dead-letter-after", ASKS, ONCE);
        rule("delivery.dead-letter", GIVES, ONCE);
        rule("delivery.memory", TAKES, ONCE);
        rule("delivery.unequal-peers", acknowledged, PROMISES);
        rule("replay.bind", PUBLICATION);
        rule("replay.connect", SUBSCRIPTION, CONNECTED);
        Stream.of("messages", "bytes", "max-age", "last-values", "plain-topics")
                .forEach(key -> rule("replay." + key, PUBLICATION, HISTORY));
        Stream.of("from", "on-gap", "buffer", "check", "timeout", "patience", "plain-topic")
                .forEach(key -> rule("replay." + key, SUBSCRIPTION, ASKING));
    }

    private static Need level(String text, DeliveryLevel least) {
        return new Need(
                text,
                "set zmtp.sockets.<name>.delivery",
                use -> use.all.delivery().isAtLeast(least));
    }

    /** Keys that only a single socket can have, not the defaults. */
    private static final Set<String> OWN_KEYS = Set.of(
            "type",
            "bind",
            "connect",
            "connect-each.endpoint",
            "connect-each.interval",
            "subscribe",
            "join",
            "routing-id",
            "replay.bind",
            "replay.connect",
            "replay.from");

    private SocketRules() {}

    private static void everywhere(String... keys) {
        Arrays.stream(keys).forEach(SocketRules::rule);
    }

    private static void rule(String key, Need... needs) {
        NEEDS.put(key, List.of(needs));
    }

    /** The rule of an option of the library, which knows its types. */
    private static void rule(TypeOption option, Need... further) {
        NEEDS.put(
                SocketKeys.dashed(option.method()),
                Stream.concat(Stream.of(Need.types(option.types())), Stream.of(further))
                        .toList());
    }

    /** {@return the keys that have a rule here, in their order} */
    public static Set<String> keys() {
        return Collections.unmodifiableSet(NEEDS.keySet());
    }

    /** {@return what a key needs to have an effect, for people; empty if it has one everywhere} */
    public static String needs(String key) {
        return String.join(
                "; ",
                NEEDS.getOrDefault(key, List.of()).stream().map(Need::text).toList());
    }

    /**
     * Checks what a socket says itself.
     *
     * @param own what it says
     * @param all that, and what it takes from the defaults
     * @throws ZmtpConfigurationException that names the first key without an effect
     */
    public static void checkSocket(
            String name, SocketType type, Place place, SocketProperties own, SocketProperties all) {
        Use use = new Use(type, place, all);
        SocketKeys.forEach(
                own,
                key -> NEEDS.getOrDefault(key, List.of()).stream()
                        .filter(need -> !need.isMet.test(use))
                        .findFirst()
                        .ifPresent(need -> {
                            throw new ZmtpConfigurationException(
                                    "zmtp.sockets." + name + "." + key
                                            + " is set, but it has no effect on this socket of type " + type
                                            + ": it needs " + need.text + ".",
                                    "Remove the key, or " + need.remedy.replace("<name>", name) + ".");
                        }));
    }

    /** Checks what is said for all. */
    public static void checkDefaults(SocketProperties defaults) {
        SocketKeys.forEach(defaults, key -> {
            if (OWN_KEYS.contains(key)) {
                throw new ZmtpConfigurationException(
                        "zmtp.defaults." + key + " is set, but that belongs to a single socket.",
                        "Move it to zmtp.sockets.<name>." + key + ".");
            }
        });
    }
}
