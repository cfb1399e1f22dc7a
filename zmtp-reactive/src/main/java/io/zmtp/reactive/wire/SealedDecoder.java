package io.zmtp.reactive.wire;

import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the frames in what a peer sends over a connection that encrypts, wherever the reads cut it. Each is handed out in
 * the array it is in, to be decrypted there; what was in it is for a {@link FrameDecoder}. Internal.
 *
 * <p>Headers are checked before anything is allocated for what they announce; a large body gets an array of its own,
 * which grows with what has come. For one thread at a time. After an exception it cannot be used any
 * more.
 */
public final class SealedDecoder {
    private static final byte[] NO_OCTETS = new byte[0];

    private final long maxBody;

    // The beginning of a frame, and how much of it must have come before another look can find more.
    private byte[] carry = NO_OCTETS;
    private int carried;
    private int needed = Frame.SHORT_HEADER;

    private GrowingBody body = GrowingBody.NONE;

    /** The size of the largest such body that came whole. */
    private int trusted;

    /** Decrypts what was found, in the order in which it came. */
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
     * @param limits how much the peer may send in a message; what its frames add up to is checked when they are decrypted
     * @param overhead the octets that encryption adds to a frame's body
     */
    public SealedDecoder(Limits limits, int overhead) {
        // Commands may be larger than messages, and before they are decrypted they look the same.
        long most = Math.max(limits.maxMessageSize(), Limits.MAX_COMMAND);
        maxBody = Math.min(most, Limits.MAX_FRAME - overhead) + overhead;
    }

    /**
     * Takes what has come and hands out what is complete.
     *
     * @param in octets from the peer; all are consumed, and the buffer is the caller's again
     * @param out takes the frames before this returns
     * @throws ZmtpProtocolException if a header breaks a rule or announces too much; what came before is handed out first
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
        int length = (int) Math.min(carried + (long) in.remaining(), Chunks.POOLED_SIZE);
        byte[] chunk = Chunks.take(length);
        System.arraycopy(carry, 0, chunk, 0, carried);
        in.get(chunk, carried, length - carried);
        carry = NO_OCTETS;
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
                if (size > FrameDecoder.LARGE_BODY) {
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
