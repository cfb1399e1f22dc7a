package io.zmtp.samples.cli;

import org.jspecify.annotations.Nullable;

/** Builds a JSON object on one line. */
final class Json {

    private final StringBuilder text = new StringBuilder("{");

    /** Adds a text, unless there is none. */
    Json with(String name, @Nullable String value) {
        if (value != null) {
            quote(name(name), value);
        }
        return this;
    }

    Json with(String name, long value) {
        name(name).append(value);
        return this;
    }

    Json with(String name, double value) {
        name(name).append(value);
        return this;
    }

    private StringBuilder name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(text, name);
        return text.append(':');
    }

    @Override
    public String toString() {
        return text + "}";
    }

    /** Writes a string; what would not survive UTF-8 or a terminal is escaped. */
    static void quote(StringBuilder to, String value) {
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '"' -> to.append("\\\"");
                case '\\' -> to.append("\\\\");
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                default -> {
                    if (Character.isISOControl(character) || isLone(value, i)) {
                        to.append(String.format("\\u%04x", (int) character));
                    } else {
                        to.append(character);
                    }
                }
            }
        }
        to.append('"');
    }

    private static boolean isLone(String value, int at) {
        char character = value.charAt(at);
        if (Character.isHighSurrogate(character)) {
            return at + 1 == value.length() || !Character.isLowSurrogate(value.charAt(at + 1));
        }
        return Character.isLowSurrogate(character) && (at == 0 || !Character.isHighSurrogate(value.charAt(at - 1)));
    }
}
