package io.zmtp.spring.discovery;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Finds services by Spring Cloud's discovery clients, where an application has one.
 *
 * @since 0.1
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration",
            "org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClientAutoConfiguration"
        })
@ConditionalOnClass({DiscoveryClient.class, ReactiveDiscoveryClient.class})
public final class ZmtpDiscoveryAutoConfiguration {

    ZmtpDiscoveryAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(ZmtpServiceDiscovery.class)
    @Conditional(AnyClient.class)
    CloudDiscovery zmtpServiceDiscovery(
            ObjectProvider<ReactiveDiscoveryClient> reactive, ObjectProvider<DiscoveryClient> blocking) {
        return new CloudDiscovery(reactive.getIfAvailable(), blocking.getIfAvailable());
    }

    static final class AnyClient extends AnyNestedCondition {

        AnyClient() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnBean(ReactiveDiscoveryClient.class)
        static final class Reactive {}

        @ConditionalOnBean(DiscoveryClient.class)
        static final class Blocking {}
    }
}
