package io.zmtp.spring.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.Decoder;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.util.MimeType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one type of JSON as Spring's decoder does, with a reader that is made once: the decoder makes one for each value.
 * Its class needs Jackson and spring-web.
 */
record JsonReading(ObjectReader reader) {

    /** {@return null if the decoder has mappers of their own for some types, and so may choose another} */
    static @Nullable JsonReading of(Decoder<?> decoder, ResolvableType type) {
        JacksonJsonDecoder json = (JacksonJsonDecoder) decoder;
        Map<MimeType, JsonMapper> others = json.getMappersForType(type.toClass());
        if (others != null && !others.isEmpty()) {
            return null;
        }
        JsonMapper mapper = json.getMapper();
        Class<?> context =
                type.getSource() instanceof MethodParameter parameter ? parameter.getContainingClass() : null;
        return new JsonReading(
                mapper.readerFor(mapper.constructType(GenericTypeResolver.resolveType(type.getType(), context))));
    }

    @Nullable
    Object read(byte[] octets) {
        return reader.readValue(octets);
    }
}
