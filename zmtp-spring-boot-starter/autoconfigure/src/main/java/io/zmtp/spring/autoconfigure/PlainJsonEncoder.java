package io.zmtp.spring.autoconfigure;

import io.zmtp.spring.core.OctetEncoder;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.util.MimeType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes objects of plain classes in UTF-8 by one writer, which Spring's encoder makes anew for each. All else is left to that.
 */
final class PlainJsonEncoder extends JacksonJsonEncoder implements OctetEncoder {

    private final ObjectWriter writer;

    PlainJsonEncoder(JsonMapper mapper) {
        super(mapper);
        this.writer = mapper.writer();
    }

    @Override
    public byte @Nullable [] encodeOctets(Object value, ResolvableType type, MimeType contentType) {
        boolean plain = type.getType() == value.getClass()
                && mapperRegistrations == null
                && getJsonEncoding(contentType) == JsonEncoding.UTF8;
        if (!plain) {
            return null;
        }
        try {
            return customizeWriter(writer, contentType, type, null).writeValueAsBytes(value);
        } catch (JacksonException failed) {
            return null; // Spring's encoder fails too, in its own words
        }
    }
}
