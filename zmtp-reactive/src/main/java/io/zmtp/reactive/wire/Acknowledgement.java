package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What peers say of messages that they know by their {@link Digest}: commands of the rules for acknowledged delivery. Internal.
 *
 * <table>
 * <caption>Layout of the data</caption>
 * <tr><td>1 octet</td><td>{@code x}, for XXH64</td></tr>
 * <tr><td>8 octets</td><td>the digest, little-endian</td></tr>
 * <tr><td>1 octet</td><td>only NACK: the code</td></tr>
 * <tr><td>2 octets</td><td>only NACK: the size of the text, big-endian</td></tr>
 * <tr><td>the rest</td><td>only NACK: the text, in UTF-8</td></tr>
 * </table>
 *
 * @param kind what is said
 * @param digest of the message
 * @param code only of NACK: why the work failed, 0 to 255
 * @param text only of NACK: the same for people
 */
public record Acknowledgement(Kind kind, long digest, int code, String text) {

    private static final String SECTION = "ZMTP Quality of Service, Command Frames";
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte ALGORITHM = 'x';

    /** The algorithm, and the digest. */
    private static final int DIGEST_SIZE = 1 + Long.BYTES;

    /** The code, and the size of the text. */
    private static final int REASON_SIZE = 1 + Short.BYTES;

    /** The most octets of a text: its size is two octets on the wire. */
    static final int MAX_TEXT = 0xffff;

    /** What is said of a message. */
    public enum Kind {
        /** The receiver has taken it over. */
        ACK,
        /** The sender knows that, and the receiver may forget it. */
        CLR,
        /** The application of the receiver has done the work. */
        COMP,
        /** It could not do it. */
        NACK;

        /** The size of the name, and the name. */
        @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
        private final byte[] nameOnWire = Command.nameOnWire(name()).toByteArray();

        /** The octets before the digest, at most eight, as they are loaded from an array; and which of those eight they are. */
        private final long head;

        private final long headMask;

        Kind() {
            byte[] octets = new byte[Long.BYTES];
            octets[0] = Frame.COMMAND;
            octets[1] = (byte) (nameOnWire.length + DIGEST_SIZE);
            System.arraycopy(nameOnWire, 0, octets, Frame.SHORT_HEADER, nameOnWire.length);
            int last = Frame.SHORT_HEADER + nameOnWire.length;
            octets[last] = ALGORITHM;
            long loaded = 0; // not by the handle of the enclosing class, which may not be there yet
            for (int index = last; index >= 0; index--) {
                loaded = loaded << Byte.SIZE | (octets[index] & 0xff);
            }
            head = loaded;
            headMask = -1L >>> ((Long.BYTES - 1 - last) * Byte.SIZE);
        }

        int frameSize() {
            return Frame.SHORT_HEADER + nameOnWire.length + DIGEST_SIZE;
        }

        /** Whether the frame of one begins there; not for NACK. All its octets must be there. */
        boolean isAt(byte[] wire, int at) {
            return ((long) LONG.get(wire, at) & headMask) == head;
        }
    }

    /** The most octets of a frame, without those of a NACK. */
    public static final int MAX_FRAME = Kind.COMP.frameSize();

    private static final Kind[] KINDS = Kind.values();

    /**
     * Reads a command.
     *
     * @return null if it is another command
     * @throws ZmtpProtocolException if it is malformed
     */
    public static @Nullable Acknowledgement read(Frame command) {
        Bytes body = command.body();
        for (Kind kind : KINDS) {
            if (isNamed(body, kind.nameOnWire)) {
                return read(kind, body, kind.nameOnWire.length);
            }
        }
        return null;
    }

    private static boolean isNamed(Bytes body, byte[] name) {
        if (body.size() < name.length) {
            return false;
        }
        for (int index = 0; index < name.length; index++) {
            if (body.byteAt(index) != name[index]) {
                return false;
            }
        }
        return true;
    }

    private static Acknowledgement read(Kind kind, Bytes body, int from) {
        int size = body.size() - from;
        int least = kind == Kind.NACK ? DIGEST_SIZE + REASON_SIZE : DIGEST_SIZE;
        if (size < least || (kind != Kind.NACK && size > least)) {
            throw new ZmtpProtocolException(
                    "expected a " + kind + " with " + least + " octets" + (kind == Kind.NACK ? " and a text" : "")
                            + ", but there are " + size,
                    SECTION);
        }
        if (body.byteAt(from) != ALGORITHM) {
            throw new ZmtpProtocolException(
                    "expected a " + kind + " with a digest of algorithm 0x78, but it is 0x"
                            + Integer.toHexString(body.byteAt(from) & 0xff),
                    SECTION);
        }
        long digest = 0;
        for (int index = Long.BYTES; index > 0; index--) {
            digest = digest << Byte.SIZE | (body.byteAt(from + index) & 0xff);
        }
        return kind == Kind.NACK ? nack(digest, body, from + DIGEST_SIZE) : new Acknowledgement(kind, digest, 0, "");
    }

    private static Acknowledgement nack(long digest, Bytes body, int at) {
        int length = (body.byteAt(at + 1) & 0xff) << Byte.SIZE | (body.byteAt(at + 2) & 0xff);
        int left = body.size() - at - REASON_SIZE;
        if (length != left) {
            throw new ZmtpProtocolException(
                    "expected a NACK with a text of " + length + " octets, but there are " + left, SECTION);
        }
        String text = body.slice(at + REASON_SIZE, body.size()).utf8();
        return new Acknowledgement(Kind.NACK, digest, body.byteAt(at) & 0xff, text);
    }

    /**
     * Writes the frame of an ACK, CLR or COMP.
     *
     * @param at where in the array, of which {@link #MAX_FRAME} octets must be free
     * @return the position behind it
     */
    public static int write(Kind kind, long digest, byte[] target, int at) {
        byte[] name = kind.nameOnWire;
        target[at] = Frame.COMMAND;
        target[at + 1] = (byte) (name.length + DIGEST_SIZE);
        System.arraycopy(name, 0, target, at + Frame.SHORT_HEADER, name.length);
        int end = at + Frame.SHORT_HEADER + name.length;
        target[end] = ALGORITHM;
        LONG.set(target, end + 1, digest);
        return end + DIGEST_SIZE;
    }

    /** The digest in a frame that ends there; not for NACK. */
    static long digest(byte[] wire, int end) {
        return (long) LONG.get(wire, end - Long.BYTES);
    }

    /** {@return the frame of a NACK; its text is cut where it is too long} */
    public static Bytes nack(long digest, int code, String text) {
        byte[] name = Kind.NACK.nameOnWire;
        byte[] said = cut(text);
        byte[] body = new byte[name.length + DIGEST_SIZE + REASON_SIZE + said.length];
        System.arraycopy(name, 0, body, 0, name.length);
        int at = name.length;
        body[at] = ALGORITHM;
        LONG.set(body, at + 1, digest);
        at += DIGEST_SIZE;
        body[at] = (byte) code;
        body[at + 1] = (byte) (said.length >> Byte.SIZE);
        body[at + 2] = (byte) said.length;
        System.arraycopy(said, 0, body, at + REASON_SIZE, said.length);
        return Frame.command(Bytes.wrap(body)).octets();
    }

    /** A text in UTF-8, as many whole characters as may be. */
    private static byte[] cut(String text) {
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        if (whole.length <= MAX_TEXT) {
            return whole;
        }
        int end = MAX_TEXT;
        while ((whole[end] & 0xc0) == 0x80) {
            end--; // in the middle of a character
        }
        return Arrays.copyOf(whole, end);
    }
}
