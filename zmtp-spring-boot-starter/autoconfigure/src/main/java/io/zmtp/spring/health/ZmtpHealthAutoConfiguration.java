package io.zmtp.spring.health;

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.discovery.Followed;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The health of each socket, and of the listeners that take its messages.
 *
 * @since 0.1
 */
@AutoConfiguration(after = {ZmtpAutoConfiguration.class, ZmtpListenerAutoConfiguration.class})
@ConditionalOnClass({ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("zmtp")
@Import(SocketWatch.class)
public final class ZmtpHealthAutoConfiguration {

    ZmtpHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "zmtpHealthContributor")
    ReactiveHealthContributor zmtpHealthContributor(
            ZmtpSockets sockets,
            SocketWatch watch,
            Followed followed,
            ZmtpProperties properties,
            ObjectProvider<ZmtpListenerRegistry> listeners) {
        Duration grace = properties.health().grace();
        ZmtpListenerRegistry registry = listeners.getIfAvailable();
        return new SocketsHealth(
                sockets,
                name -> !Boolean.FALSE.equals(
                        properties.socket(sockets.replays().keyOf(name)).health()),
                (name, socket) -> new ZmtpHealthIndicator(
                        name, socket, watch, followed, grace, new ListenersHealth(name, registry)),
                subscription -> new ReplayHealthIndicator(
                        subscription,
                        watch,
                        grace,
                        properties.health().maxGap(),
                        new ListenersHealth(subscription.name(), registry)));
    }
}
