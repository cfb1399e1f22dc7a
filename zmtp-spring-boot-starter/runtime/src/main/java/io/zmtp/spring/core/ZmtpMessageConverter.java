package io.zmtp.spring.core;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.codec.Encoder;
import org.springframework.core.codec.Hints;
import org.springframework.core.codec.StringDecoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.MimeType;

/**
 * Converts between payloads and objects with Spring's encoders and decoders. {@code Message} and {@code Bytes} pass
 * unchanged. The media type is not on the wire: both sides must agree on it.
 *
 * @since 0.1
 */
public final class ZmtpMessageConverter {

    private static final DataBufferFactory BUFFERS = DefaultDataBufferFactory.sharedInstance;

    /** That of Spring; a subclass may read in another way. By its name, since an application may lack it. */
    private static final String JSON_DECODER = "org.springframework.http.codec.json.JacksonJsonDecoder";

    /** Codecs log what they convert, at DEBUG. */
    private static final Map<String, Object> HINTS = Map.of(Hints.SUPPRESS_LOGGING_HINT, true);

    /** How objects of a class are written. */
    private record Writing(MimeType contentType, ResolvableType type, Encoder<Object> encoder) {

        Bytes write(Object payload) {
            if (encoder instanceof OctetEncoder direct) {
                byte[] octets = direct.encodeOctets(payload, type, contentType);
                if (octets != null) {
                    return Bytes.wrap(octets);
                }
            }
            return take(encoder.encodeValue(payload, BUFFERS, type, contentType, HINTS));
        }
    }

    private record Latest(Class<?> of, Writing writing) {}

    private final List<Encoder<?>> encoders;
    private final List<Decoder<?>> decoders;

    /** How the last object was written: the next one's class is mostly the same. */
    private volatile @Nullable Latest latest;

    /** By class: as the latest object of it was written. Given up when memory is short. */
    private final Map<Class<?>, Writing> writings = new ConcurrentReferenceHashMap<>();

    /**
     * A converter of these codecs; the first that can is taken.
     *
     * @param encoders for objects that are sent
     * @param decoders for payloads that came
     */
    public ZmtpMessageConverter(List<Encoder<?>> encoders, List<Decoder<?>> decoders) {
        this.encoders = List.copyOf(encoders);
        this.decoders = List.copyOf(decoders);
    }

    /**
     * Makes a message of an object.
     *
     * @param payload a {@code Message}, or what becomes the only part of one
     * @param contentType the media type to write
     * @throws ZmtpConfigurationException if no encoder can
     */
    public Message toMessage(Object payload, MimeType contentType) {
        return payload instanceof Message message ? message : Message.of(toBytes(payload, contentType));
    }

    /** As {@link #toMessage}, for a part. */
    public Bytes toBytes(Object payload, MimeType contentType) {
        if (payload instanceof Bytes bytes) {
            return bytes;
        }
        Writing writing = writing(payload, contentType);
        try {
            return writing.write(payload);
        } catch (Error error) {
            throw failed("write", writing.type(), error);
        }
    }

    /** What was found for the class before, unless the object says itself of which type it is. */
    private Writing writing(Object payload, MimeType contentType) {
        Class<?> of = payload.getClass();
        Latest last = latest;
        if (last != null && last.of() == of && last.writing().contentType().equals(contentType)) {
            return last.writing();
        }
        Writing known = writings.get(of);
        if (known != null && known.contentType().equals(contentType)) {
            latest = new Latest(of, known);
            return known;
        }
        ResolvableType type = ResolvableType.forInstance(payload);
        Writing found = new Writing(contentType, type, encoder(type, contentType));
        if (!(payload instanceof ResolvableTypeProvider)) {
            writings.put(of, found);
        }
        return found;
    }

    /**
     * Makes an object of a message.
     *
     * @param type {@code Message}, {@code Bytes}, or what its last part is converted to
     * @param contentType the media type to read
     * @throws ZmtpConfigurationException if no decoder can
     * @throws DecodingException if the part is not as the decoder wants it; nothing of it is quoted
     */
    public Object fromMessage(Message message, ResolvableType type, MimeType contentType) {
        return reader(type, contentType).apply(message);
    }

    /**
     * As {@link #fromMessage}, for many messages: what can be looked up is looked up here, once.
     *
     * @return may be called by several threads at a time
     * @throws ZmtpConfigurationException if no decoder can
     */
    public Function<Message, Object> reader(ResolvableType type, MimeType contentType) {
        Reading reading = reading(type, contentType);
        return message -> {
            Object value = reading.read(message);
            if (value == null) {
                throw new IllegalArgumentException("payload: expected " + type + ", but the part is empty");
            }
            return value;
        };
    }

    /**
     * As {@link #reader}, for messages that may say nothing.
     *
     * @return gives null if the last part of a message is empty, and that is no value of the type
     */
    public Function<Message, @Nullable Object> replyReader(ResolvableType type, MimeType contentType) {
        Reading reading = reading(type, contentType);
        return message -> {
            try {
                return reading.read(message);
            } catch (UnreadablePayloadException unreadable) {
                if (message.last().isEmpty()) {
                    return null;
                }
                throw unreadable;
            }
        };
    }

    private interface Reading {
        @Nullable
        Object read(Message message);
    }

    private Reading reading(ResolvableType type, MimeType contentType) {
        Class<?> target = type.toClass();
        if (target == Message.class) {
            return message -> message;
        }
        if (target == Bytes.class) {
            return Message::last;
        }
        Decoder<?> decoder = decoder(type, contentType);
        if (decoder instanceof StringDecoder) { // which logs what it reads whatever the hints say
            Charset given = contentType.getCharset();
            Charset charset = given == null ? StringDecoder.DEFAULT_CHARSET : given;
            return message -> new String(message.last().toByteArray(), charset);
        }
        if (decoder instanceof ByteArrayDecoder) {
            return message -> message.last().toByteArray();
        }
        Reading decoding = message -> decode(decoder, message.last(), type, contentType);
        JsonReading json = decoder.getClass().getName().equals(JSON_DECODER) ? JsonReading.of(decoder, type) : null;
        return json == null
                ? decoding
                : message -> {
                    try {
                        return json.read(message.last().toByteArray());
                    } catch (RuntimeException | Error unreadable) {
                        return decoding.read(message); // which fails as any other decoder does
                    }
                };
    }

    private static @Nullable Object decode(Decoder<?> decoder, Bytes part, ResolvableType type, MimeType contentType) {
        try {
            return decoder.decode(buffer(part), type, contentType, HINTS);
        } catch (DecodingException quoting) {
            throw new UnreadablePayloadException(part, type, contentType, quoting);
        } catch (Error error) {
            throw failed("read", type, error);
        }
    }

    private static DataBuffer buffer(Bytes bytes) {
        return BUFFERS.wrap(bytes.toByteArray());
    }

    private static Bytes take(DataBuffer buffer) {
        byte[] octets = new byte[buffer.readableByteCount()];
        buffer.read(octets);
        DataBufferUtils.release(buffer);
        return Bytes.wrap(octets);
    }

    @SuppressWarnings("unchecked")
    private Encoder<Object> encoder(ResolvableType type, MimeType contentType) {
        for (Encoder<?> encoder : encoders) {
            if (encoder.canEncode(type, contentType)) {
                return (Encoder<Object>) encoder;
            }
        }
        throw cannot("write", type, contentType);
    }

    private Decoder<?> decoder(ResolvableType type, MimeType contentType) {
        for (Decoder<?> decoder : decoders) {
            if (decoder.canDecode(type, contentType)) {
                return decoder;
            }
        }
        throw cannot("read", type, contentType);
    }

    /** A message that is too deep or too large for a codec fails alone: Reactor lets errors of the JVM through. */
    private static MessageConversionException failed(String what, ResolvableType type, Error error) {
        return new MessageConversionException("could not " + what + " " + type + ": " + error, error);
    }

    private static ZmtpConfigurationException cannot(String what, ResolvableType type, @Nullable MimeType contentType) {
        return new ZmtpConfigurationException(
                "No codec can " + what + " " + type + " as " + contentType + ".",
                "For JSON add spring-boot-starter-jackson and spring-web; else add a bean of Spring's Encoder or Decoder,"
                        + " or set zmtp.sockets.<name>.content-type.");
    }
}
