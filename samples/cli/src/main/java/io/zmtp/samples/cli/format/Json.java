package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Printable;
import org.jspecify.annotations.Nullable;

/** Builds a JSON object on one line. */
public final class Json {

    private final StringBuilder text = new StringBuilder("{");

    /** Adds a text, unless there is none. */
    public Json with(String name, @Nullable String value) {
        if (value != null) {
            quote(name(name), value);
        }
        return this;
    }

    public Json with(String name, long value) {
        name(name).append(value);
        return this;
    }

    public Json with(String name, double value) {
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
    public static void quote(StringBuilder to, String value) {
        to.append('"');
        for (int i = 0; i < value.length(); ) {
            int character = value.codePointAt(i);
            int next = i + Character.charCount(character);
            switch (character) {
                case '"' -> to.append("\\\"");
                case '\\' -> to.append("\\\\");
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                default -> {
                    if (Printable.isPrintable(character)) {
                        to.appendCodePoint(character);
                    } else {
                        to.append(Printable.of(value.substring(i, next)));
                    }
                }
            }
            i = next;
        }
        to.append('"');
    }
}
