package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Commands SUBSCRIBE and CANCEL that came one behind the other, as they came: a peer that connects sends all its
 * subscriptions at once, and there may be very many. A cursor before the first of them. Internal.
 *
 * <p>For one thread at a time.
 */
public final class SubscriptionRun {

    private static final byte[] SUBSCRIBE = name(Command.SUBSCRIBE);
    private static final byte[] CANCEL = name(Command.CANCEL);

    private final byte[] wire;
    private final int count;
    private int next;
    private int from;
    private int to;
    private boolean isCancel;

    private SubscriptionRun(byte[] wire, int count) {
        this.wire = wire;
        this.count = count;
    }

    /** As it is on the wire, behind flags and size: its length, and its letters. */
    private static byte[] name(String text) {
        byte[] letters = text.getBytes(StandardCharsets.US_ASCII);
        byte[] name = new byte[letters.length + 1];
        name[0] = (byte) letters.length;
        System.arraycopy(letters, 0, name, 1, letters.length);
        return name;
    }

    /** The end of a whole SUBSCRIBE or CANCEL with a short header; the place itself if there is another frame, or not all of it. */
    static int end(byte[] chunk, int at, int to) {
        if (to - at < Frame.SHORT_HEADER || chunk[at] != Frame.COMMAND) {
            return at;
        }
        int body = at + Frame.SHORT_HEADER;
        int end = body + (chunk[at + 1] & 0xff);
        return end <= to && (begins(chunk, body, end, SUBSCRIBE) || begins(chunk, body, end, CANCEL)) ? end : at;
    }

    private static boolean begins(byte[] wire, int from, int to, byte[] name) {
        return to - from >= name.length && Arrays.equals(wire, from, from + name.length, name, 0, name.length);
    }

    /** A copy of so many, of which {@link #end} has found the ends. */
    static SubscriptionRun copyOf(byte[] chunk, int from, int to, int count) {
        return new SubscriptionRun(Arrays.copyOfRange(chunk, from, to), count);
    }

    /** {@return how many there are} */
    public int count() {
        return count;
    }

    /** {@return the octets of all of them, on the wire} */
    public int size() {
        return wire.length;
    }

    /**
     * Goes to the next one.
     *
     * @return whether there is one
     */
    public boolean next() {
        if (next == wire.length) {
            return false;
        }
        int body = next + Frame.SHORT_HEADER;
        to = body + (wire[next + 1] & 0xff);
        isCancel = wire[body] == CANCEL[0];
        from = body + (isCancel ? CANCEL : SUBSCRIBE).length;
        next = to;
        return true;
    }

    /** {@return whether the one at hand ends a subscription} */
    public boolean isCancel() {
        return isCancel;
    }

    /** {@return the prefix of the one at hand} */
    public Bytes prefix() {
        return Bytes.copyOf(wire, from, to);
    }

    /** {@return all of them, as on the wire} */
    public Bytes octets() {
        return Bytes.wrap(wire);
    }
}
