package io.zmtp.spring.autoconfigure.diagnostics;

import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which key an unknown one under {@code zmtp} may have been meant to be; before Boot's own, which has no idea. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownKeyAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    /** A name that the user chooses, between the keys of a map. */
    private static final String ANY = "*";

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        List<List<String>> known = keys();
        StringBuilder description = new StringBuilder();
        for (ConfigurationProperty unbound : cause.getUnboundProperties()) {
            List<String> asked = elements(unbound.getName());
            if (!asked.get(0).equals("zmtp")) {
                return null;
            }
            List<String> meant = meant(asked, known);
            description
                    .append(unbound.getName())
                    .append(" is no key of the starter")
                    .append(meant.isEmpty() ? "." : "; did you mean " + String.join(" or ", meant) + "?")
                    .append(System.lineSeparator());
            if (unbound.getOrigin() != null) {
                description.append("    Origin: ").append(unbound.getOrigin()).append(System.lineSeparator());
            }
        }
        return new FailureAnalysis(
                description.toString().stripTrailing(),
                "Correct the key. The starter's README has a table of all, and the configuration metadata has them for"
                        + " your editor.",
                cause);
    }

    /** The nearest keys, each as it would be written here; at most three. */
    private static List<String> meant(List<String> asked, List<List<String>> known) {
        record Near(String key, int distance) {}
        List<Near> near = new ArrayList<>();
        for (List<String> key : known) {
            int distance = distance(asked, key);
            if (distance >= 0) {
                near.add(new Near(written(key, asked), distance));
            }
        }
        near.sort(Comparator.comparingInt(Near::distance));
        Set<String> best = new LinkedHashSet<>();
        for (Near each : near) {
            if (each.distance == near.get(0).distance && best.size() < 3) {
                best.add(each.key);
            }
        }
        return List.copyOf(best);
    }

    /** How many characters differ; -1 if too many do. A right name in the wrong group is near, too. */
    private static int distance(List<String> asked, List<String> key) {
        int size = key.size();
        if (asked.size() == size) {
            int sum = 0;
            for (int i = 0; i < size; i++) {
                int differ = key.get(i).equals(ANY) ? 0 : differ(asked.get(i), key.get(i));
                if (differ < 0) {
                    return -1;
                }
                sum += differ;
            }
            return sum;
        }
        // Beyond what sockets share, "zmtp.sockets.*", the last name alone counts.
        boolean sameName = asked.get(asked.size() - 1).equals(key.get(size - 1));
        boolean sameGroup = asked.size() > 2 && size > 2 && asked.get(1).equals(key.get(1));
        return sameName && sameGroup ? 3 : -1;
    }

    /** How many characters of two names differ, for "max" and "maximum" two; -1 if too many do. */
    private static int differ(String one, String other) {
        int distance = distance(one, other);
        boolean isLonger = one.startsWith(other) || other.startsWith(one);
        int most = Math.max(2, Math.max(one.length(), other.length()) / 3);
        return isLonger ? Math.min(2, distance) : distance <= most ? distance : -1;
    }

    /** Levenshtein's. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }

    private static String written(List<String> key, List<String> asked) {
        List<String> names = new ArrayList<>(key);
        for (int i = 0; i < names.size() && i < asked.size(); i++) {
            if (names.get(i).equals(ANY)) {
                names.set(i, asked.get(i));
            }
        }
        return String.join(".", names);
    }

    private static List<String> elements(ConfigurationPropertyName name) {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < name.getNumberOfElements(); i++) {
            elements.add(name.getElement(i, Form.DASHED));
        }
        return elements;
    }

    private static List<List<String>> keys() {
        List<List<String>> keys = new ArrayList<>();
        collect(ZmtpProperties.class, List.of("zmtp"), keys);
        return keys;
    }

    private static void collect(Class<?> type, List<String> path, List<List<String>> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            List<String> key = with(path, DataObjectPropertyName.toDashedForm(component.getName()));
            Class<?> value = component.getType();
            Class<?> values = value == Map.class ? valueType(component.getGenericType()) : null;
            if (value.isRecord()) {
                collect(value, key, keys);
            } else if (values != null && values.isRecord()) {
                collect(values, with(key, ANY), keys);
            } else {
                keys.add(value == Map.class ? with(key, ANY) : key);
            }
        }
    }

    private static @Nullable Class<?> valueType(Type map) {
        return map instanceof ParameterizedType typed && typed.getActualTypeArguments()[1] instanceof Class<?> value
                ? value
                : null;
    }

    private static List<String> with(List<String> path, String last) {
        List<String> longer = new ArrayList<>(path);
        longer.add(last);
        return longer;
    }
}
