package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 octets that each side sends (RFC 37, Formal Grammar). Immutable.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>offset</th><th>octets</th><th></th></tr>
 * <tr><td>0</td><td>1</td><td>ff</td></tr>
 * <tr><td>1</td><td>8</td><td>padding, ours is zero; the last is 1 or more from peers that are {@linkplain #isCompatible compatible}</td></tr>
 * <tr><td>9</td><td>1</td><td>7f; if its lowest bit is 0, the peer speaks ZMTP 1.0</td></tr>
 * <tr><td>10</td><td>2</td><td>major and minor version; ours is 3.1, and any from 3.0 on is accepted</td></tr>
 * <tr><td>12</td><td>20</td><td>mechanism, ASCII, padded with zeros</td></tr>
 * <tr><td>32</td><td>1</td><td>as-server; libzmq always sends 0</td></tr>
 * <tr><td>33</td><td>31</td><td>filler, zero</td></tr>
 * </table>
 *
 * @since 0.1
 */
public final class Greeting {
    /** The octets of a greeting. */
    public static final int SIZE = 64;

    private static final int MARK_AT = 9;
    private static final int MAJOR_AT = 10;
    private static final int MINOR_AT = 11;
    private static final int MECHANISM_AT = 12;
    private static final int MECHANISM_SIZE = 20;
    private static final int AS_SERVER_AT = MECHANISM_AT + MECHANISM_SIZE;
    private static final byte SIGNATURE = (byte) 0xff;
    private static final byte MARK = 0x7f;
    private static final int MAJOR = 3;
    private static final int MINOR = 1;

    private final Bytes octets;
    private final String mechanism;

    private Greeting(Bytes octets, String mechanism) {
        this.octets = octets;
        this.mechanism = mechanism;
    }

    /**
     * Makes our greeting.
     *
     * @param mechanism the name of the mechanism: 1 to 20 upper-case letters, digits, or characters of {@code - _ . +}
     * @param asServer whether this side is the server of the mechanism; must be false for NULL
     * @return the greeting
     * @throws IllegalArgumentException if no mechanism can have that name
     */
    public static Greeting of(String mechanism, boolean asServer) {
        if (!isMechanism(mechanism)) {
            throw new IllegalArgumentException(
                    "mechanism: expected 1 to 20 upper-case letters, digits or - _ . +, but it is \""
                            + Printable.of(mechanism) + "\"");
        }
        byte[] octets = new byte[SIZE];
        octets[0] = SIGNATURE;
        octets[MARK_AT] = MARK;
        octets[MAJOR_AT] = MAJOR;
        octets[MINOR_AT] = MINOR;
        Bytes.utf8(mechanism).copyTo(0, octets, MECHANISM_AT, mechanism.length());
        octets[AS_SERVER_AT] = (byte) (asServer ? 1 : 0);
        return new Greeting(Bytes.wrap(octets), mechanism);
    }

    private static boolean isMechanism(String name) {
        boolean fits = !name.isEmpty() && name.length() <= MECHANISM_SIZE;
        for (int at = 0; fits && at < name.length(); at++) {
            char character = name.charAt(at);
            fits = (character >= 'A' && character <= 'Z')
                    || (character >= '0' && character <= '9')
                    || "-_.+".indexOf(character) >= 0;
        }
        return fits;
    }

    /**
     * Makes the greeting that a peer would have sent over a transport that has none: as of libzmq, with ZMTP 3.0.
     *
     * @param mechanism the mechanism that was agreed on
     * @param asServer whether the peer is its server
     * @return the greeting
     */
    public static Greeting ofPeer(String mechanism, boolean asServer) {
        byte[] octets = of(mechanism, asServer).octets.toByteArray();
        octets[MARK_AT - 1] = 1;
        octets[MINOR_AT] = 0;
        return new Greeting(Bytes.wrap(octets), mechanism);
    }

    /**
     * Reads the greeting of a peer. A peer that speaks another protocol, or an old ZMTP, is recognised by its first 11
     * octets, as it may never send 64.
     *
     * @param in what has come so far, from the first octet on, still the caller's; consumed only when the greeting is complete
     * @return the greeting; null while octets are missing
     * @throws ZmtpHandshakeException {@link Failure#VERSION} if it is no greeting of ZMTP 3 or later, {@link
     *     Failure#MALFORMED} if it has no readable mechanism
     */
    public static @Nullable Greeting read(ByteBuffer in) {
        int start = in.position();
        int come = in.remaining();
        if ((come > 0 && in.get(start) != SIGNATURE) || (come > MARK_AT && (in.get(start + MARK_AT) & 1) == 0)) {
            throw new ZmtpHandshakeException(
                    Failure.VERSION,
                    "expected a greeting of ZMTP 3, but the peer speaks ZMTP 1.0 or no ZMTP at all; it sent "
                            + hex(in));
        }
        if (come > MAJOR_AT && (in.get(start + MAJOR_AT) & 0xff) < MAJOR) {
            throw new ZmtpHandshakeException(
                    Failure.VERSION,
                    "expected ZMTP 3.0 or later, but the peer speaks ZMTP 2.x or older; it sent " + hex(in));
        }
        if (come < SIZE) {
            return null;
        }
        byte[] octets = new byte[SIZE];
        in.get(octets);
        return new Greeting(Bytes.wrap(octets), mechanism(octets));
    }

    private static String hex(ByteBuffer in) {
        byte[] first = new byte[Math.min(in.remaining(), MAJOR_AT + 1)];
        in.get(in.position(), first);
        return "0x" + Bytes.wrap(first).hex();
    }

    private static String mechanism(byte[] octets) {
        int end = MECHANISM_AT;
        while (end < AS_SERVER_AT && octets[end] > ' ' && octets[end] < 0x7f) {
            end++;
        }
        boolean padded = end > MECHANISM_AT;
        for (int at = end; at < AS_SERVER_AT; at++) {
            padded &= octets[at] == 0;
        }
        if (!padded) {
            throw new ZmtpHandshakeException(
                    Failure.MALFORMED,
                    "expected a mechanism of 1 to 20 ASCII characters, padded with zeros, but it is 0x"
                            + Bytes.copyOf(octets, MECHANISM_AT, AS_SERVER_AT).hex());
        }
        return new String(octets, MECHANISM_AT, end - MECHANISM_AT, StandardCharsets.US_ASCII);
    }

    /** {@return the major version, 3 or more} */
    public int major() {
        return octets.byteAt(MAJOR_AT) & 0xff;
    }

    /** {@return the minor version: peers of 3.0 take subscriptions as messages only} */
    public int minor() {
        return octets.byteAt(MINOR_AT) & 0xff;
    }

    /**
     * {@return whether the padding is a size, as in ZMTP 1.0, which the peer speaks too}
     *
     * <p>True for libzmq and its ports, such as JeroMQ. It is only a hint at which library the peer uses, as the padding
     * means nothing in ZMTP 3.
     */
    public boolean isCompatible() {
        return octets.byteAt(MARK_AT - 1) != 0;
    }

    /** {@return the name of the mechanism} */
    public String mechanism() {
        return mechanism;
    }

    /** {@return whether the peer calls itself the server; not reliable, as libzmq never does} */
    public boolean asServer() {
        return (octets.byteAt(AS_SERVER_AT) & 1) != 0;
    }

    /** {@return the 64 octets as they were sent or received} */
    public Bytes octets() {
        return octets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Greeting that && octets.equals(that.octets);
    }

    @Override
    public int hashCode() {
        return octets.hashCode();
    }

    @Override
    public String toString() {
        return "ZMTP " + major() + "." + minor() + " " + mechanism + (asServer() ? " as server" : "");
    }
}
