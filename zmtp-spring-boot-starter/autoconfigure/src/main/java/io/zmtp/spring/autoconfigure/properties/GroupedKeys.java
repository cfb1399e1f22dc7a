package io.zmtp.spring.autoconfigure.properties;

import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.List;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Refuses a value, or nothing, where a socket has a group of keys, as in {@code replay: true}: the one fails to be bound with a
 * text about converters, the other is ignored, so that a socket would be without what it seems to have.
 */
public final class GroupedKeys {

    private static final ConfigurationPropertyName SOCKETS = ConfigurationPropertyName.of("zmtp.sockets");

    private static final KnownKeys KNOWN = KnownKeys.ofSockets();

    private GroupedKeys() {}

    /**
     * Looks through the keys of all sockets.
     *
     * @throws ZmtpConfigurationException that names the first group that is none, and its keys
     */
    public static void check(Environment environment) {
        UnboundElementsSourceFilter files = new UnboundElementsSourceFilter();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource keys && files.apply(source)) {
                keys.stream().filter(SOCKETS::isAncestorOf).forEach(key -> check(keys, key));
            }
        }
    }

    private static void check(ConfigurationPropertySource source, ConfigurationPropertyName key) {
        List<String> below = KNOWN.below(key);
        if (below.isEmpty()) {
            return;
        }
        ConfigurationProperty property = source.getConfigurationProperty(key);
        if (property != null) {
            boolean isEmpty = String.valueOf(property.getValue()).isBlank();
            ConfigurationPropertyName group = key.isLastElementIndexed() ? key.getParent() : key;
            throw new ZmtpConfigurationException(
                    group + (isEmpty ? " is empty" : " has a value") + ", but it is a group of keys: "
                            + String.join(", ", below) + "."
                            + (property.getOrigin() == null ? "" : " Origin: " + property.getOrigin()),
                    "Write its keys below it, as in " + group + "." + below.get(0) + ", or remove it.");
        }
    }
}
