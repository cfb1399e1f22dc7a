package io.zmtp.spring.stream;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.MimeType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries headers to the peer as one more part at the end of a message, since ZMTP has none. It must be switched on at both
 * sides, by {@code header-mode: headers} of the binding: other peers see it as a part of the message.
 *
 * <pre>
 * 00 "zmtp-headers" 0A   {"contentType":"application/json","device":7}
 * </pre>
 *
 * <p>Behind the line is one JSON object in UTF-8. Texts, numbers, booleans, and lists and maps of them, are as JSON has them;
 * media types, character sets, UUIDs and enums are texts.
 *
 * @since 0.1
 */
public final class HeaderPart {

    /** What the part begins with. */
    public static final Bytes MAGIC = Bytes.utf8("\0zmtp-headers\n");

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<LinkedHashMap<String, Object>> HEADERS = new TypeReference<>() {};

    /**
     * Names that mean something within one application only, or that steer its functions and must not come from a peer:
     * where a result is sent, which function is called, what is evaluated.
     */
    private static final List<String> OWN = List.of(
            "id",
            "timestamp",
            "replyChannel",
            "errorChannel",
            "sourceData",
            "target-protocol",
            "zmtp_",
            "scst_",
            "spring.cloud.",
            "spring_cloud_");

    private HeaderPart() {}

    /**
     * Adds the part to a message.
     *
     * @param headers what is neither of one application only nor of a type that the part can carry is left out
     * @param leftOut gets the names of the headers that cannot be carried
     */
    static Message putOn(Message message, Map<String, Object> headers, BiConsumer<String, Class<?>> leftOut) {
        Map<String, Object> carried = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (isOwn(name)) {
                return;
            }
            if (value instanceof MimeType
                    || value instanceof Charset
                    || value instanceof UUID
                    || value instanceof Enum) {
                carried.put(name, value.toString());
            } else if (isJson(value)) {
                carried.put(name, value);
            } else {
                leftOut.accept(name, value.getClass());
            }
        });
        byte[] json = JSON.writeValueAsBytes(carried);
        byte[] part = new byte[MAGIC.size() + json.length];
        MAGIC.copyTo(0, part, 0, MAGIC.size());
        System.arraycopy(json, 0, part, MAGIC.size(), json.length);
        return message.append(Bytes.wrap(part));
    }

    /** Whether a message ends with the part, and has something before it. */
    static boolean isOn(Message message) {
        return message.size() > 1 && message.last().startsWith(MAGIC);
    }

    static Message takeOff(Message message) {
        return Message.received(
                message.parts().subList(0, message.size() - 1), message.peer().orElse(null));
    }

    /**
     * Reads the part of a message that has one.
     *
     * @throws MessageConversionException if it is no JSON object; nothing of it is quoted
     */
    static Map<String, Object> read(Message message) {
        Bytes last = message.last();
        byte[] octets = last.toByteArray();
        try {
            Map<String, Object> headers = JSON.readValue(octets, MAGIC.size(), octets.length - MAGIC.size(), HEADERS);
            if (headers == null) {
                throw unreadable(last, "null");
            }
            headers.entrySet().removeIf(header -> header.getValue() == null || isOwn(header.getKey()));
            return headers;
        } catch (JacksonException wrong) {
            throw unreadable(last, wrong.getClass().getName());
        }
    }

    private static MessageConversionException unreadable(Bytes part, String what) {
        return new MessageConversionException("part for headers: expected a JSON object behind its first line, but the "
                + (part.size() - MAGIC.size()) + " octets there are none: " + what);
    }

    private static boolean isOwn(String name) {
        return OWN.stream().anyMatch(own -> isPrefix(own) ? name.startsWith(own) : name.equals(own));
    }

    private static boolean isPrefix(String own) {
        return own.endsWith("_") || own.endsWith(".");
    }

    private static boolean isJson(Object value) {
        Predicate<Object> each = HeaderPart::isJson;
        if (value instanceof Collection<?> list) {
            return list.stream().allMatch(each);
        }
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream().allMatch(String.class::isInstance)
                    && map.values().stream().allMatch(each);
        }
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }
}
