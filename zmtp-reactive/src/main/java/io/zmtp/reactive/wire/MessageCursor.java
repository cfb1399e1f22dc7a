package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the messages out of a run that {@link FrameDecoder} gave to {@link FrameDecoder.Output#messages}, one at a time. Internal.
 *
 * <p>Each message owns a copy of its octets; the run may be recycled after the last one. A cursor can be used for one
 * run after another, by one thread at a time. It checks nothing, as the decoder has.
 */
public final class MessageCursor {
    private static final byte[] NO_OCTETS = new byte[0];

    private final List<Bytes> parts = new ArrayList<>();
    private byte[] wire = NO_OCTETS;
    private int at;
    private int end;

    /** Makes one without a run: {@link #hasNext} is false. */
    public MessageCursor() {}

    /**
     * Takes a run.
     *
     * @param newWire the array it is in
     * @param from its first octet
     * @param to its end, exclusive
     */
    public void reset(byte[] newWire, int from, int to) {
        wire = newWire;
        at = from;
        end = to;
    }

    /** Lets go of the array. */
    public void clear() {
        reset(NO_OCTETS, 0, 0);
    }

    /** {@return whether there is a further message} */
    public boolean hasNext() {
        return at < end;
    }

    /**
     * Cuts out the next message.
     *
     * @param peer the peer that sent it, if known
     * @return the message
     */
    public Message next(@Nullable Peer peer) {
        int flags = wire[at];
        Bytes first = part(flags);
        if ((flags & Frame.MORE) == 0) {
            return Message.received(first, peer);
        }
        parts.add(first);
        do {
            flags = wire[at];
            parts.add(part(flags));
        } while ((flags & Frame.MORE) != 0);
        Message message = Message.received(parts, peer);
        parts.clear();
        return message;
    }

    private Bytes part(int flags) {
        int from;
        int size;
        if ((flags & Frame.LONG) == 0) {
            from = at + Frame.SHORT_HEADER;
            size = wire[at + 1] & 0xff;
        } else {
            from = at + Frame.LONG_HEADER;
            size = (int) (long) FrameEncoder.SIZE.get(wire, at + 1);
        }
        at = from + size;
        return Bytes.copyOf(wire, from, at);
    }

    /** {@return where in the array the next message starts} */
    public int position() {
        return at;
    }
}
