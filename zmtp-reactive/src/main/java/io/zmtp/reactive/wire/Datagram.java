package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.ZmtpSendException;
import java.nio.ByteBuffer;

/**
 * A message from RADIO to DISH over {@code udp}, where there are neither greetings nor frames. RFC 48 leaves the layout to
 * the transport; this is libzmq's.
 *
 * <table>
 * <caption>The octets, at most {@value #MAX_SIZE}</caption>
 * <tr><td>1</td><td>size of the group</td></tr>
 * <tr><td>0 to {@value Group#MAX_SIZE}</td><td>the group, without zero octets</td></tr>
 * <tr><td>the rest</td><td>the body</td></tr>
 * </table>
 *
 * <p>libzmq 4.3.5 sends groups of all sizes, but reads none of more than 127 octets; and it cuts longer datagrams at {@value
 * #MAX_SIZE} octets.
 *
 * @param group the group whose members it is for
 * @param body the octets of the message
 * @since 0.1
 */
public record Datagram(Bytes group, Bytes body) {
    /** The most octets of a datagram: {@value}, of which one is the size of the group. */
    public static final int MAX_SIZE = 8192;

    private static final String SECTION = "RFC 48, Group";

    /**
     * Checks that it can be sent.
     *
     * @throws ZmtpSendException if it cannot be a group, or the datagram would be too large
     */
    public Datagram {
        String flaw = Group.flaw(group);
        if (!flaw.isEmpty()) {
            throw new ZmtpSendException(flaw);
        }
        if (1L + group.size() + body.size() > MAX_SIZE) {
            throw new ZmtpSendException(
                    "expected a datagram of at most " + MAX_SIZE + " octets, of which a group of " + group.size()
                            + " leaves the body " + (MAX_SIZE - 1 - group.size()) + ", but it has " + body.size());
        }
    }

    /**
     * Reads a datagram.
     *
     * @param in all of its octets; they are copied, the position moves to the limit
     * @return the datagram
     * @throws ZmtpProtocolException if it is empty, too large, or its group is cut or has a zero octet
     */
    public static Datagram read(ByteBuffer in) {
        int size = in.remaining();
        if (size == 0) {
            throw new ZmtpProtocolException("expected a datagram with a group, but it is empty", SECTION);
        }
        if (size > MAX_SIZE) {
            throw ZmtpProtocolException.tooLarge(
                    "expected a datagram of at most " + MAX_SIZE + " octets, but there are more");
        }
        int groupSize = Byte.toUnsignedInt(in.get());
        if (groupSize > in.remaining()) {
            throw new ZmtpProtocolException(
                    "expected a group of " + groupSize + " octets, but only " + in.remaining() + " came", SECTION);
        }
        Bytes group = take(in, groupSize);
        if (Group.hasZero(group)) {
            throw new ZmtpProtocolException("expected a group without zero octets, but it is " + group, SECTION);
        }
        return new Datagram(group, take(in, in.remaining()));
    }

    private static Bytes take(ByteBuffer in, int size) {
        byte[] octets = new byte[size];
        in.get(octets);
        return Bytes.wrap(octets);
    }

    /** {@return the number of octets on the wire} */
    public int size() {
        return 1 + group.size() + body.size();
    }

    /**
     * Writes the octets.
     *
     * @param out where to; it has room for {@link #size()} octets, and its position moves behind them
     */
    public void write(ByteBuffer out) {
        out.put((byte) group.size());
        group.copyTo(0, out, group.size());
        body.copyTo(0, out, body.size());
    }
}
