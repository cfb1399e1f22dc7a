package io.zmtp.spring.autoconfigure.properties;

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
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.util.ReflectionUtils;

/**
 * The keys that there are, and which of them an unknown one may have been meant to be.
 *
 * @param group which of their elements says what they are for
 * @param keys the elements of each
 */
public record KnownKeys(int group, List<List<String>> keys) {

    /** A name that the user chooses, between the keys of a map. */
    public static final String ANY = "*";

    /** What to do about unknown keys. */
    public static final String REMEDY =
            "Correct the key. docs/spring-properties.md has a table of all keys, and the configuration"
                    + " metadata has them for your editor.";

    /** {@return those under {@code zmtp}} */
    public static KnownKeys ofSockets() {
        List<List<String>> keys = new ArrayList<>();
        collect(ZmtpProperties.class, List.of("zmtp"), keys);
        return new KnownKeys(1, keys);
    }

    /** {@return a line for each unknown key, with what it may have been meant to be, and where it stands} */
    public String describe(Iterable<ConfigurationProperty> unknown) {
        List<String> lines = new ArrayList<>();
        for (ConfigurationProperty each : unknown) {
            List<String> meant = meant(elements(each.getName()));
            if (meant.equals(List.of(each.getName().toString()))) { // Boot leaves it unbound
                lines.add(each.getName() + " has no value: give it one, or leave it out.");
            } else {
                lines.add(each.getName() + " is no key of the starter"
                        + (meant.isEmpty() ? "." : "; did you mean " + String.join(" or ", meant) + "?"));
            }
            if (each.getOrigin() != null) {
                lines.add("    Origin: " + each.getOrigin());
            }
        }
        return String.join(System.lineSeparator(), lines);
    }

    /** {@return the names of keys below a group of a socket, such as replay; none if it is no such group} */
    List<String> below(ConfigurationPropertyName group) {
        List<String> asked = elements(group);
        int size = asked.size();
        boolean isGroup =
                size > this.group + 2 && keys.stream().noneMatch(key -> key.size() == size && begins(key, asked));
        return !isGroup
                ? List.of()
                : keys.stream()
                        .filter(key -> key.size() > size && begins(key, asked))
                        .map(key -> key.get(size))
                        .filter(name -> !name.equals(ANY))
                        .distinct()
                        .sorted()
                        .toList();
    }

    private static boolean begins(List<String> key, List<String> asked) {
        for (int i = 0; i < asked.size(); i++) {
            if (!key.get(i).equals(ANY) && !key.get(i).equals(asked.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The nearest keys, each as it would be written here; at most three. */
    private List<String> meant(List<String> asked) {
        record Near(String key, int distance) {}
        List<Near> near = new ArrayList<>();
        for (List<String> key : keys) {
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
    private int distance(List<String> asked, List<String> key) {
        int size = key.size();
        int sum = asked.size() == size ? 0 : -1;
        for (int i = 0; i < size && sum >= 0; i++) {
            int differ = key.get(i).equals(ANY) ? 0 : differ(asked.get(i), key.get(i));
            sum = differ < 0 ? -1 : sum + differ;
        }
        // Beyond what sockets share, "zmtp.sockets.*", the last name alone counts.
        boolean sameName = uniform(asked.get(asked.size() - 1)).equals(uniform(key.get(size - 1)));
        boolean sameGroup =
                asked.size() > group + 1 && size > group + 1 && asked.get(group).equals(key.get(group));
        return sum < 0 && sameName && sameGroup ? 3 : sum;
    }

    private static String uniform(String name) {
        return name.replace("-", "");
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
            if (!name.isNumericIndex(i)) {
                elements.add(name.getElement(i, Form.DASHED));
            }
        }
        return elements;
    }

    private static void collect(Class<?> type, List<String> path, List<List<String>> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            List<String> key = with(path, SocketKeys.dashed(component.getName()));
            Class<?> value = component.getType();
            Class<?> values = value == Map.class ? valueType(component.getGenericType()) : null;
            if (value.isRecord()) {
                if (mayStandAlone(value)) {
                    keys.add(key);
                }
                collect(value, key, keys);
            } else if (values != null && values.isRecord()) {
                collect(values, with(key, ANY), keys);
            } else {
                keys.add(value == Map.class ? with(key, ANY) : key);
            }
        }
    }

    /** Whether one value may stand for all of it, as in {@code delivery: done}. */
    private static boolean mayStandAlone(Class<?> group) {
        return ReflectionUtils.findMethod(group, "valueOf", String.class) != null;
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
