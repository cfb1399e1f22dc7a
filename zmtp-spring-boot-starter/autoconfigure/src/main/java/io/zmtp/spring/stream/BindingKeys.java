package io.zmtp.spring.stream;

import io.zmtp.spring.autoconfigure.properties.KnownKeys;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/** Refuses unknown keys of bindings, which Cloud Stream leaves out without a word: it binds those of each binding alone. */
final class BindingKeys {

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("spring.cloud.stream.zmtp");
    private static final int BINDING = PREFIX.getNumberOfElements() + 1;

    private BindingKeys() {}

    /**
     * Checks what the application says.
     *
     * @throws ZmtpConfigurationException that names all unknown ones, and what they may have been meant to be
     */
    static void check(Environment environment) {
        UnboundElementsSourceFilter meant = new UnboundElementsSourceFilter(); // not all that a system has
        List<ConfigurationProperty> unknown = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names && meant.apply(source)) {
                names.filter(name -> PREFIX.isAncestorOf(name) && !isKnown(name)).stream()
                        .map(names::getConfigurationProperty)
                        .filter(property -> !isWithoutBindings(property))
                        .forEach(unknown::add);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ZmtpConfigurationException(
                    new KnownKeys(BINDING - 1, keys()).describe(unknown), KnownKeys.REMEDY);
        }
    }

    /** In YAML {@code bindings:} with nothing below it, as above comments, is a key without a value. */
    private static boolean isWithoutBindings(ConfigurationProperty property) {
        return property.getName().equals(PREFIX.append("bindings")) && "".equals(property.getValue());
    }

    /** A list has numbers behind its key, and the name of a binding may have dots. */
    private static boolean isKnown(ConfigurationPropertyName name) {
        int size = name.getNumberOfElements();
        while (name.isNumericIndex(size - 1)) {
            size--;
        }
        String group = name.getElement(BINDING - 1, Form.DASHED);
        int least = BINDING + (group.equals("bindings") ? 3 : 2);
        if (size < least) {
            return false;
        }
        List<String> last = List.of(name.getElement(size - 2, Form.UNIFORM), name.getElement(size - 1, Form.UNIFORM));
        return (group.equals("bindings") || (group.equals("default") && size == least))
                && keys().stream()
                        .map(key -> key.subList(key.size() - 2, key.size()).stream()
                                .map(each -> each.replace("-", ""))
                                .toList())
                        .anyMatch(last::equals);
    }

    private static List<List<String>> keys() {
        return Stream.concat(
                        keys("consumer", ZmtpConsumerProperties.class), keys("producer", ZmtpProducerProperties.class))
                .toList();
    }

    private static Stream<List<String>> keys(String side, Class<?> type) {
        return Stream.of(BeanUtils.getPropertyDescriptors(type))
                .filter(property -> property.getWriteMethod() != null)
                .map(PropertyDescriptor::getName)
                .map(DataObjectPropertyName::toDashedForm)
                .flatMap(key -> Stream.of(
                        List.of("spring", "cloud", "stream", "zmtp", "bindings", KnownKeys.ANY, side, key),
                        List.of("spring", "cloud", "stream", "zmtp", "default", side, key)));
    }
}
