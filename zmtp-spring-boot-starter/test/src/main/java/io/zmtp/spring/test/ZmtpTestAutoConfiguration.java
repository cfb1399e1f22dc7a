package io.zmtp.spring.test;

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpConnectionDetails;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Puts every socket on an {@code inproc} endpoint of its own, which it binds.
 *
 * @since 0.1
 */
@AutoConfiguration(before = ZmtpAutoConfiguration.class)
public final class ZmtpTestAutoConfiguration {

    private static final String TRANSPORT = "zmtp-test.transport";

    private final String names = "inproc://test-" + UUID.randomUUID() + "-";

    ZmtpTestAutoConfiguration() {}

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @ConditionalOnProperty(name = TRANSPORT, havingValue = "inproc", matchIfMissing = true)
    ZmtpConnectionDetails zmtpTestConnectionDetails(ZmtpProperties properties) {
        return new ZmtpConnectionDetails() {
            @Override
            public List<String> bind(String socket) {
                return connects(socket) ? List.of() : List.of(names + socket);
            }

            @Override
            public List<String> connect(String socket) {
                return connects(socket) ? List.of(names + socket) : List.of();
            }

            /** What asks for a replay cannot be bound; its publisher is, which is the opposite end. */
            private boolean connects(String socket) {
                String key = socket.endsWith(ZmtpReplays.SUFFIX)
                        ? socket.substring(0, socket.length() - ZmtpReplays.SUFFIX.length())
                        : socket;
                return properties.socket(key).asksForReplay();
            }

            /** Over {@code inproc} there are no peers to be kept out. */
            @Override
            public boolean isTrusted(String socket) {
                return true;
            }
        };
    }

    @Bean
    ZmtpTestPeers zmtpTestPeers(
            ZmtpSockets sockets, ObjectProvider<ZmtpMessageConverter> converter, ZmtpProperties properties) {
        return new ZmtpTestPeers(
                sockets, (socket, part) -> converter.getObject().toBytes(part, contentType(properties, socket)));
    }

    private static MimeType contentType(ZmtpProperties properties, String socket) {
        String type = properties.socket(socket).contentType();
        return type == null ? MimeTypeUtils.APPLICATION_JSON : MimeTypeUtils.parseMimeType(type);
    }
}
