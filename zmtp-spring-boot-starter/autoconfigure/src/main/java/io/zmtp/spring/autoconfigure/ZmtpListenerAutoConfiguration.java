package io.zmtp.spring.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties.Propagation;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpListenerObservationConvention;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpRequestObservationConvention;
import io.zmtp.spring.core.ZmtpSendObservationConvention;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.ListenerSettings;
import io.zmtp.spring.listener.ZmtpErrorHandler;
import io.zmtp.spring.listener.ZmtpListenerProcessor;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Calls the methods that are annotated with {@code @ZmtpListener}.
 *
 * @since 0.1
 */
@AutoConfiguration(
        after = {ZmtpAutoConfiguration.class, ZmtpCodecAutoConfiguration.class},
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
public final class ZmtpListenerAutoConfiguration {

    ZmtpListenerAutoConfiguration() {}

    @Bean
    static ZmtpListenerProcessor zmtpListenerProcessor() {
        return new ZmtpListenerProcessor();
    }

    @Bean(destroyMethod = "dispose")
    BlockingScheduler zmtpBlockingScheduler(Environment environment) {
        return BlockingScheduler.create(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    ZmtpListenerRegistry zmtpListenerRegistry(
            ZmtpListenerProcessor processor,
            ZmtpSockets sockets,
            ZmtpMessageConverter converter,
            ZmtpProperties properties,
            BlockingScheduler blocking,
            ObjectProvider<ZmtpErrorHandler> errorHandler,
            ObjectProvider<ObservationRegistry> observations,
            ConfigurableListableBeanFactory beans) {
        ZmtpProperties.Listener listener = properties.listener();
        ListenerSettings settings = new ListenerSettings(
                listener.autoStartup(),
                listener.concurrency() == null ? null : positive("concurrency", listener.concurrency()),
                listener.timeout() == null ? null : positive(listener.timeout()),
                positive("max-waiting", listener.maxWaiting()),
                positive("max-waiting-per-peer", listener.maxWaitingPerPeer()),
                contentTypes(properties),
                errorHandler.getIfUnique(() -> handler(listener.onError())),
                blocking.scheduler(),
                blocking.atATime(),
                positive("max-streams", listener.maxStreams()),
                positive("max-streams-per-peer", listener.maxStreamsPerPeer()),
                observed(properties, observations, beans));
        return new ZmtpListenerRegistry(processor, sockets, converter, settings, beans);
    }

    private static int positive(String key, int value) {
        if (value < 1) {
            throw new ZmtpConfigurationException(
                    "zmtp.listener." + key + " is " + value + ".", "Make it a number above zero.");
        }
        return value;
    }

    private static Duration positive(Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new ZmtpConfigurationException(
                    "zmtp.listener.timeout is " + timeout + ".", "Make it a time above zero, as 2s.");
        }
        return timeout;
    }

    private static ZmtpErrorHandler handler(ZmtpProperties.OnError onError) {
        return switch (onError) {
            case CONTINUE -> ZmtpErrorHandler.logging();
            case STOP -> ZmtpErrorHandler.stopping();
            case REPLY -> ZmtpErrorHandler.replying();
        };
    }

    /** With the conventions that are beans, if there is one of a kind. */
    static Observed observed(
            ZmtpProperties properties, ObjectProvider<ObservationRegistry> registry, BeanFactory beans) {
        ZmtpProperties.Observation observation = properties.observation();
        return new Observed(
                observation.enabled()
                        ? registry.getIfAvailable(() -> ObservationRegistry.NOOP)
                        : ObservationRegistry.NOOP,
                observation.propagation() == Propagation.FRAME,
                new Observed.Conventions(
                        beans.getBeanProvider(ZmtpSendObservationConvention.class)
                                .getIfUnique(),
                        beans.getBeanProvider(ZmtpRequestObservationConvention.class)
                                .getIfUnique(),
                        beans.getBeanProvider(ZmtpListenerObservationConvention.class)
                                .getIfUnique()));
    }

    /** The media type of a socket's payloads, by its name. */
    static Function<String, MimeType> contentTypes(ZmtpProperties properties) {
        Map<String, MimeType> own = new HashMap<>();
        properties.sockets().keySet().forEach(name -> own.put(name, contentType(properties.socket(name))));
        MimeType usual = contentType(properties.defaults());
        return socket -> own.getOrDefault(socket, usual);
    }

    private static MimeType contentType(SocketProperties socket) {
        String type = socket.contentType();
        return type == null ? MimeTypeUtils.APPLICATION_JSON : MimeTypeUtils.parseMimeType(type);
    }
}
