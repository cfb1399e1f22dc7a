package io.zmtp.reactive.wire;

import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the frames in what a peer sends over a connection that encrypts, however it is cut, and hands out each where it
 * lies, to be opened there. What is inside is for a {@link FrameDecoder}.
 *
 * <p>Headers are checked before anything is allocated for what they announce; a large body gets an array of its own,
 * which grows with what has come. For one thread at a time; of no more use after an exception.
 *
 * @since 0.1
 */
public final class SealedDecoder {
    private static final byte[] NOTHING = new byte[0];

    private final long maxBody;

    // The beginning of a frame, and how much of it there must be for a further look to be worth while.
    private byte[] carry = NOTHING;
    private int carried;
    private int needed = Frame.SHORT_HEADER;

    private GrowingBody body = GrowingBody.NONE;

    /** The size of the largest such body that came whole. */
    private int trusted;

    /** Who opens what was found, in the order in which it came. */
    @FunctionalInterface
    public interface Output {
        /**
         * Takes one frame.
         *
         * @param flags its flags as they came
         * @param octets an array that its body is in; until this returns, the body may be overwritten
         * @param from the first octet of the body
         * @param to the end of the body, exclusive
         */
        void sealed(int flags, byte[] octets, int from, int to);
    }

    /**
     * Makes a decoder.
     *
     * @param limits how much the peer may send in a message; what the frames add up to is checked when they are open
     * @param overhead the octets that encryption adds to a frame's body
     */
    public SealedDecoder(Limits limits, int overhead) {
        // Commands may be larger than messages, and nothing tells them apart before they are open.
        long most = Math.max(limits.maxMessageSize(), Limits.MAX_COMMAND);
        maxBody = Math.min(most, Limits.MAX_FRAME - overhead) + overhead;
    }

    /**
     * Takes what has come and hands out what is complete.
     *
     * @param in octets from the peer; all are consumed, and the buffer is the caller's again
     * @param out who gets the frames, before this returns
     * @throws ZmtpProtocolException if a header is not valid or announces too much; what came before is handed out first
     */
    public void decode(ByteBuffer in, Output out) {
        while (in.hasRemaining()) {
            if (body != GrowingBody.NONE) {
                fill(in, out);
            } else if (carried + (long) in.remaining() < needed) {
                int few = in.remaining();
                if (carry.length < needed) {
                    carry = Arrays.copyOf(carry, needed);
                }
                in.get(carry, carried, few);
                carried += few;
            } else {
                scan(in, out);
            }
        }
    }

    private void fill(ByteBuffer in, Output out) {
        GrowingBody filled = body;
        if (filled.fill(in)) {
            body = GrowingBody.NONE;
            trusted = Math.max(trusted, filled.declared());
            out.sealed(filled.flags(), filled.octets(), 0, filled.declared());
        }
    }

    private void scan(ByteBuffer in, Output out) {
        int length = (int) Math.min(carried + (long) in.remaining(), Chunks.POOLED);
        byte[] chunk = Chunks.take(length);
        System.arraycopy(carry, 0, chunk, 0, carried);
        in.get(chunk, carried, length - carried);
        carry = NOTHING;
        carried = 0;
        needed = Frame.SHORT_HEADER;
        int at = 0;
        while (at < length) {
            int come = length - at;
            int flags = chunk[at];
            int header = Frame.headerSize(flags);
            if (come < header) {
                keep(chunk, at, length, header);
                break;
            }
            long size = FrameCursor.size(chunk, at);
            Frame.check(flags, size, maxBody);
            if (size > come - header) {
                if (size > FrameDecoder.LARGE) {
                    body = new GrowingBody(flags, (int) size, trusted, chunk, at + header, length);
                } else {
                    keep(chunk, at, length, header + (int) size);
                }
                break;
            }
            int from = at + header;
            at = from + (int) size;
            out.sealed(flags, chunk, from, at);
        }
        Chunks.recycle(chunk);
    }

    private void keep(byte[] chunk, int from, int to, int wanted) {
        needed = wanted;
        carry = Arrays.copyOf(Arrays.copyOfRange(chunk, from, to), wanted);
        carried = to - from;
    }

    /** {@return whether nothing of an unfinished frame is held, so that the peer may leave without cutting one} */
    public boolean idle() {
        return carried == 0 && body == GrowingBody.NONE;
    }
}
