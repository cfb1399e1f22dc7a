package io.zmtp.spring.stream;

import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.stream.config.BindingHandlerAdvise.MappingsProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Lets {@code spring.cloud.stream.zmtp.default} count for bindings that say nothing themselves, and refuses unknown keys.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnClass(MappingsProvider.class)
public final class ZmtpStreamAutoConfiguration {

    ZmtpStreamAutoConfiguration() {}

    @Bean
    MappingsProvider zmtpExtendedPropertiesDefaultMappingsProvider(Environment environment) {
        BindingKeys.check(environment);
        return () -> Map.of(
                ConfigurationPropertyName.of("spring.cloud.stream.zmtp.bindings"),
                ConfigurationPropertyName.of(ZmtpExtendedBindingProperties.DEFAULTS));
    }
}
