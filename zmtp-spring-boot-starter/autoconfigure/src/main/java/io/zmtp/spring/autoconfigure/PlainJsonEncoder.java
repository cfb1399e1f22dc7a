package io.zmtp.spring.autoconfigure;

import io.zmtp.spring.core.OctetEncoder;
import java.io.OutputStream;
import java.util.Arrays;
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

    private static final byte[] NONE = {};

    private final ObjectWriter writer;

    private record Charset(MimeType contentType, boolean isUtf8) {}

    /** That of the last media type, which mostly is the next one's too. */
    private volatile @Nullable Charset last;

    PlainJsonEncoder(JsonMapper mapper) {
        super(mapper);
        this.writer = mapper.writer();
    }

    @Override
    public byte @Nullable [] encodeOctets(Object value, ResolvableType type, MimeType contentType) {
        boolean plain = type.getType() == value.getClass() && mapperRegistrations == null && isUtf8(contentType);
        if (!plain) {
            return null;
        }
        try {
            Octets octets = new Octets();
            customizeWriter(writer, contentType, type, null).writeValue(octets, value);
            return octets.all();
        } catch (JacksonException failed) {
            return null; // Spring's encoder fails too, in its own words
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isUtf8(MimeType contentType) {
        Charset known = last;
        if (known == null || known.contentType() != contentType) {
            known = new Charset(contentType, getJsonEncoding(contentType) == JsonEncoding.UTF8);
            last = known;
        }
        return known.isUtf8();
    }

    /**
     * What a generator writes: mostly once, out of its own buffer, so that it is copied once. Jackson's own way to an array
     * borrows a second buffer and copies twice.
     */
    private static final class Octets extends OutputStream {

        private byte[] written = NONE;
        private int size;

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            if (size == 0) {
                written = Arrays.copyOfRange(octets, offset, offset + length);
            } else {
                if (written.length - size < length) {
                    written = Arrays.copyOf(written, Math.max(2 * written.length, size + length));
                }
                System.arraycopy(octets, offset, written, size, length);
            }
            size += length;
        }

        byte[] all() {
            return size == written.length ? written : Arrays.copyOf(written, size);
        }
    }
}
