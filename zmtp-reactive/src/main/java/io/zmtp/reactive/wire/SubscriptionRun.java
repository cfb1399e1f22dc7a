package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Several commands SUBSCRIBE, or several CANCEL, that came one behind the other, as they came: a peer that connects sends
 * all its subscriptions at once, and there may be very many. A cursor before the first of them. Internal.
 *
 * <p>For one thread at a time.
 */
public final class SubscriptionRun {

    private static final byte[] SUBSCRIBE = name(Command.SUBSCRIBE);
    private static final byte[] CANCEL = name(Command.CANCEL);

    private final byte[] wire;
    private final byte[] name;
    private final int count;
    private int from;
    private int to;

    private SubscriptionRun(byte[] wire, byte[] name, int count) {
        this.wire = wire;
        this.name = name;
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

    /**
     * Copies the commands that begin at a place.
     *
     * @return null if there are no two of the same name, with short headers
     */
    static @Nullable SubscriptionRun copyOf(byte[] chunk, int from, int to) {
        byte[] name =
                to - from > Frame.SHORT_HEADER && chunk[from + Frame.SHORT_HEADER] == CANCEL[0] ? CANCEL : SUBSCRIBE;
        int count = 0;
        int at = from;
        for (int end; (end = end(chunk, at, to, name)) > at; at = end) {
            count++;
        }
        return count < 2 ? null : new SubscriptionRun(Arrays.copyOfRange(chunk, from, at), name, count);
    }

    /** The end of a whole command; the place itself if there is none of that name. */
    private static int end(byte[] chunk, int at, int to, byte[] name) {
        int body = at + Frame.SHORT_HEADER;
        if (body > to || chunk[at] != Frame.COMMAND) {
            return at;
        }
        int end = body + (chunk[at + 1] & 0xff);
        boolean isOne = end <= to
                && end - body >= name.length
                && Arrays.equals(chunk, body, body + name.length, name, 0, name.length);
        return isOne ? end : at;
    }

    /** {@return how many there are, at least two} */
    public int count() {
        return count;
    }

    /** {@return whether they end subscriptions} */
    public boolean isCancel() {
        return name == CANCEL;
    }

    /** {@return the octets of all of them, on the wire} */
    public int size() {
        return wire.length;
    }

    /** {@return all of them, as on the wire} */
    public Bytes octets() {
        return Bytes.wrap(wire);
    }

    /**
     * Goes to the next one.
     *
     * @return whether there is one
     */
    public boolean next() {
        if (to == wire.length) {
            return false;
        }
        int body = to + Frame.SHORT_HEADER;
        from = body + name.length;
        to = body + (wire[to + 1] & 0xff);
        return true;
    }

    /** {@return the prefix of the one at hand} */
    public Bytes prefix() {
        return Bytes.copyOf(wire, from, to);
    }
}
