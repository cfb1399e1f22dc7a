package io.zmtp.spring.stream;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.cloud.stream.binder.AbstractExtendedBindingProperties;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/**
 * The keys under {@code spring.cloud.stream.zmtp}: {@code bindings} by name, and {@code default} for those that say nothing.
 *
 * @since 0.1
 */
@ConfigurationProperties("spring.cloud.stream.zmtp")
public class ZmtpExtendedBindingProperties
        extends AbstractExtendedBindingProperties<
                ZmtpConsumerProperties, ZmtpProducerProperties, ZmtpBindingProperties> {

    static final String DEFAULTS = "spring.cloud.stream.zmtp.default";

    /** No bindings yet. */
    public ZmtpExtendedBindingProperties() {}

    @Override
    public String getDefaultsPrefix() {
        return DEFAULTS;
    }

    @Override
    public Map<String, ZmtpBindingProperties> getBindings() {
        return doGetBindings();
    }

    @Override
    public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
        return ZmtpBindingProperties.class;
    }
}
