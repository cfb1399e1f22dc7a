package io.zmtp.spring.autoconfigure.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.spring.autoconfigure.security.SecurityRules;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each key of a socket has an effect everywhere, or stops the start where it has none. */
class SocketRulesTests {

    /** key=value | sockets on which it has an effect | sockets on which it has none. */
    private static final String TABLE = """
            send-hwm=5                   | push bind tcp://*:1; radio connect udp://h:1; pub    | pull bind tcp://*:1; sub; gather; dish; push on-full latest
            send-hwm-bytes=5             | push bind tcp://*:1; req connect inproc://a; radio   | pull; radio connect udp://h:1; push on-full latest
            max-age=5s                   | push bind tcp://*:1; dealer; pub connect inproc://a  | pull; req; sub; radio connect udp://h:1
            recv-hwm=5                   | pull bind tcp://*:1; rep; dish bind udp://*:1; xpub  | push bind tcp://*:1; pub; radio; scatter
            linger=5s                    | push bind tcp://*:1; rep; xsub; radio                | pull bind tcp://*:1; sub; gather; dish
            routing-id=x                 | dealer connect tcp://h:1; dealer connect inproc://a  | radio connect udp://h:1
            metadata.x=y                 | dealer connect tcp://h:1; dealer connect inproc://a  | dish bind udp://*:1
            max-message-size=5KB         | pub bind tcp://*:1; pull bind inproc://a; pull       | dish bind udp://*:1
            max-parts=5                  | pub bind tcp://*:1; pull bind inproc://a; pull       | dish bind udp://*:1
            max-connections=5            | pull bind tcp://*:1; pull bind ipc:///a; pull        | pull connect tcp://h:1; pull bind inproc://a; dish bind udp://*:1; pull connect-each.endpoint tcp://h:1
            max-handshakes=5             | pull bind tls+tcp://*:1; pull                        | pull connect tcp://h:1; pull bind inproc://a; dish bind udp://*:1
            connect-timeout=5s           | pull connect tcp://h:1; pull connect discovery://s; pull connect ipc:///a | pull bind tcp://*:1; pull connect inproc://a; radio connect udp://h:1
            handshake-timeout=5s         | pull connect tcp://h:1; pull bind ipc:///a; pull     | pull bind inproc://a; radio connect udp://h:1
            idle-timeout=5s              | pull connect tcp://h:1; pull bind ipc:///a; pull     | pull bind inproc://a; radio connect udp://h:1
            reconnect.min=5s             | pull connect tcp://h:1; pull connect inproc://a; pull connect-each.endpoint tcp://h:1; radio connect udp://h:1 | pull bind tcp://*:1
            reconnect.max=5s             | pull connect tcp://h:1; pull connect tls+discovery://s | pull bind tcp://*:1
            reconnect.stop-after-fatal=true | pull connect tcp://h:1; pull connect inproc://a   | pull bind tcp://*:1; radio connect udp://h:1
            heartbeat.interval=5s        | pull bind tcp://*:1; pull connect tcp://h:1          | pull bind inproc://a; dish bind udp://*:1
            heartbeat.timeout=5s         | pull heartbeat.interval 5s                           | pull bind tcp://*:1
            heartbeat.ttl=5s             | pull heartbeat.interval 5s                           | pull bind tcp://*:1
            proxy.host=h                 | pull connect tcp://h:1; pull connect-each.endpoint tls+tcp://h:1; pull | pull bind tcp://*:1; pull connect ipc:///a; radio connect udp://h:1
            proxy.port=5                 | pull proxy.host h                                    | pull connect tcp://h:1
            proxy.username=x             | pull proxy.host h                                    | pull connect tcp://h:1
            proxy.password=x             | pull proxy.host h proxy.username x                   | pull proxy.host h
            subscribe=x                  | sub; xsub                                            | pull; dish
            join=x                       | dish                                                 | sub
            on-full=wait                 | push; sub                                            | req
            no-drop=true                 | pub; xsub                                            | push
            immediate=true               | push connect tcp://h:1; push connect inproc://a; push | pull; push bind tcp://*:1
            mandatory=true               | router                                               | dealer
            handover=true                | router                                               | dealer
            correlate=true               | req                                                  | rep
            probe-router=true            | req                                                  | rep
            hello-message=x              | dealer                                               | push
            disconnect-message=x         | dealer bind tcp://*:1; dealer bind inproc://a        | push; dealer connect tcp://h:1
            hiccup-message=x             | dealer connect tcp://h:1; dealer connect inproc://a  | push; dealer bind tcp://*:1
            max-subscriptions=5          | pub; radio bind tcp://*:1                            | push; radio connect udp://h:1
            invert-matching=true         | sub                                                  | dish; sub replay.connect tcp://h:2
            verbose=true                 | xpub                                                 | pub
            verboser=true                | xpub                                                 | pub
            manual=true                  | xpub                                                 | pub
            welcome=x                    | xpub                                                 | pub
            last-value-cache=5           | pub                                                  | push; pub replay.bind tcp://*:2
            delivery.level=taken-over    | push; pull bind tcp://*:1; dealer; rep               | router; pub; sub; pair
            delivery.max-under-way=5     | push delivery.level taken-over                       | push; pull delivery.level taken-over
            delivery.max-under-way-bytes=5KB | push delivery.level once                         | push; pull delivery.level done
            delivery.retries=5           | push delivery.level done                             | push delivery.level once; pull delivery.level done
            delivery.retry-backoff=5s    | push delivery.level done                                   | push delivery.level once; pull delivery.level done
            delivery.retry-elsewhere=true | scatter delivery.level done                         | push delivery.level taken-over
            delivery.processing-timeout=5s | pull delivery.level done                           | push delivery.level done; pull delivery.level once
            delivery.dead-letter-after=5s | req delivery.level once                             | push delivery.level taken-over; pull delivery.level done
            delivery.dead-letter=x       | push delivery.level done                             | push delivery.level taken-over; pull delivery.level done
            delivery.memory=5s           | pull delivery.level once                             | push delivery.level done; pull delivery.level taken-over
            delivery.unequal-peers=serve | push delivery.level done; pull delivery.level once   | push; pull
            replay.bind=tcp://*:2        | pub bind tcp://*:1; pub                              | xpub; sub
            replay.connect=tcp://h:2     | sub connect tcp://h:1; sub                           | pub; xsub; sub bind tcp://*:1
            replay.messages=5            | pub replay.bind tcp://*:2                            | pub; sub replay.connect tcp://h:2
            replay.bytes=5KB             | pub replay.bind tcp://*:2                            | pub; sub
            replay.max-age=5s            | pub replay.bind tcp://*:2                            | pub; sub
            replay.last-values=5         | pub replay.bind tcp://*:2                            | pub; sub
            replay.plain-topics=true     | pub replay.bind tcp://*:2                            | pub; sub
            replay.from=oldest           | sub replay.connect tcp://h:2                         | sub; pub replay.bind tcp://*:2
            replay.on-gap=emit           | sub replay.connect tcp://h:2                         | sub; pub
            replay.buffer=5              | sub replay.connect tcp://h:2                         | sub; pub
            replay.check=5s              | sub replay.connect tcp://h:2                         | sub; pub
            replay.timeout=5s            | sub replay.connect tcp://h:2                         | sub; pub
            replay.patience=5s           | sub replay.connect tcp://h:2                         | sub; pub
            replay.plain-topic=x         | sub replay.connect tcp://h:2                         | sub; pub
            """;

    private static final Set<String> EVERYWHERE = Set.of(
            "type", "bind", "connect", "connect-each.endpoint", "connect-each.interval", "content-type", "health");

    record Row(String key, String value, List<String> effective, List<String> idle) {

        @Override
        public String toString() {
            return key;
        }
    }

    static Stream<Row> table() {
        return TABLE.lines().map(line -> {
            String[] cells = line.split("\\|");
            String[] setting = cells[0].strip().split("=");
            return new Row(setting[0], setting[1], list(cells[1]), list(cells[2]));
        });
    }

    private static List<String> list(String cell) {
        return Arrays.stream(cell.split(";")).map(String::strip).toList();
    }

    @Test
    void haveARuleForEachKeyOfASocket() {
        Set<String> ruled = new TreeSet<>(SocketRules.keys());
        ruled.addAll(SecurityRules.keys());
        assertThat(ruled).isEqualTo(keys("", SocketProperties.class));
        assertThat(SocketRules.keys()).doesNotContainAnyElementsOf(SecurityRules.keys());
    }

    private static Set<String> keys(String group, Class<?> type) {
        Set<String> keys = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = group + SocketKeys.dashed(component.getName());
            if (component.getType().isRecord()) {
                keys.addAll(keys(key + ".", component.getType()));
            } else {
                keys.add(key);
            }
        }
        return keys;
    }

    @Test
    void areAllInTheTableOfTheseTests() {
        Set<String> tested = table().map(row -> row.key.startsWith("metadata") ? "metadata" : row.key)
                .collect(Collectors.toCollection(TreeSet::new));
        tested.addAll(EVERYWHERE);
        assertThat(tested).isEqualTo(SocketRules.keys());
        assertThat(EVERYWHERE)
                .allSatisfy(key -> assertThat(SocketRules.needs(key)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("table")
    void stopTheStartWhereAKeyHasNoEffect(Row row) {
        String key = "zmtp.sockets.a." + (row.key.startsWith("metadata") ? "metadata" : row.key);
        for (String socket : row.idle) {
            assertThatThrownBy(() -> check("sockets.a", row, socket))
                    .as(socket)
                    .isInstanceOf(ZmtpConfigurationException.class)
                    .hasMessageStartingWith(key + " is set, but it has no effect on this socket of type ")
                    .satisfies(refused -> assertThat(((ZmtpConfigurationException) refused).remedy())
                            .startsWith("Remove the key, or ")
                            .doesNotContain("<name>"));
        }
        for (String socket : row.effective) {
            check("sockets.a", row, socket);
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void letTheDefaultsSayWhatASocketHasNoUseFor(Row row) {
        row.idle.forEach(socket -> check("defaults", row, socket));
    }

    @Test
    void takeNothingFromTheDefaultsThatTheTypeDoesNotHave() {
        ZmtpProperties properties = SocketPropertiesTests.bind(Map.of(
                "zmtp.defaults.on-full", "latest",
                "zmtp.sockets.a.type", "req",
                "zmtp.sockets.a.connect", "tcp://h:1",
                "zmtp.sockets.a.send-hwm", "5"));
        Place place = new Place(List.of(), List.of("tcp://h:1"), null, null, null, false, false);
        SocketRules.checkSocket("a", SocketType.REQ, place, properties.sockets().get("a"), properties.socket("a"));
    }

    /** As {@code "push bind tcp://*:1"}: type, then keys and values. */
    private static void check(String where, Row row, String socket) {
        String[] words = socket.split(" ");
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("zmtp.sockets.a.type", words[0]);
        for (int i = 1; i < words.length; i += 2) {
            keys.put("zmtp.sockets.a." + words[i], words[i + 1]);
        }
        keys.put("zmtp." + where + "." + row.key, row.value);
        ZmtpProperties properties = SocketPropertiesTests.bind(keys);
        SocketProperties own = properties.sockets().get("a");
        Place place = new Place(
                own.bind() == null ? List.of() : own.bind(),
                own.connect() == null ? List.of() : own.connect(),
                own.connectEach(),
                null,
                null,
                false,
                false);
        SocketRules.checkSocket("a", own.type(), place, own, properties.socket("a"));
        OptionsMapping.apply("a", own.type(), properties.socket("a"), SocketOptions.create());
    }
}
