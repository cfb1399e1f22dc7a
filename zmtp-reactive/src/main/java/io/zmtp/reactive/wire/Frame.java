package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One frame: a part of a message, or a command (RFC 37, Framing).
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><td>1 octet</td><td>flags: 1 MORE, 2 LONG, 4 COMMAND; the others are reserved and must be zero</td></tr>
 * <tr><td>1 octet, 8 if LONG</td><td>size of the body, big-endian</td></tr>
 * <tr><td>size</td><td>body</td></tr>
 * </table>
 *
 * <p>Immutable. A frame keeps its flags as they are on the wire, so {@link #octets()} are the ones that came.
 *
 * @since 0.1
 */
public final class Frame {
    /** The flag of a part that is not the last of its message. */
    public static final int MORE = 1;

    /** The flag of a size in eight octets. */
    public static final int LONG = 2;

    /** The flag of a command. */
    public static final int COMMAND = 4;

    /** The flags that must be zero. No peer sets them: one that is set shows that the octets are no header. */
    static final int RESERVED = 0xf8;

    /** The most octets of a body whose size fits into one octet. */
    public static final int MAX_SHORT = 255;

    static final int SHORT_HEADER = 2;
    static final int LONG_HEADER = 9;
    static final String SECTION = "RFC 37, Framing";

    private final byte flags;
    private final Bytes body;

    /**
     * Makes a frame with flags as they are on the wire.
     *
     * @param flags the flags
     * @param body the body
     * @throws IllegalArgumentException if the body has more than {@value #MAX_SHORT} octets and the flags lack LONG, or if a reserved
     *     flag is set
     */
    public Frame(byte flags, Bytes body) {
        if ((flags & RESERVED) != 0) {
            throw new IllegalArgumentException(
                    "frame: expected flags of MORE, LONG and COMMAND, but they are " + hex(flags));
        }
        if ((flags & LONG) == 0 && body.size() > MAX_SHORT) {
            throw new IllegalArgumentException("frame: expected the flag LONG for more than " + MAX_SHORT
                    + " octets, but a body of " + body.size() + " has none");
        }
        this.flags = flags;
        this.body = body;
    }

    /**
     * Makes the frame of a message part.
     *
     * @param body the part
     * @param more whether further parts follow
     * @return the frame
     */
    public static Frame of(Bytes body, boolean more) {
        return new Frame((byte) (longFlag(body) | (more ? MORE : 0)), body);
    }

    /**
     * Makes the frame of a command.
     *
     * @param body its name, after an octet with the name's length, and its data
     * @return the frame
     */
    public static Frame command(Bytes body) {
        return new Frame((byte) (longFlag(body) | COMMAND), body);
    }

    private static String hex(int flags) {
        return String.format("0x%02x", flags & 0xff);
    }

    private static int longFlag(Bytes body) {
        return body.size() > MAX_SHORT ? LONG : 0;
    }

    /**
     * Reads one frame.
     *
     * @param in what has come so far, still the caller's; consumed only when the frame is complete
     * @param maxBody the most octets of a body
     * @return the frame; null while octets are missing
     * @throws ZmtpProtocolException as soon as the header is there, if it breaks a rule or announces a larger body
     */
    public static @Nullable Frame read(ByteBuffer in, long maxBody) {
        int start = in.position();
        int come = in.remaining();
        if (come < SHORT_HEADER) {
            return null;
        }
        byte flags = in.get(start);
        int header = headerSize(flags);
        if (come < header) {
            return null;
        }
        long size = in.get(start + 1) & 0xff;
        for (int at = 2; at < header; at++) {
            size = size << 8 | (in.get(start + at) & 0xff);
        }
        check(flags, size, Math.min(maxBody, Limits.MAX_FRAME));
        if (come - header < size) {
            return null;
        }
        byte[] body = new byte[(int) size];
        in.get(start + header, body);
        in.position(start + header + body.length);
        return new Frame(flags, Bytes.wrap(body));
    }

    /** {@return the octets of a header with these flags, {@code 2} or {@code 9}} */
    public static int headerSize(int flags) {
        return (flags & LONG) == 0 ? SHORT_HEADER : LONG_HEADER;
    }

    /** Checks a header, before anything is allocated for its frame. */
    static void check(int flags, long size, long maxBody) {
        if ((flags & RESERVED) != 0) {
            throw new ZmtpProtocolException(
                    "expected a frame whose reserved flags (bits 3 to 7) are zero, but its flags are " + hex(flags),
                    SECTION);
        }
        if (size < 0) {
            throw new ZmtpProtocolException(
                    "expected a frame of at most 2^63 - 1 octets, but its size is " + Long.toUnsignedString(size),
                    SECTION);
        }
        if ((flags & COMMAND) != 0 && (flags & MORE) != 0) {
            throw new ZmtpProtocolException("expected a command in one frame, but it has the flag MORE", SECTION);
        }
        if (size > maxBody) {
            throw ZmtpProtocolException.tooLarge("expected a " + ((flags & COMMAND) != 0 ? "command" : "frame")
                    + " of at most " + maxBody + " octets, but its size is " + size);
        }
    }

    /** {@return the flags as on the wire} */
    public int flags() {
        return flags & 0xff;
    }

    /** {@return whether further parts of the message follow} */
    public boolean isMore() {
        return (flags & MORE) != 0;
    }

    /** {@return whether the size takes eight octets} */
    public boolean isLong() {
        return (flags & LONG) != 0;
    }

    /** {@return whether this is a command} */
    public boolean isCommand() {
        return (flags & COMMAND) != 0;
    }

    /** {@return the body} */
    public Bytes body() {
        return body;
    }

    /** {@return the flags and the size as on the wire: 2 or 9 octets} */
    public Bytes header() {
        byte[] header = new byte[headerSize(flags)];
        FrameEncoder.header(header, 0, flags, body.size());
        return Bytes.wrap(header);
    }

    /** {@return the whole frame as on the wire} */
    public Bytes octets() {
        int header = headerSize(flags);
        byte[] octets = new byte[header + body.size()];
        FrameEncoder.header(octets, 0, flags, body.size());
        body.copyTo(0, octets, header, body.size());
        return Bytes.wrap(octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame that && flags == that.flags && body.equals(that.body);
    }

    @Override
    public int hashCode() {
        return 31 * flags + body.hashCode();
    }

    /** {@return flags and size, never the body} */
    @Override
    public String toString() {
        return (isCommand() ? "command" : isMore() ? "part" : "last part") + " of " + body.size() + " octets";
    }
}
