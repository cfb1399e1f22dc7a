package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads JSON arrays of strings, and nothing else of JSON.
 *
 * <p>JSON has no octets. Those that are no UTF-8 become lone surrogates, U+DC80 to U+DCFF, as in Python's
 * {@code surrogateescape}, and come back as what they were.
 */
public final class JsonStrings {

    private static final int ESCAPE = 0xdc00;

    private final String text;
    private int at;

    private JsonStrings(String text) {
        this.text = text;
    }

    public static List<String> parse(String text) {
        return new JsonStrings(text).array();
    }

    private List<String> array() {
        List<String> strings = new ArrayList<>();
        expect('[', "an array of strings");
        if (peek() == ']') {
            at++;
        } else {
            do {
                expect('"', "a string");
                strings.add(string());
            } while (take(','));
            expect(']', "a comma or the end of the array");
        }
        if (peek() != 0) {
            throw wrong("the end of the line");
        }
        return strings;
    }

    private char peek() {
        while (at < text.length() && " \t\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char wanted) {
        boolean there = peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char wanted, String what) {
        if (!take(wanted)) {
            throw wrong(what);
        }
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        for (; ; ) {
            char character = next();
            switch (character) {
                case '"' -> {
                    return string.toString();
                }
                case '\\' -> string.append(escaped());
                default -> {
                    if (character < ' ') {
                        at--;
                        throw wrong("an escape such as \\u00" + String.format("%02x", (int) character));
                    }
                    string.append(character);
                }
            }
        }
    }

    private char next() {
        if (at == text.length()) {
            throw wrong("the end of the string");
        }
        return text.charAt(at++);
    }

    private char escaped() {
        char character = next();
        return switch (character) {
            case '"', '\\', '/' -> character;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw wrong("one of \" \\ / b f n r t u after a backslash");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char digit = next();
            if (!HexFormat.isHexDigit(digit)) {
                at--;
                throw wrong("four hexadecimal digits after \\u");
            }
            code = code << 4 | HexFormat.fromHexDigit(digit);
        }
        return (char) code;
    }

    private BadInput wrong(String expected) {
        String came = at < text.length() ? "'" + text.charAt(at) + "'" : "the end of the line";
        return new BadInput("expected " + expected + " at column " + (at + 1) + ", but " + came + " came");
    }

    // ---- octets

    static Bytes octets(String text) {
        if (text.chars().noneMatch(character -> Character.isSurrogate((char) character))) {
            return Bytes.utf8(text);
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (character >= ESCAPE + 0x80 && character <= ESCAPE + 0xff) {
                octets.write(character - ESCAPE);
            } else if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                throw new BadInput(String.format("expected no lone surrogate, but \\u%04x came", character));
            } else {
                octets.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        }
        return Bytes.wrap(octets.toByteArray());
    }

    static String text(Bytes octets) {
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer from = octets.asByteBuffer();
        CharBuffer to = CharBuffer.allocate(octets.size());
        for (; ; ) {
            CoderResult result = utf8.decode(from, to, true);
            if (result.isUnderflow()) {
                return to.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                to.put((char) (ESCAPE + (from.get() & 0xff)));
            }
        }
    }
}
