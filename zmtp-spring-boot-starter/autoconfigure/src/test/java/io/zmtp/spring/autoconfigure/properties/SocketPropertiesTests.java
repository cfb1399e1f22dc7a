package io.zmtp.spring.autoconfigure.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.TypeOption;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SocketPropertiesTests {

    /** What takes code, and has no place in properties; or has another key. */
    private static final Map<String, String> NO_KEY_OF_ITS_OWN = Map.ofEntries(
            Map.entry("name", "the name of the socket"),
            Map.entry("recorder", "zmtp.metrics"),
            Map.entry("client", "proxy"),
            Map.entry("server", "max-connections and max-handshakes"),
            Map.entry("mechanism", "security"),
            Map.entry("secure", "ssl"),
            Map.entry("verifyPeer", "code"),
            Map.entry("runOn", "zmtp.transport"),
            Map.entry("option", "code"),
            Map.entry("doOnInit", "code"),
            Map.entry("doOnConnected", "code"),
            Map.entry("doOnReady", "code"),
            Map.entry("doOnDisconnected", "code"),
            Map.entry("socketType", "type"),
            Map.entry("stopAfterFatal", "reconnect.stop-after-fatal"),
            Map.entry("conflate", "on-full: latest"),
            Map.entry("heartbeatTtl", "heartbeat.ttl"),
            Map.entry("handshakeScheduler", "code"));

    @Test
    void hasAKeyForEveryOption() {
        Set<String> keys = Arrays.stream(SocketProperties.class.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        for (Method method : SocketOptions.class.getMethods()) {
            boolean isOption = !Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() + 1 > 0
                    && method.getReturnType().isAssignableFrom(SocketOptions.class)
                    && method.getReturnType() != Object.class;
            if (isOption && !keys.contains(method.getName()) && !NO_KEY_OF_ITS_OWN.containsKey(method.getName())) {
                missing.add(method.getName());
            }
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void documentsTheTypesThatTheLibraryKnows(TypeOption option) throws IOException {
        String source = Files.readString(
                        Path.of("src/main/java/io/zmtp/spring/autoconfigure/properties/SocketProperties.java"))
                .replaceAll("\\s+\\*?\\s*", " ");
        Matcher types = Pattern.compile("@param " + option.method()
                        + " [^@]*For (all types except )?([A-Z]+(?:, [A-Z]+)*(?: and [A-Z]+)?)[.]")
                .matcher(source);
        assertThat(types.find()).as(option.method()).isTrue();
        EnumSet<SocketType> named = Arrays.stream(types.group(2).split(", | and "))
                .map(SocketType::valueOf)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(SocketType.class)));
        assertThat(types.group(1) == null ? named : EnumSet.complementOf(named)).isEqualTo(option.types());
    }

    @Test
    void leavesOutWhatTheDefaultsSayForOtherTypes() {
        SocketProperties defaults = bind(Map.of(
                        "zmtp.defaults.mandatory", "true",
                        "zmtp.defaults.no-drop", "true",
                        "zmtp.defaults.on-full", "latest"))
                .defaults();
        PullSocket.create(options -> OptionsMapping.apply("jobs", SocketType.PULL, defaults, options))
                .dispose();
        ReqSocket.create(options -> OptionsMapping.apply("questions", SocketType.REQ, defaults, options))
                .dispose();
    }

    @Test
    void takesFromTheDefaultsWhatASocketLeavesOut() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.defaults.send-hwm", "5",
                "zmtp.defaults.linger", "3s",
                "zmtp.defaults.heartbeat.interval", "7s",
                "zmtp.sockets.jobs.type", "push",
                "zmtp.sockets.jobs.send-hwm", "9",
                "zmtp.sockets.jobs.heartbeat.timeout", "1m"));
        SocketProperties jobs = properties.socket("jobs");
        assertThat(jobs.sendHwm()).isEqualTo(9);
        assertThat(jobs.linger()).isEqualTo(Duration.ofSeconds(3));
        assertThat(jobs.recvHwm()).isNull();
        assertThat(jobs.heartbeat().interval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(jobs.heartbeat().timeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void joinsMapsOfDefaultsAndSockets() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.defaults.metadata.X-App", "a",
                "zmtp.sockets.jobs.type", "push",
                "zmtp.sockets.jobs.metadata.X-Role", "b"));
        assertThat(properties.socket("jobs").metadata()).containsOnlyKeys("X-App", "X-Role");
    }

    @Test
    void readsALevelOfDeliveryThatStandsAlone() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.defaults.delivery.retries", "7",
                "zmtp.sockets.jobs.type", "push",
                "zmtp.sockets.jobs.delivery", "taken-over",
                "zmtp.sockets.work.type", "pull",
                "zmtp.sockets.work.delivery.level", "done"));
        assertThat(properties.socket("jobs").delivery().level()).isEqualTo(DeliveryLevel.TAKEN_OVER);
        assertThat(properties.socket("jobs").delivery().retries()).isEqualTo(7);
        assertThat(properties.socket("work").delivery().level()).isEqualTo(DeliveryLevel.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"taken-over", "taken_over", "TAKEN_OVER", "takenOver"})
    void readsALevelThatStandsAloneAsLoosely(String level) {
        ZmtpProperties properties = bind(Map.of("zmtp.sockets.jobs.type", "push", "zmtp.sockets.jobs.delivery", level));
        assertThat(properties.socket("jobs").delivery().level()).isEqualTo(DeliveryLevel.TAKEN_OVER);
    }

    static Stream<Object> noLevels() {
        return Stream.of("dnoe", "", false, 3); // as YAML has them
    }

    @ParameterizedTest
    @MethodSource("noLevels")
    void saysWhichLevelsOfDeliveryThereAre(Object level) {
        assertThatThrownBy(() -> bind(Map.of("zmtp.sockets.jobs.type", "push", "zmtp.sockets.jobs.delivery", level)))
                .hasStackTraceContaining("expected one of [none, taken-over, once, done], but it is '" + level + "'");
    }

    @Test
    void printsNoSecret() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.sockets.jobs.type", "push",
                "zmtp.sockets.jobs.security.password", "hidden",
                "zmtp.sockets.jobs.security.secret-key", "hidden",
                "zmtp.sockets.jobs.proxy.password", "hidden"));
        assertThat(properties.toString()).doesNotContain("hidden");
    }

    @Test
    void bindsEveryKindOfValue() {
        ZmtpProperties properties = bind(Map.of(
                "zmtp.sockets.jobs.type", "xpub",
                "zmtp.sockets.jobs.bind[0]", "tcp://*:1",
                "zmtp.sockets.jobs.bind[1]", "ipc:///tmp/x",
                "zmtp.sockets.jobs.max-message-size", "64MB",
                "zmtp.sockets.jobs.on-full", "drop-oldest",
                "zmtp.sockets.jobs.security.mechanism", "curve"));
        SocketProperties jobs = properties.socket("jobs");
        assertThat(jobs.bind()).containsExactly("tcp://*:1", "ipc:///tmp/x");
        assertThat(jobs.maxMessageSize().toMegabytes()).isEqualTo(64);
        assertThat(jobs.onFull()).hasToString("DROP_OLDEST");
        assertThat(jobs.security().mechanism()).isEqualTo(SocketProperties.MechanismName.CURVE);
    }

    static ZmtpProperties bind(Map<String, ?> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("zmtp", Bindable.of(ZmtpProperties.class));
    }
}
