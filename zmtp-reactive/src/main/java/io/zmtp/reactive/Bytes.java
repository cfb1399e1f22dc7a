package io.zmtp.reactive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of octets: a message part, a key, a topic, a routing id.
 *
 * <p>It owns its octets. No reference count is attached to it, so that it may be kept, shared between threads, cached
 * or dropped at any time. Two are equal if their octets are; the order is that of unsigned octets.
 *
 * @since 0.1
 */
public final class Bytes implements Comparable<Bytes> {
    /** No octets at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int MAX_SHOWN_TEXT = 64;
    private static final int MAX_SHOWN_HEX = 32;

    // The only field, and no cached hash: a small message should be three small objects.
    private final byte[] octets;

    private Bytes(byte[] octets) {
        this.octets = octets;
    }

    /**
     * Makes one of a copy of some octets.
     *
     * @param copied the octets; the array stays the caller's
     * @return the octets
     */
    public static Bytes of(byte... copied) {
        return wrap(copied.clone());
    }

    /**
     * Makes one of an array without copying it.
     *
     * @param owned the octets; the array must not be changed any more
     * @return the octets
     */
    public static Bytes wrap(byte[] owned) {
        return owned.length == 0 ? EMPTY : new Bytes(owned);
    }

    /**
     * Makes one of a copy of a part of an array.
     *
     * @param array the array; it stays the caller's
     * @param from the first octet
     * @param to the end, exclusive
     * @return the octets
     * @throws IndexOutOfBoundsException if the range is not in the array
     */
    public static Bytes copyOf(byte[] array, int from, int to) {
        if (from < 0 || from > to || to > array.length) {
            throw new IndexOutOfBoundsException(
                    "range: expected one within " + array.length + " octets, but it is " + from + " to " + to);
        }
        return from == to ? EMPTY : new Bytes(Arrays.copyOfRange(array, from, to));
    }

    /**
     * Makes one of a text in UTF-8.
     *
     * @param text the text
     * @return its octets
     */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes one of hexadecimal digits, two an octet, in either case. Blanks are skipped.
     *
     * @param digits the digits
     * @return the octets
     * @throws IllegalArgumentException if there is an odd number of digits, or a character that is no digit; the message does not
     *     repeat the text, which may be a secret key
     */
    public static Bytes hex(String digits) {
        String pairs = digits.replace(" ", "");
        if (pairs.length() % 2 != 0) {
            throw new IllegalArgumentException(
                    "hex: expected an even number of hexadecimal digits, but there are " + pairs.length());
        }
        byte[] octets = new byte[pairs.length() / 2];
        for (int at = 0; at < pairs.length(); at += 2) {
            if (!HexFormat.isHexDigit(pairs.charAt(at)) || !HexFormat.isHexDigit(pairs.charAt(at + 1))) {
                throw new IllegalArgumentException("hex: expected two hexadecimal digits for octet " + at / 2
                        + ", but another character is among them");
            }
            octets[at / 2] = (byte) HexFormat.fromHexDigits(pairs, at, at + 2);
        }
        return wrap(octets);
    }

    /**
     * Decodes Z85 text (RFC 32), as CURVE keys are usually written: five characters for four octets.
     *
     * @param text the text; its length must be a multiple of five
     * @return the octets
     * @throws IllegalArgumentException if it is no Z85; the message says where, and does not repeat the text, which may
     *     be a secret key
     */
    public static Bytes z85(String text) {
        return wrap(Z85.decode(text));
    }

    /** {@return the number of octets} */
    public int size() {
        return octets.length;
    }

    /** {@return whether there is no octet} */
    public boolean isEmpty() {
        return octets.length == 0;
    }

    /**
     * Looks at one octet.
     *
     * @param index its index
     * @return the octet
     * @throws IndexOutOfBoundsException if there is no such octet
     */
    public byte byteAt(int index) {
        return octets[index];
    }

    /**
     * Compares the first octets with some others, as a subscription matches a message.
     *
     * @param prefix the octets to look for; the empty ones are a prefix of all
     * @return whether it starts with them
     */
    public boolean startsWith(Bytes prefix) {
        byte[] first = prefix.octets;
        return first.length <= octets.length && Arrays.equals(octets, 0, first.length, first, 0, first.length);
    }

    /**
     * Copies a part.
     *
     * @param from the first octet
     * @param to the end, exclusive
     * @return the part; this very object if it is the whole
     * @throws IndexOutOfBoundsException if the range is not within the octets
     */
    public Bytes slice(int from, int to) {
        return from == 0 && to == octets.length ? this : copyOf(octets, from, to);
    }

    /** {@return the octets read as UTF-8; malformed ones become U+FFFD} */
    public String utf8() {
        return new String(octets, StandardCharsets.UTF_8);
    }

    /** {@return two lower-case hexadecimal digits an octet} */
    public String hex() {
        return HexFormat.of().formatHex(octets);
    }

    /**
     * Encodes as Z85 (RFC 32).
     *
     * @return five characters for each four octets
     * @throws IllegalArgumentException if the size is not a multiple of four
     */
    public String z85() {
        return Z85.encode(octets);
    }

    /** {@return a copy of the octets, which is the caller's} */
    public byte[] toByteArray() {
        return octets.clone();
    }

    /** {@return a read-only view of the octets, at position 0, big-endian; nothing is copied} */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(octets).asReadOnlyBuffer();
    }

    /**
     * Copies octets into an array.
     *
     * @param from the first octet to copy
     * @param target the array to copy into
     * @param at where in the array
     * @param length how many
     * @throws IndexOutOfBoundsException if they are not there or do not fit
     */
    public void copyTo(int from, byte[] target, int at, int length) {
        System.arraycopy(octets, from, target, at, length);
    }

    /**
     * Copies octets into a buffer.
     *
     * @param from the first octet to copy
     * @param target the buffer to copy into; its position moves behind them
     * @param length how many
     * @throws IndexOutOfBoundsException if they are not there
     * @throws java.nio.BufferOverflowException if they do not fit
     */
    public void copyTo(int from, ByteBuffer target, int length) {
        target.put(octets, from, length);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(octets, other.octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** {@return the text if it is short and printable ASCII, else the first octets in hexadecimal and the size} */
    @Override
    public String toString() {
        if (isShortText()) {
            return new String(octets, StandardCharsets.US_ASCII);
        }
        int shown = Math.min(octets.length, MAX_SHOWN_HEX);
        String hex = "0x" + HexFormat.of().formatHex(octets, 0, shown);
        return shown == octets.length ? hex : hex + "… (" + octets.length + " octets)";
    }

    private boolean isShortText() {
        if (octets.length > MAX_SHOWN_TEXT) {
            return false;
        }
        for (byte octet : octets) {
            if (octet < ' ' || octet > '~') {
                return false;
            }
        }
        return true;
    }
}
