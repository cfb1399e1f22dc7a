package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Routing ids as text. One that does not print as text is written {@code 0x…}, and so is one that looks like that, so
 * that what is printed can be typed again.
 */
public final class PeerId {

    private static final String HEX = "0x";

    private PeerId() {}

    public static String text(Bytes id) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(id.asByteBuffer())
                    .toString();
            if (!text.isEmpty() && !text.startsWith(HEX) && Printable.isPrintable(text)) {
                return text;
            }
        } catch (CharacterCodingException binary) {
            // written in hex
        }
        return HEX + id.hex();
    }

    public static Bytes parse(Bytes written) {
        ByteBuffer octets = written.asByteBuffer();
        if (octets.remaining() < 2 || octets.get(0) != '0' || octets.get(1) != 'x') {
            return written;
        }
        try {
            return Bytes.hex(written.utf8().substring(2));
        } catch (IllegalArgumentException e) {
            throw new BadInput("expected pairs of hexadecimal digits after 0x in the id, but it is " + written);
        }
    }
}
