package io.zmtp.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.zmtp.reactive.metrics.MicrometerRecorder;
import io.zmtp.spring.autoconfigure.DeadLetters;
import io.zmtp.spring.autoconfigure.SocketOptionsCustomizer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.core.ZmtpObservation.Low;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Counts and times what sockets do, tagged with the socket's name, its type and the endpoint, and never with the peer. What
 * observations know too has the keys of theirs.
 *
 * @since 0.1
 */
@AutoConfiguration(
        before = ZmtpAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "zmtp.metrics.enabled", matchIfMissing = true)
public final class ZmtpMetricsAutoConfiguration {

    ZmtpMetricsAutoConfiguration() {}

    /** First, so that a customizer of the application may take another recorder. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SocketOptionsCustomizer zmtpMetricsCustomizer(MeterRegistry registry) {
        // one for each name: every subscriber to a replay has sockets of the same name
        Map<String, MicrometerRecorder> recorders = new ConcurrentHashMap<>();
        return (socket, options) -> options.recorder(recorders.computeIfAbsent(
                socket, name -> MicrometerRecorder.of(registry, Tags.of(Low.DESTINATION.asString(), name))));
    }

    @Bean
    QueueMetrics zmtpQueueMetrics(ZmtpSockets sockets, MeterRegistry registry) {
        return new QueueMetrics(sockets, registry);
    }

    @Bean
    DeliveryMetrics zmtpDeliveryMetrics(ZmtpSockets sockets, DeadLetters deadLetters, MeterRegistry registry) {
        return new DeliveryMetrics(sockets, deadLetters, registry);
    }

    @Bean
    ReplayMetrics zmtpReplayMetrics(ZmtpReplays replays, MeterRegistry registry) {
        return new ReplayMetrics(replays, registry);
    }

    @Bean
    ListenerMetrics zmtpListenerMetrics(ObjectProvider<ZmtpListenerRegistry> listeners, MeterRegistry registry) {
        return new ListenerMetrics(listeners, registry);
    }

    /**
     * Takes the observations of messages from Boot's handler of meters, which stays for all others. An application that has a
     * handler of meters of its own keeps that for messages too.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MetricsProperties.class)
    @ConditionalOnBean({DefaultMeterObservationHandler.class, MetricsProperties.class})
    @ConditionalOnSingleCandidate(MeterObservationHandler.class)
    static class Observations {

        /** Just before Boot's, which is the last: the first one that supports an observation gets it. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE - 1)
        ZmtpMeterObservationHandler zmtpMeterObservationHandler(
                MeterRegistry registry, DefaultMeterObservationHandler others, MetricsProperties properties) {
            boolean longTasks =
                    !properties.getObservations().getIgnoredMeters().contains(IgnoredMeters.LONG_TASK_TIMER);
            return new ZmtpMeterObservationHandler(registry, others, longTasks);
        }
    }
}
