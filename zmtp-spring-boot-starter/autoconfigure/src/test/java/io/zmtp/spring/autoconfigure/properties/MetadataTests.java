package io.zmtp.spring.autoconfigure.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.connection.ConnectionSpec;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.socket.SocketOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MetadataTests {

    private final JsonNode metadata = read("META-INF/spring-configuration-metadata.json");

    private static JsonNode read(String resource) {
        try (InputStream json = MetadataTests.class.getClassLoader().getResourceAsStream(resource)) {
            assertThat(json).as(resource).isNotNull();
            return JsonMapper.shared().readTree(json.readAllBytes());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private Map<String, JsonNode> properties() {
        Map<String, JsonNode> properties = new HashMap<>();
        metadata.get("properties")
                .forEach(each -> properties.put(each.get("name").asString(), each));
        return properties;
    }

    @Test
    void describesEveryKey() {
        List<String> without = new ArrayList<>();
        properties().forEach((name, property) -> {
            if (!property.has("description")
                    || !property.get("description").asString().endsWith(".")) {
                without.add(name);
            }
        });
        assertThat(properties()).hasSizeGreaterThan(50);
        assertThat(without).isEmpty();
    }

    @Test
    void namesTheLibrarysDefaults() {
        assertThat(number("send-hwm")).isEqualTo(SocketOptions.DEFAULT_SEND_HWM);
        assertThat(number("recv-hwm")).isEqualTo(SocketOptions.DEFAULT_RECV_HWM);
        assertThat(number("max-subscriptions")).isEqualTo(SocketOptions.DEFAULT_MAX_SUBSCRIPTIONS);
        assertThat(number("max-parts")).isEqualTo(ConnectionSpec.DEFAULT_MAX_PARTS);
        assertThat(number("max-connections")).isEqualTo(ZmtpServer.DEFAULT_MAX_CONNECTIONS);
        assertThat(number("max-handshakes")).isEqualTo(ZmtpServer.DEFAULT_MAX_HANDSHAKES);
        assertThat(DataSize.parse(text("send-hwm-bytes")).toBytes()).isEqualTo(SocketOptions.DEFAULT_SEND_HWM_BYTES);
        assertThat(DataSize.parse(text("max-message-size")).toBytes())
                .isEqualTo(ConnectionSpec.DEFAULT_MAX_MESSAGE_SIZE);
        assertThat(DurationStyle.detectAndParse(text("linger"))).isEqualTo(SocketOptions.DEFAULT_LINGER);
        assertThat(DurationStyle.detectAndParse(text("handshake-timeout")))
                .isEqualTo(ConnectionSpec.DEFAULT_HANDSHAKE_TIMEOUT);
        assertThat(DurationStyle.detectAndParse(text("reconnect.min"))).isEqualTo(SocketOptions.DEFAULT_RECONNECT);
        assertThat(DurationStyle.detectAndParse(text("reconnect.max"))).isEqualTo(SocketOptions.DEFAULT_RECONNECT_MAX);
    }

    private int number(String key) {
        return properties().get("zmtp.defaults." + key).get("defaultValue").asInt();
    }

    private String text(String key) {
        return properties().get("zmtp.defaults." + key).get("defaultValue").asString();
    }

    @Test
    void leavesOutWhatBelongsToOneSocket() {
        assertThat(new TreeSet<>(properties().keySet()))
                .doesNotContain(
                        "zmtp.defaults.type",
                        "zmtp.defaults.bind",
                        "zmtp.defaults.connect",
                        "zmtp.defaults.connect-each.endpoint",
                        "zmtp.defaults.connect-each.interval");
    }

    @Test
    void hintsAtMediaTypes() {
        List<String> hints = new ArrayList<>();
        metadata.get("hints").forEach(hint -> hints.add(hint.get("name").asString()));
        assertThat(hints).contains("zmtp.defaults.content-type", "zmtp.defaults.ssl.bundle");
    }
}
