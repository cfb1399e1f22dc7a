package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Parts split by a tab, with the escapes of C for what does not print: {@code \\t}, {@code \\n}, {@code \\r}, {@code \\0},
 * {@code \\\\}, and {@code \\x} with two hexadecimal digits for any octet. Nothing is lost, and no message moves the cursor.
 */
final class QuotedFormat extends LineFormat {

    private static final byte BACKSLASH = '\\';
    private static final String SHORT = "tnr0\\";
    private static final String MEANT = "\t\n\r\0\\";

    private final Lead lead;

    QuotedFormat(Lead lead) {
        this.lead = lead;
    }

    @Override
    public Message parse(byte[] line) {
        List<Bytes> parts = split(line);
        parts.replaceAll(QuotedFormat::unquote);
        if (lead == Lead.PEER_ID) {
            parts.set(0, PeerId.parse(parts.get(0)));
        }
        return Message.of(parts);
    }

    private static Bytes unquote(Bytes quoted) {
        ByteBuffer in = quoted.asByteBuffer();
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.remaining());
        while (in.hasRemaining()) {
            byte octet = in.get();
            out.write(octet == BACKSLASH ? escaped(in) : octet);
        }
        return Bytes.wrap(out.toByteArray());
    }

    private static int escaped(ByteBuffer in) {
        char letter = in.hasRemaining() ? (char) in.get() : ' ';
        if (letter == 'x' && in.remaining() >= 2) {
            int octet = Character.digit(in.get(), 16) * 16 + Character.digit(in.get(), 16);
            if (octet >= 0) {
                return octet;
            }
        }
        int known = SHORT.indexOf(letter);
        if (known < 0) {
            throw new BadInput(
                    "expected \\t, \\n, \\r, \\0, \\\\, or \\x and two hexadecimal digits, but another \\ came");
        }
        return MEANT.charAt(known);
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < message.size(); i++) {
            if (i > 0) {
                line.append('\t');
            }
            if (i == 0 && lead == Lead.PEER_ID) {
                line.append(PeerId.text(message.first()));
            } else {
                quote(message.part(i).asByteBuffer(), line);
            }
        }
        out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A character at a time; octets that are no UTF-8 one by one. */
    private static void quote(ByteBuffer octets, StringBuilder line) {
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(octets.remaining());
        while (octets.hasRemaining()) {
            text.clear();
            int wrong = utf8.reset().decode(octets, text, true).isError() ? 1 : 0;
            text.flip().codePoints().forEach(character -> quote(character, line));
            for (; wrong > 0; wrong--) {
                hex(octets.get(), line);
            }
        }
    }

    private static void quote(int character, StringBuilder line) {
        int known = MEANT.indexOf(character);
        if (known >= 0) {
            line.append('\\').append(SHORT.charAt(known));
            return;
        }
        String text = Character.toString(character);
        if (Printable.isPrintable(text)) {
            line.append(text);
        } else {
            for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
                hex(octet, line);
            }
        }
    }

    private static void hex(byte octet, StringBuilder line) {
        line.append(String.format("\\x%02x", octet));
    }
}
