package io.zmtp.spring.health;

import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * The library in {@code /actuator/info}, where {@code management.info.zmtp.enabled} asks for it.
 *
 * @since 0.1
 */
@AutoConfiguration(after = ZmtpAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@ConditionalOnEnabledInfoContributor(value = "zmtp", fallback = InfoContributorFallback.DISABLE)
public final class ZmtpInfoAutoConfiguration {

    ZmtpInfoAutoConfiguration() {}

    @Bean
    InfoContributor zmtpInfoContributor(ZmtpSockets sockets) {
        String version = ZmtpSocket.class.getPackage().getImplementationVersion();
        Map<String, Object> details = Map.of(
                "version",
                version == null ? "unknown" : version,
                "protocol",
                "3.1",
                "mechanisms",
                List.of("NULL", "PLAIN", "CURVE"),
                "cryptography",
                CurveMechanism.cryptography(),
                "sockets",
                sockets.all().size());
        return builder -> builder.withDetail("zmtp", details);
    }
}
