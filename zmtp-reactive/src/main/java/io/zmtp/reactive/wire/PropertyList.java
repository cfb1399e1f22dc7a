package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metadata as octets: for each property the size of its name, the name, the size of the value in four octets, the
 * value.
 */
final class PropertyList {
    private static final String SECTION = "RFC 37, The NULL Security Mechanism";

    private PropertyList() {}

    static Metadata read(Bytes octets, int from) {
        ByteBuffer in = octets.asByteBuffer().position(from);
        // Into a map first: adding one by one to an immutable value would take quadratic time, at the peer's choice.
        Map<String, Bytes> properties = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            String name = name(in);
            if (in.remaining() < 4) {
                throw malformed("expected four octets of value size after the name " + name + ", but there are "
                        + in.remaining());
            }
            int size = in.getInt();
            if (size < 0) {
                throw malformed("expected a value of at most 2^31 - 1 octets for " + name + ", but its size is "
                        + Integer.toUnsignedString(size));
            }
            if (size > in.remaining()) {
                throw malformed(
                        "expected a value of " + size + " octets for " + name + ", but there are " + in.remaining());
            }
            properties.putIfAbsent(name, octets.slice(in.position(), in.position() + size));
            in.position(in.position() + size);
        }
        return Metadata.received(properties);
    }

    private static String name(ByteBuffer in) {
        int size = in.get() & 0xff;
        if (size == 0) {
            throw malformed("expected a property name of 1 to " + Metadata.MAX_NAME + " octets, but it is empty");
        }
        if (size > in.remaining()) {
            throw malformed("expected a property name of " + size + " octets, but there are " + in.remaining());
        }
        byte[] name = new byte[size];
        in.get(name);
        // More than the grammar allows, as libzmq accepts any "X-" name of its users, except what could forge a line of
        // a
        // log.
        for (byte octet : name) {
            if (octet < ' ' || octet > '~') {
                throw malformed("expected a property name of printable ASCII, but it is " + Bytes.wrap(name));
            }
        }
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private static ZmtpProtocolException malformed(String message) {
        return new ZmtpProtocolException(message, SECTION);
    }
}
