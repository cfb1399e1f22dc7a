package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zmtp.spring.autoconfigure.diagnostics.ZmtpFailureAnalyzer;
import io.zmtp.spring.autoconfigure.properties.Inheritance;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.autoconfigure.security.SecurityRules;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** No setting of security or TLS is without effect, or the application does not start. */
class SecurityRulesTests {

    private static final String KEY = "hex:" + "ab".repeat(32);

    /** Each key with a value, as it follows {@code zmtp.sockets.a.}. */
    private static final Map<String, String> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put("security.users", "users.ann=secret");
        KEYS.put("security.username", "username=ann");
        KEYS.put("security.password", "password=secret");
        KEYS.put("security.clients", "clients=*");
        KEYS.put("security.server-key", "server-key=" + KEY);
        KEYS.put("security.secret-key", "secret-key=" + KEY);
        KEYS.put("security.secret-key-location", "secret-key-location=file:/key");
        KEYS.put("security.bundle", "bundle=keys");
        KEYS.put("ssl.bundle", "bundle=tls");
        KEYS.put("ssl.client-auth", "client-auth=need");
    }

    private static String set(String key) {
        String section = key.substring(0, key.indexOf('.') + 1);
        return section + KEYS.get(key);
    }

    private static final ZmtpProperties NONE = bind(Map.of());
    private static final Map<String, SocketProperties> PIECES = new LinkedHashMap<>();

    static {
        KEYS.keySet().forEach(key -> PIECES.put(key, piece(set(key))));
    }

    @Test
    void theTableHasEveryKey() {
        Set<String> all = new LinkedHashSet<>();
        all.addAll(names("security.", SocketProperties.Security.class));
        all.addAll(names("ssl.", SocketProperties.Ssl.class));
        Set<String> known = new LinkedHashSet<>(KEYS.keySet());
        known.add("security.mechanism");
        assertThat(known).containsExactlyInAnyOrderElementsOf(all);
    }

    private static List<String> names(String section, Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> section + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .toList();
    }

    // ---- each key, with each mechanism, at each scheme, bound and connected, alone and with each other key

    private static final List<String> ENDPOINTS =
            List.of("", "tcp://x:1", "tls+tcp://x:1", "ipc:///x", "inproc://x", "udp://239.0.0.1:1");

    /** What the documentation says, in other words than the rules. */
    private static boolean hasEffect(String key, String mechanism, String how, String endpoint, Set<String> others) {
        boolean anywhere = endpoint.isEmpty();
        boolean overTls = anywhere || endpoint.startsWith("tls+tcp");
        boolean overWire = anywhere || !endpoint.startsWith("inproc") && !endpoint.startsWith("udp");
        return switch (key) {
            case "ssl.bundle" -> overTls;
            case "ssl.client-auth" -> others.contains("ssl.bundle") && overTls && (anywhere || how.equals("bind"));
            case "security.users" -> mechanism.equals("plain") && overWire;
            case "security.username", "security.password" ->
                mechanism.equals("plain") && overWire && !others.contains("security.users");
            case "security.clients" ->
                (mechanism.equals("curve") || mechanism.isEmpty() && others.contains("security.bundle"))
                        && overWire
                        && !others.contains("security.server-key");
            case "security.secret-key-location" ->
                (mechanism.equals("curve") || mechanism.isEmpty() && others.contains("security.bundle"))
                        && overWire
                        && !others.contains("security.secret-key");
            case "security.bundle" -> (mechanism.equals("curve") || mechanism.isEmpty()) && overWire;
            default ->
                (mechanism.equals("curve") || mechanism.isEmpty() && others.contains("security.bundle")) && overWire;
        };
    }

    static Stream<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (String mechanism : List.of("", "null", "plain", "curve")) {
            for (String endpoint : ENDPOINTS) {
                for (String how : List.of("bind", "connect")) {
                    rows.add(Arguments.of(mechanism, endpoint, how));
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void aKeyWithoutEffectStopsTheStart(String mechanism, String endpoint, String how) {
        SocketProperties socket = Inheritance.merge(
                piece(mechanism.isEmpty() ? "type=pull" : "security.mechanism=" + mechanism),
                piece(endpoint.isEmpty() ? "type=pull" : how + "=" + endpoint));
        boolean isSecured = mechanism.equals("plain") || mechanism.equals("curve");
        List<String> keys = List.copyOf(KEYS.keySet());
        for (int one = 0; one < keys.size(); one++) {
            for (int other = one; other < keys.size(); other++) {
                Set<String> set = new LinkedHashSet<>(List.of(keys.get(one)));
                set.add(keys.get(other));
                SocketProperties with = socket;
                for (String key : set) {
                    with = Inheritance.merge(with, PIECES.get(key));
                }
                boolean bundle = set.contains("security.bundle");
                boolean datagrams = endpoint.startsWith("udp") && (isSecured || mechanism.isEmpty() && bundle);
                boolean idle = endpoint.startsWith("inproc") && isSecured;
                boolean all = !datagrams
                        && !idle
                        && set.stream().allMatch(each -> hasEffect(each, mechanism, how, endpoint, set));
                ZmtpConfigurationException failure = failure(with, bundle);
                assertThat(failure == null)
                        .as("%s with mechanism '%s', %s '%s': %s", set, mechanism, how, endpoint, failure)
                        .isEqualTo(all);
                if (failure != null) {
                    assertThat(failure.getMessage()).contains("zmtp.sockets.a.");
                    assertThat(failure.remedy()).isNotEmpty();
                }
            }
        }
    }

    private static @Nullable ZmtpConfigurationException failure(SocketProperties socket, boolean bundle) {
        ZmtpProperties properties = new ZmtpProperties(
                NONE.defaults(),
                Map.of("a", socket),
                new ZmtpProperties.Curve(
                        bundle ? Map.of("keys", new ZmtpProperties.CurveBundle(KEY, null, null, null)) : Map.of()),
                NONE.transport(),
                NONE.listener(),
                NONE.health(),
                NONE.metrics(),
                NONE.observation(),
                NONE.rpc(),
                NONE.discovery());
        return catchThrowableOfType(
                ZmtpConfigurationException.class,
                () -> SecurityRules.check(
                        properties, Places.of(List.of(), properties).all()));
    }

    private static SocketProperties piece(String line) {
        return bind(Map.of(
                        "zmtp.sockets.a." + line.substring(0, line.indexOf('=')),
                        line.substring(line.indexOf('=') + 1)))
                .sockets()
                .get("a");
    }

    private static @Nullable ZmtpConfigurationException failure(List<String> properties) {
        return catchThrowableOfType(ZmtpConfigurationException.class, () -> check(properties));
    }

    private static void check(List<String> lines) {
        Map<String, String> properties = new LinkedHashMap<>();
        lines.forEach(line ->
                properties.put("zmtp." + line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        properties.putIfAbsent("zmtp.sockets.a.type", "pull");
        ZmtpProperties bound =
                new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("zmtp", ZmtpProperties.class);
        SecurityRules.check(bound, Places.of(List.of(), bound).all());
    }

    // ---- what is said, and where

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sockets.a.security.users.ann=x | zmtp.sockets.a.security.users | mechanism is missing | Set zmtp.sockets.a.security.mechanism to plain, or remove the key, if anybody may talk.",
                "sockets.a.security.clients=*   | zmtp.sockets.a.security.clients | mechanism is missing | Set zmtp.sockets.a.security.mechanism to curve",
                "sockets.a.security.clients=* sockets.a.security.mechanism=plain | zmtp.sockets.a.security.clients | mechanism is PLAIN | zmtp.sockets.a.security.mechanism to curve",
                "sockets.a.security.clients=* sockets.a.security.mechanism=null | zmtp.sockets.a.security.clients | mechanism is NULL | zmtp.sockets.a.security.mechanism to curve",
                "sockets.a.security.clients=* sockets.a.security.server-key=x sockets.a.security.mechanism=curve | zmtp.sockets.a.security.clients | makes it a client | Remove the key.",
                "sockets.a.ssl.bundle=x sockets.a.bind=tcp://*:1 | zmtp.sockets.a.ssl.bundle | no endpoint of it is tls+tcp | Write the endpoints that TLS is for as tls+tcp",
                "sockets.a.ssl.client-auth=need | zmtp.sockets.a.ssl.client-auth | there is no ssl.bundle | Set zmtp.sockets.a.ssl.bundle",
                "sockets.a.ssl.client-auth=need sockets.a.ssl.bundle=x sockets.a.connect=tls+tcp://x:1 | zmtp.sockets.a.ssl.client-auth | it binds no tls+tcp | Bind a tls+tcp",
                "sockets.a.security.mechanism=curve sockets.a.bind=inproc://x | zmtp.sockets.a.security.mechanism | within a process | Remove the key.",
                "sockets.a.security.mechanism=curve sockets.a.bind=INPROC://x | zmtp.sockets.a.security.mechanism | within a process | Remove the key.",
                "sockets.a.security.mechanism=curve sockets.a.bind=udp://*:1 | zmtp.sockets.a.security.mechanism is CURVE | udp://*:1 | Use tcp",
                "sockets.a.security.mechanism=curve sockets.a.bind=UDP://*:1 | zmtp.sockets.a.security.mechanism is CURVE | UDP://*:1 | Use tcp",
                "defaults.security.users.ann=x | zmtp.defaults.security.users has no effect on the socket 'a' | mechanism is missing | Set zmtp.sockets.a.security.mechanism to plain; or to \"null\"",
                "defaults.security.users.ann=x sockets.a.security.mechanism=null | zmtp.defaults.security.users | on any socket | Remove the key",
                "defaults.ssl.bundle=x sockets.a.bind=tcp://*:1 | zmtp.defaults.ssl.bundle | on any socket | Remove the key",
                "curve.bundles.keys.clients=* | zmtp.curve.bundles.keys | no socket names it | Set zmtp.sockets.<name>.security.bundle to keys",
                "curve.bundles.keys.clients=* curve.bundles.keys.server-key=x sockets.a.security.bundle=keys | zmtp.curve.bundles.keys.clients | on any socket that names it | a server-key is a client",
            })
    void itIsSaidWhatHasNoEffectAndWhatToDo(String properties, String key, String why, String remedy) {
        ZmtpConfigurationException failure = failure(List.of(properties.split(" ")));
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).contains(key).contains(why);
        assertThat(failure.remedy()).contains(remedy);
    }

    // ---- inheritance

    @ParameterizedTest
    @CsvSource({
        "defaults.security.mechanism=plain defaults.security.users.ann=x sockets.b.type=pull sockets.b.security.mechanism=null",
        "defaults.security.mechanism=curve defaults.security.secret-key=x defaults.security.clients=* "
                + "sockets.b.type=push sockets.b.security.server-key=x",
        "curve.bundles.keys.secret-key=x curve.bundles.keys.clients=* defaults.security.bundle=keys "
                + "sockets.b.type=push sockets.b.security.mechanism=plain sockets.b.security.username=u "
                + "sockets.b.security.password=p",
        "defaults.ssl.bundle=x sockets.a.bind=tls+tcp://*:1 sockets.b.type=push sockets.b.connect=tcp://x:1",
        "sockets.a.ssl.bundle=x sockets.a.ssl.client-auth=need sockets.a.bind=wss://*:1/a",
        "sockets.a.ssl.bundle=x sockets.a.bind=TLS://*:1",
        "sockets.a.security.mechanism=curve sockets.a.bind=inproc://x sockets.a.connect=tcp://x:1",
    })
    void whatSomeSocketUsesMayBeShared(String properties) {
        assertThatCode(() -> check(List.of(properties.split(" ")))).doesNotThrowAnyException();
    }

    @Test
    void aSocketsOwnKeyComesBeforeAnInheritedOneInAnotherForm() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.defaults.security.mechanism", "curve",
                "zmtp.defaults.security.secret-key", KEY,
                "zmtp.defaults.security.clients", "*",
                "zmtp.sockets.a.type", "push",
                "zmtp.sockets.a.security.secret-key-location", "file:/own",
                "zmtp.sockets.a.security.server-key", KEY));
        SocketProperties.Security security = properties.security("a");
        assertThat(security.secretKeyLocation()).isEqualTo("file:/own");
        assertThat(security.secretKey()).isNull();
        assertThat(security.clients()).isNull();
        assertThat(security.mechanism()).isEqualTo(SocketProperties.MechanismName.CURVE);
    }

    @Test
    void aBundleOfTheSocketComesBeforeTheDefaults() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.defaults.security.secret-key", "theirs",
                "zmtp.curve.bundles.keys.secret-key", "ours",
                "zmtp.sockets.a.type", "push",
                "zmtp.sockets.a.security.bundle", "keys"));
        assertThat(properties.security("a").secretKey()).isEqualTo("ours");
    }

    private static ZmtpProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("zmtp", ZmtpProperties.class);
    }

    // ---- in an application

    static Set<String> keys() {
        return KEYS.keySet();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aKeyAloneStopsAnApplication(String key) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ZmtpAutoConfiguration.class))
                .withPropertyValues(
                        "zmtp.sockets.a.type=pull",
                        "zmtp.sockets.a.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.a." + set(key),
                        "zmtp.curve.bundles.other.clients=*")
                .run(context -> {
                    assertThat(context).hasFailed();
                    assertThat(new ZmtpFailureAnalyzer()
                                    .analyze(context.getStartupFailure())
                                    .getDescription())
                            .contains("zmtp.sockets.a." + key);
                });
    }
}
