package io.zmtp.spring.autoconfigure.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zmtp.spring.core.ZmtpConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

class GroupedKeysTests {

    private static StandardEnvironment environment(String yaml) {
        StandardEnvironment environment = new StandardEnvironment();
        try {
            new YamlPropertySourceLoader()
                    .load("test", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                    .forEach(environment.getPropertySources()::addFirst);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return environment;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replay: true",
                "replay: tcp://*:5557",
                "replay: 5557",
                "replay: [tcp://*:5557]",
                "heartbeat: 5s",
                "security: curve",
                "reconnect: 1s",
                "ssl: bundle"
            })
    void refuseAValueInPlaceOfAGroup(String line) {
        String group = line.substring(0, line.indexOf(':'));
        assertThatExceptionOfType(ZmtpConfigurationException.class)
                .isThrownBy(() -> GroupedKeys.check(environment("zmtp.sockets.feed:\n  type: pub\n  " + line)))
                .withMessageStartingWith("zmtp.sockets.feed." + group + " has a value, but it is a group of keys: ")
                .withMessageContaining(" Origin: ")
                .withMessageContaining(" - 3:");
    }

    @Test
    void refuseAGroupThatIsEmpty() {
        assertThatExceptionOfType(ZmtpConfigurationException.class)
                .isThrownBy(() -> GroupedKeys.check(environment("zmtp.sockets.feed:\n  type: pub\n  replay:")))
                .withMessageStartingWith(
                        "zmtp.sockets.feed.replay is empty, but it is a group of keys: bind, buffer, bytes,")
                .satisfies(refused -> assertThat(refused.remedy())
                        .isEqualTo("Write its keys below it, as in zmtp.sockets.feed.replay.bind, or remove it."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delivery: done",
                "delivery: {level: done}",
                "replay: {bind: tcp://*:5557}",
                "metadata: {X-App: replay}",
                "bind: []",
                "unknown: 5"
            })
    void takeAllElse(String line) {
        GroupedKeys.check(environment("zmtp.sockets:\n  replay:\n    type: pub\n    " + line));
    }

    @Test
    void haveTheNamesBelowAGroup() {
        KnownKeys keys = KnownKeys.ofSockets();
        assertThat(keys.below(ConfigurationPropertyName.of("zmtp.sockets.feed.heartbeat")))
                .isEqualTo(List.of("interval", "timeout", "ttl"));
        assertThat(keys.below(ConfigurationPropertyName.of("zmtp.sockets.feed")))
                .isEmpty();
        assertThat(keys.below(ConfigurationPropertyName.of("zmtp.sockets.feed.linger")))
                .isEmpty();
    }
}
