package io.zmtp.spring;

import io.zmtp.spring.autoconfigure.properties.SocketRules;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The configuration metadata as a table in Markdown: those of sockets first, which may all stand in the defaults too. */
final class PropertyTable {

    private static final String DEFAULTS = "zmtp.defaults.";
    private static final String SOCKETS = "zmtp.sockets.";
    private static final String SOCKET = "zmtp.sockets.*.";

    private static final Pattern FOR = Pattern.compile(" For ([^.]*)[.]$");

    private PropertyTable() {}

    static String generate() throws IOException {
        JsonNode metadata;
        try (InputStream json =
                PropertyTable.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            metadata = JsonMapper.shared().readTree(json.readAllBytes());
        }
        List<JsonNode> all = StreamSupport.stream(metadata.get("properties").spliterator(), false)
                .toList();
        return rows("For one socket, under `zmtp.sockets.<name>.`", SOCKET, all)
                + rows("For one socket, or under `zmtp.defaults.` for all", DEFAULTS, all)
                + rows("For the application", "", all);
    }

    private static String rows(String title, String prefix, List<JsonNode> all) {
        Map<String, String> rows = new TreeMap<>();
        for (JsonNode property : all) {
            String name = property.get("name").asString();
            boolean general = !name.startsWith(DEFAULTS) && !name.startsWith(SOCKETS) && !name.equals("zmtp.sockets");
            if (prefix.isEmpty() ? general : name.startsWith(prefix)) {
                String key = name.substring(prefix.length());
                String description = property.path("description").asString("");
                String needs = prefix.isEmpty() ? "" : needs(key, description) + " | ";
                rows.put(
                        key,
                        "| `" + key + "` | " + type(property.path("type").asString("")) + " | "
                                + value(property.get("defaultValue")) + " | " + needs
                                + (needs.isEmpty()
                                        ? description
                                        : FOR.matcher(description).replaceFirst("")) + " |\n");
            }
        }
        return title + ":\n\n"
                + (prefix.isEmpty()
                        ? "| key | type | default | |\n|---|---|---|---|\n"
                        : "| key | type | default | needs | |\n|---|---|---|---|---|\n")
                + String.join("", rows.values()) + "\n";
    }

    /** By the rules of the keys; of those for security, by the sentence at the end of their descriptions. */
    private static String needs(String key, String description) {
        Matcher sentence = FOR.matcher(description);
        return SocketRules.keys().contains(key) ? SocketRules.needs(key) : sentence.find() ? sentence.group(1) : "";
    }

    private static String value(JsonNode value) {
        return value == null ? "" : "`" + value.asString() + "`";
    }

    private static String type(String name) {
        if (name.startsWith("java.util.List<")) {
            return "list";
        }
        if (name.startsWith("java.util.Map<")) {
            return "map";
        }
        try {
            Class<?> type = Class.forName(name);
            if (type.isEnum()) {
                return Arrays.stream(type.getEnumConstants())
                        .map(each ->
                                "`" + each.toString().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
                        .collect(Collectors.joining(" "));
            }
            return type.getSimpleName().toLowerCase(Locale.ROOT);
        } catch (ClassNotFoundException unknown) {
            throw new IllegalStateException(unknown);
        }
    }
}
