package io.zmtp.reactive.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Octets as tests write and read them. */
public final class Hex {
    private static final int ROW = 16;

    private Hex() {}

    /** Hex digits and {@code 'quoted ASCII'}, blanks between them as you like: {@code "04 06 05'READY'"}. */
    public static byte[] parse(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String[] pieces = text.split("'", -1);
        if (pieces.length % 2 == 0) {
            throw new IllegalArgumentException("a quote is open in: " + text);
        }
        for (int i = 0; i < pieces.length; i++) {
            bytes.writeBytes(
                    i % 2 == 0
                            ? HexFormat.of().parseHex(pieces[i].replaceAll("\\s", ""))
                            : pieces[i].getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    /** Two digits an octet, a blank between: {@code "ff 00 7f"}. */
    public static String of(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /** Rows of an offset, sixteen octets in hex, and the same in ASCII; the first 512 octets. */
    public static String dump(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + " octets");
        int shown = Math.min(bytes.length, 32 * ROW);
        for (int from = 0; from < shown; from += ROW) {
            int to = Math.min(from + ROW, shown);
            StringBuilder ascii = new StringBuilder();
            for (int i = from; i < to; i++) {
                ascii.append(bytes[i] >= ' ' && bytes[i] < 0x7F ? (char) bytes[i] : '.');
            }
            text.append(String.format(
                    "%n  %04x  %-47s  %s", from, HexFormat.ofDelimiter(" ").formatHex(bytes, from, to), ascii));
        }
        return shown < bytes.length ? text + System.lineSeparator() + "  …" : text.toString();
    }
}
