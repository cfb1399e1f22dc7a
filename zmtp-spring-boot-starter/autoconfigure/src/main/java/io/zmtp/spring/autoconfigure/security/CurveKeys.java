package io.zmtp.spring.autoconfigure.security;

import io.zmtp.reactive.Bytes;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Reads keys of CURVE from properties and files. Z85 uses dollars, braces and colons, so that Spring may have replaced a part
 * of a key as a placeholder. In that case the value is taken as it stands in its property source.
 */
public final class CurveKeys {

    private static final String HEX = "hex:";
    private static final int HEX_LENGTH = 64;
    private static final int Z85_LENGTH = 40;
    private static final String Z85_CHARACTERS =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    /** In a certificate, or behind its name alone. */
    private static final Pattern NAMED = Pattern.compile("secret(?:-key\\s*=\\s*\"|:\\s*)(\\S{40})");

    private final Environment environment;
    private final ResourceLoader resources;

    public CurveKeys(Environment environment, ResourceLoader resources) {
        this.environment = environment;
        this.resources = resources;
    }

    /**
     * Reads a key.
     *
     * @param socket the name of the socket
     * @param bundle the name of the bundle that it may be from
     * @param name the last of the property's name, such as {@code server-key}
     * @param value what was bound
     */
    Bytes read(String socket, @Nullable String bundle, String name, String value) {
        Bytes bound = parse(value);
        if (bound != null) {
            return bound;
        }
        String key = "security." + name;
        for (String place :
                List.of("sockets." + socket + "." + key, "defaults." + key, "curve.bundles." + bundle + "." + name)) {
            Bytes asWritten = parse(raw("zmtp." + place));
            if (asWritten != null) {
                return asWritten;
            }
        }
        throw new ZmtpConfigurationException(
                "zmtp.sockets." + socket + "." + key + " is no key: " + flaw(value) + ".",
                "Write 40 characters of Z85 in quotes, or hex: and 64 hexadecimal digits. If the key contains ${, a part of"
                        + " it was taken for a placeholder: use the hexadecimal form, or a file for secret keys"
                        + " (security.secret-key-location).");
    }

    /** Reads a secret key from a file that has it alone, or as a certificate or {@code zmtp keygen} does. */
    Bytes readFile(String socket, String location) {
        String text;
        try {
            text = resources.getResource(location).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new ZmtpConfigurationException(
                    "The secret key of the ZMTP socket '" + socket + "' cannot be read from " + location + ".",
                    "Correct zmtp.sockets." + socket + ".security.secret-key-location, or the rights of the file.",
                    unreadable);
        }
        Matcher named = NAMED.matcher(text);
        String found = named.find() ? named.group(1) : text.strip();
        Bytes key = parse(found);
        if (key == null) {
            throw new ZmtpConfigurationException(
                    location + " holds no secret key for the ZMTP socket '" + socket + "': " + flaw(found) + ".",
                    "It must hold 40 characters of Z85, or hex: and 64 digits, alone, as secret-key = \"…\" or as secret: ….");
        }
        return key;
    }

    /** What is wrong with a text that {@link #parse} refuses; nothing of it is quoted, as it may be a secret. */
    private static String flaw(String text) {
        boolean hex = text.startsWith(HEX);
        String digits = hex ? text.substring(HEX.length()) : text;
        int expected = hex ? HEX_LENGTH : Z85_LENGTH;
        if (digits.length() != expected) {
            return hex
                    ? "behind hex: there are " + digits.length()
                            + " characters, but 64 hexadecimal digits were expected"
                    : "it has " + digits.length() + " characters, but 40 of Z85 were expected";
        }
        for (int i = 0; i < expected; i++) {
            char each = digits.charAt(i);
            if (hex ? !HexFormat.isHexDigit(each) : Z85_CHARACTERS.indexOf(each) < 0) {
                return "character " + (i + 1) + (hex ? " behind hex: is no hexadecimal digit" : " is none of Z85");
            }
        }
        return "its 40 characters of Z85 stand for no octets: five of them are more than 2^32 - 1";
    }

    static @Nullable Bytes parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Bytes key = text.startsWith(HEX)
                    ? Bytes.hex(text.substring(HEX.length()))
                    : text.length() == Z85_LENGTH ? Bytes.z85(text) : Bytes.EMPTY;
            return key.size() == 32 ? key : null;
        } catch (IllegalArgumentException noKey) {
            return null;
        }
    }

    private @Nullable String raw(String name) {
        ConfigurationPropertyName asked = ConfigurationPropertyName.adapt(name, '.');
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(asked);
            if (property != null) {
                return property.getValue().toString();
            }
        }
        return null;
    }
}
