package io.zmtp.spring.core;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.MimeType;

/**
 * What an {@code Encoder} also is if it writes a value as an array of octets, without a {@code DataBuffer} that would be copied.
 *
 * @since 0.1
 */
public interface OctetEncoder {

    /**
     * Writes a value. Any thread may call.
     *
     * @param value of the type
     * @param contentType the media type to write; the encoder has been asked whether it can
     * @return the octets, which are the caller's from then on; null if {@code Encoder.encodeValue} is to write this value, or
     *     to say why it cannot be written
     */
    byte @Nullable [] encodeOctets(Object value, ResolvableType type, MimeType contentType);
}
