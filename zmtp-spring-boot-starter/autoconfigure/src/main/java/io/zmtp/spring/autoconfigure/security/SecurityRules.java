package io.zmtp.spring.autoconfigure.security;

import io.zmtp.reactive.Endpoint;
import io.zmtp.spring.autoconfigure.properties.Place;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.autoconfigure.properties.SocketProperties.MechanismName;
import io.zmtp.spring.autoconfigure.properties.SocketProperties.Security;
import io.zmtp.spring.autoconfigure.properties.SocketProperties.Ssl;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties.CurveBundle;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fails the start for each setting of security or TLS that has no effect: the socket would look protected in the
 * configuration, and let in every peer, in clear.
 *
 * <p>A key of a socket must have an effect on that socket. A key of the defaults, or of a bundle, must have an effect on at
 * least one socket, and a socket that takes credentials from them must have a mechanism.
 */
public final class SecurityRules {

    /** The security and TLS keys of one place in the configuration. */
    private record Settings(Security security, Ssl ssl) {

        static final Settings NONE =
                new Settings(new Security(null, null, null, null, null, null, null, null, null), new Ssl(null, null));

        static Settings of(SocketProperties properties) {
            return new Settings(properties.security(), properties.ssl());
        }
    }

    private enum Key {
        MECHANISM("security.mechanism"),
        USERS("security.users"),
        USERNAME("security.username"),
        PASSWORD("security.password"),
        CLIENTS("security.clients"),
        SERVER_KEY("security.server-key"),
        SECRET_KEY("security.secret-key"),
        LOCATION("security.secret-key-location"),
        BUNDLE("security.bundle"),
        TLS("ssl.bundle"),
        CLIENT_AUTH("ssl.client-auth");

        private final String text;

        Key(String text) {
            this.text = text;
        }

        boolean isIn(Settings set) {
            Object value = switch (this) {
                case MECHANISM -> set.security().mechanism();
                case USERS -> set.security().users();
                case USERNAME -> set.security().username();
                case PASSWORD -> set.security().password();
                case CLIENTS -> set.security().clients();
                case SERVER_KEY -> set.security().serverKey();
                case SECRET_KEY -> set.security().secretKey();
                case LOCATION -> set.security().secretKeyLocation();
                case BUNDLE -> set.security().bundle();
                case TLS -> set.ssl().bundle();
                case CLIENT_AUTH -> set.ssl().clientAuth();
            };
            return value != null && !(value instanceof Map<?, ?> map && map.isEmpty());
        }
    }

    private static final Set<Key> PLAIN_KEYS = EnumSet.of(Key.USERS, Key.USERNAME, Key.PASSWORD);
    private static final Set<Key> CURVE_KEYS = EnumSet.of(Key.CLIENTS, Key.SERVER_KEY, Key.SECRET_KEY, Key.LOCATION);
    private static final Set<Key> CREDENTIALS = EnumSet.range(Key.USERS, Key.BUNDLE);

    private final ZmtpProperties properties;

    /** What has an effect on some socket. */
    private final Set<Key> used = EnumSet.noneOf(Key.class);

    /** Of each bundle of keys that a socket names, what has an effect. */
    private final Map<String, Set<Key>> usedOf = new HashMap<>();

    /** {@return the keys of a socket that have a rule here} */
    public static Set<String> keys() {
        return Arrays.stream(Key.values()).map(key -> key.text).collect(Collectors.toUnmodifiableSet());
    }

    private SecurityRules(ZmtpProperties properties) {
        this.properties = properties;
    }

    /**
     * Checks all of them.
     *
     * @param places the place of each socket, by its name
     * @throws ZmtpConfigurationException that names the first key without an effect
     */
    public static void check(ZmtpProperties properties, Map<String, Place> places) {
        SecurityRules rules = new SecurityRules(properties);
        places.forEach((name, place) -> {
            if (!place.isTrusted()) {
                rules.checkSocket(name, place);
            }
        });
        if (!places.isEmpty() && places.values().stream().noneMatch(Place::isTrusted)) {
            rules.checkShared();
        }
    }

    /**
     * Checks a socket that is made at run time: credentials that it takes from the defaults must have a mechanism, and a
     * bundle for TLS an endpoint, unless there are named sockets, for which it may be.
     *
     * @param endpoints what it is going to be bound or connected to; none if that is not known
     * @throws ZmtpConfigurationException that names a key without an effect
     */
    public static void checkMade(ZmtpProperties properties, String name, Place place, List<Endpoint> endpoints) {
        Place there = place.at(endpoints.stream().map(Endpoint::toString).toList());
        SecurityRules rules = new SecurityRules(properties);
        rules.checkSocket(name, there);
        At at = new At(name, properties, there);
        String flaw = at.flaw(Key.TLS);
        if (properties.sockets().isEmpty() && at.has(Key.TLS) && flaw != null) {
            throw at.fail(Key.TLS, flaw);
        }
    }

    // ---- one socket

    private void checkSocket(String name, Place place) {
        At at = new At(name, properties, place);
        checkDatagrams(at);
        Set<Key> effective = EnumSet.noneOf(Key.class);
        for (Key key : Key.values()) {
            String flaw = at.flaw(key);
            if (flaw == null) {
                effective.add(key);
            } else if (key.isIn(at.own) || (at.mechanism == null && CREDENTIALS.contains(key) && at.has(key))) {
                throw at.fail(key, flaw);
            }
        }
        used.addAll(effective);
        String bundle = at.all.security.bundle();
        if (bundle != null) {
            usedOf.computeIfAbsent(bundle, first -> EnumSet.noneOf(Key.class)).addAll(effective);
        }
    }

    private static void checkDatagrams(At at) {
        if (at.mechanism != null && at.mechanism != MechanismName.NULL) {
            at.endpoints()
                    .filter(endpoint -> At.is(At.UDP, endpoint))
                    .findFirst()
                    .ifPresent(endpoint -> {
                        throw new ZmtpConfigurationException(
                                at.key("security.mechanism") + " is " + at.mechanism + ", but " + endpoint
                                        + " is neither authenticated nor encrypted, as all datagrams.",
                                "Use tcp, or set it to \"null\", in quotes, for this socket.");
                    });
        }
    }

    /** A socket, with what it inherits. */
    private static final class At {

        private final String name;
        private final boolean isNamed;
        private final Settings own;
        private final Settings defaults;
        private final Settings all;
        private final @Nullable MechanismName mechanism;
        private final boolean hasServerKey;
        private final boolean hasTls;
        private final List<String> bind;
        private final List<String> connect;

        At(String name, ZmtpProperties properties, Place place) {
            this.name = name;
            SocketProperties named = properties.sockets().get(name);
            this.isNamed = named != null;
            this.own = named == null ? Settings.NONE : Settings.of(named);
            this.defaults = Settings.of(properties.defaults());
            this.all = new Settings(
                    properties.security(name), properties.socket(name).ssl());
            this.mechanism = all.security.mechanism();
            this.hasServerKey = place.serverKey() != null;
            this.hasTls = Key.TLS.isIn(all) || place.sslBundle() != null;
            this.bind = place.bind();
            this.connect = place.targets();
        }

        private static final Pattern TLS = schemes("tls|tls\\+tcp|wss");
        private static final Pattern UDP = schemes("udp");
        private static final Pattern INPROC = schemes("inproc");

        private static Pattern schemes(String alternatives) {
            return Pattern.compile("(" + alternatives + ")://", Pattern.CASE_INSENSITIVE);
        }

        private static boolean is(Pattern scheme, String endpoint) {
            return scheme.matcher(endpoint).lookingAt();
        }

        Stream<String> endpoints() {
            return Stream.concat(bind.stream(), connect.stream());
        }

        /** A socket without endpoints: the application may bind and connect it to any. */
        private boolean isNowhere() {
            return bind.isEmpty() && connect.isEmpty();
        }

        private static boolean isTls(String endpoint) {
            return is(TLS, endpoint);
        }

        boolean has(Key key) {
            return key == Key.SERVER_KEY ? hasServerKey : key.isIn(all);
        }

        /** Why a key has no effect here, whether or not it is set; null if it has one. */
        @Nullable
        String flaw(Key key) {
            if (key == Key.TLS) {
                return isNowhere() || endpoints().anyMatch(At::isTls)
                        ? null
                        : "no endpoint of it is tls+tcp://… or wss://…";
            } else if (key == Key.CLIENT_AUTH) {
                return !hasTls
                        ? "there is no ssl.bundle"
                        : isNowhere() || bind.stream().anyMatch(At::isTls)
                                ? null
                                : "it binds no tls+tcp://… or wss://… endpoint";
            } else if (key == Key.MECHANISM && mechanism == MechanismName.NULL) {
                return null;
            } else if (mechanism == null) {
                return "security.mechanism is missing, and without one anybody may talk, in clear";
            } else if (!isNowhere() && endpoints().allMatch(endpoint -> is(INPROC, endpoint))) {
                return "within a process there is no mechanism, and all its endpoints are inproc://…";
            }
            return key == Key.MECHANISM ? null : flaw(key, mechanism);
        }

        private @Nullable String flaw(Key key, MechanismName mechanism) {
            if (PLAIN_KEYS.contains(key) != (mechanism == MechanismName.PLAIN) || mechanism == MechanismName.NULL) {
                return "security.mechanism is " + mechanism;
            } else if ((key == Key.USERNAME || key == Key.PASSWORD) && Key.USERS.isIn(all)) {
                return "security.users makes it a server, which shows no password";
            } else if (key == Key.CLIENTS && hasServerKey) {
                return "security.server-key makes it a client, to which nobody shows a key";
            } else if (key == Key.LOCATION && Key.SECRET_KEY.isIn(all)) {
                return "security.secret-key is set too";
            }
            return null;
        }

        ZmtpConfigurationException fail(Key key, String flaw) {
            return new ZmtpConfigurationException(
                    !key.isIn(own) && key.isIn(defaults)
                            ? "zmtp.defaults." + key.text + " has no effect on the socket '" + name + "': " + flaw + "."
                            : key(key.text) + " has no effect: " + flaw + ".",
                    remedy(key));
        }

        String key(String last) {
            return (isNamed ? "zmtp.sockets." + name : "zmtp.defaults") + "." + last;
        }

        private String remedy(Key key) {
            if (key == Key.TLS) {
                return "Write the endpoints that TLS is for as tls+tcp://…, or remove the key.";
            } else if (key == Key.CLIENT_AUTH) {
                return hasTls
                        ? "Bind a tls+tcp://… endpoint, or remove the key: it is servers that ask for certificates."
                        : "Set " + key("ssl.bundle") + ", or remove the key.";
            }
            String wanted = PLAIN_KEYS.contains(key) ? "plain" : "curve";
            if (mechanism == null) {
                String open = key.isIn(own) ? ", or remove the key," : "; or to \"null\", in quotes,";
                return "Set " + key("security.mechanism") + " to " + wanted + open + " if anybody may talk.";
            }
            boolean other = key != Key.MECHANISM && !mechanism.name().equalsIgnoreCase(wanted);
            return "Remove the key" + (other ? ", or set " + key("security.mechanism") + " to " + wanted : "") + ".";
        }
    }

    // ---- what sockets share

    private void checkShared() {
        for (Key key : Key.values()) {
            if (key.isIn(Settings.of(properties.defaults())) && !used.contains(key)) {
                throw new ZmtpConfigurationException(
                        "zmtp.defaults." + key.text + " has no effect on any socket.",
                        "Remove the key, or move it to the socket that it is for: there it is said what is missing.");
            }
        }
        properties.curve().bundles().forEach(this::checkBundle);
    }

    private void checkBundle(String name, CurveBundle bundle) {
        String where = "zmtp.curve.bundles." + name;
        Set<Key> effective = usedOf.get(name);
        if (effective == null) {
            throw new ZmtpConfigurationException(
                    where + " has no effect: no socket names it.",
                    "Set zmtp.sockets.<name>.security.bundle to " + name + ", or remove the bundle.");
        }
        Settings keys = new Settings(bundle.security(name), new Ssl(null, null));
        for (Key key : CURVE_KEYS) {
            if (key.isIn(keys) && !effective.contains(key)) {
                throw new ZmtpConfigurationException(
                        where + key.text.substring(key.text.indexOf('.'))
                                + " has no effect on any socket that names it.",
                        "Remove the key. A socket with a server-key is a client, one without it a server that needs"
                                + " clients; secret-key comes before secret-key-location.");
            }
        }
    }
}
