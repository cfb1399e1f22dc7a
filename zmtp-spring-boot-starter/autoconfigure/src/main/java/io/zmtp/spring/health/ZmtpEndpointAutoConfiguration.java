package io.zmtp.spring.health;

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.discovery.Followed;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@code /actuator/zmtp}, where it is exposed.
 *
 * @since 0.1
 */
@AutoConfiguration(after = {ZmtpAutoConfiguration.class, ZmtpListenerAutoConfiguration.class})
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(endpoint = ZmtpEndpoint.class)
@Import(SocketWatch.class)
public final class ZmtpEndpointAutoConfiguration {

    ZmtpEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ZmtpEndpoint zmtpEndpoint(
            ZmtpSockets sockets, SocketWatch watch, Followed followed, ObjectProvider<ZmtpListenerRegistry> listeners) {
        return new ZmtpEndpoint(sockets, watch, followed, listeners.getIfAvailable());
    }
}
