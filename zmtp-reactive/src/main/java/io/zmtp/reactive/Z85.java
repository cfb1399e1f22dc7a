package io.zmtp.reactive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Z85 text (RFC 32): four octets, read as a big-endian number, are five digits of base 85. */
final class Z85 {
    private static final byte[] DIGITS =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[128];
    private static final int BASE = 85;
    private static final int OCTETS = 4;
    private static final int CHARACTERS = 5;

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int value = 0; value < DIGITS.length; value++) {
            VALUES[DIGITS[value]] = (byte) value;
        }
    }

    private Z85() {}

    static String encode(byte[] octets) {
        if (octets.length % OCTETS != 0) {
            throw new IllegalArgumentException("Z85: expected a multiple of 4 octets, but there are " + octets.length);
        }
        byte[] text = new byte[octets.length / OCTETS * CHARACTERS];
        for (int from = 0, end = CHARACTERS; from < octets.length; from += OCTETS, end += CHARACTERS) {
            long group = (octets[from] & 0xFFL) << 24
                    | (octets[from + 1] & 0xFF) << 16
                    | (octets[from + 2] & 0xFF) << 8
                    | (octets[from + 3] & 0xFF);
            for (int at = end - 1; at >= end - CHARACTERS; at--) {
                text[at] = DIGITS[(int) (group % BASE)];
                group /= BASE;
            }
        }
        return new String(text, StandardCharsets.US_ASCII);
    }

    // The messages name a place and one character at most: the text may be a secret key.
    static byte[] decode(String text) {
        if (text.length() % CHARACTERS != 0) {
            throw new IllegalArgumentException(
                    "Z85: expected a multiple of 5 characters, but there are " + text.length());
        }
        byte[] octets = new byte[text.length() / CHARACTERS * OCTETS];
        for (int from = 0, at = 0; from < text.length(); from += CHARACTERS, at += OCTETS) {
            long group = 0;
            for (int index = from; index < from + CHARACTERS; index++) {
                group = group * BASE + value(text, index);
            }
            if (group > 0xFFFF_FFFFL) {
                throw new IllegalArgumentException(
                        "Z85: expected at most 2^32 - 1, which is what four octets hold, but the five characters from index "
                                + from + " on are more");
            }
            octets[at] = (byte) (group >> 24);
            octets[at + 1] = (byte) (group >> 16);
            octets[at + 2] = (byte) (group >> 8);
            octets[at + 3] = (byte) group;
        }
        return octets;
    }

    private static int value(String text, int index) {
        char character = text.charAt(index);
        int value = character < VALUES.length ? VALUES[character] : -1;
        if (value < 0) {
            throw new IllegalArgumentException(String.format(
                    "Z85: expected a character of its alphabet at index %d, but it is U+%04X", index, (int) character));
        }
        return value;
    }
}
