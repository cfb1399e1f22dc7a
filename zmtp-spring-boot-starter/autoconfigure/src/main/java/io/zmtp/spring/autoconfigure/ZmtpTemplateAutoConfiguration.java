package io.zmtp.spring.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.client.ZmtpServices;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.template.ZmtpBlockingTemplate;
import io.zmtp.spring.template.ZmtpTemplate;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * A {@link ZmtpTemplate}, its blocking twin, and what makes declarative clients of it.
 *
 * @since 0.1
 */
@AutoConfiguration(
        after = {ZmtpAutoConfiguration.class, ZmtpCodecAutoConfiguration.class},
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
public final class ZmtpTemplateAutoConfiguration {

    ZmtpTemplateAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ZmtpTemplate zmtpTemplate(
            ZmtpSockets sockets,
            ZmtpMessageConverter converter,
            ZmtpProperties properties,
            ObjectProvider<ObservationRegistry> observations,
            BeanFactory beans) {
        return new ZmtpTemplate(
                sockets,
                converter,
                ZmtpListenerAutoConfiguration.contentTypes(properties),
                ZmtpListenerAutoConfiguration.observed(properties, observations, beans));
    }

    @Bean
    @ConditionalOnMissingBean
    ZmtpBlockingTemplate zmtpBlockingTemplate(ZmtpTemplate template, ZmtpProperties properties) {
        return new ZmtpBlockingTemplate(template, properties.rpc().timeout());
    }

    @Bean
    @ConditionalOnMissingBean
    ZmtpServices zmtpServices(ZmtpTemplate template, ZmtpProperties properties) {
        return new ZmtpServices(template, properties.rpc().timeout());
    }
}
