package io.zmtp.spring.stream;

import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.stream.config.BindingHandlerAdvise.MappingsProvider;
import org.springframework.context.annotation.Bean;

/**
 * Lets {@code spring.cloud.stream.zmtp.default} count for bindings that say nothing themselves.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnClass(MappingsProvider.class)
public final class ZmtpStreamAutoConfiguration {

    ZmtpStreamAutoConfiguration() {}

    @Bean
    MappingsProvider zmtpExtendedPropertiesDefaultMappingsProvider() {
        return () -> Map.of(
                ConfigurationPropertyName.of("spring.cloud.stream.zmtp.bindings"),
                ConfigurationPropertyName.of(ZmtpExtendedBindingProperties.DEFAULTS));
    }
}
