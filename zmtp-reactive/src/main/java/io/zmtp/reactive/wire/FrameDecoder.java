package io.zmtp.reactive.wire;

import static io.zmtp.reactive.wire.Frame.COMMAND;
import static io.zmtp.reactive.wire.Frame.LONG;
import static io.zmtp.reactive.wire.Frame.MORE;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the messages and commands in what a peer sends, wherever the reads cut it (RFC 37, Framing). Internal.
 *
 * <p>What comes is copied once, into an array of {@link Chunks}. The whole messages in it are handed out together, still as
 * octets; {@link MessageCursor} cuts them when they are asked for. Only what ends in a later array is put together here:
 * the parts of an unfinished message in a list, a large body in an array of its own, which grows with what has come, and
 * anything else, about 1 KiB at most, as it came.
 *
 * <p>Headers are checked before anything is allocated for what they announce. A reserved flag ends the connection, as
 * the RFC asks; so octets that are no header are noticed early.
 *
 * <p>For one thread at a time. After a {@link ZmtpProtocolException}, or an exception of the {@link Output}, it cannot be
 * used any more.
 */
public final class FrameDecoder {
    /** An incomplete body of more octets gets an array of its own; others are carried to the next call. */
    static final int LARGE_BODY = 1024;

    /** A body of so many octets that begins a read is copied only once, straight into its own array. */
    private static final int DIRECT_BODY = 4096;

    private static final int INCOMPLETE = -1;
    private static final byte[] NO_OCTETS = new byte[0];

    private final MessageBudget budget;

    // The beginning of a frame, and how much of it must have come before another look can find more.
    private byte[] carry = NO_OCTETS;
    private int carried;
    private int needed = Frame.SHORT_HEADER;

    GrowingBody body = GrowingBody.NONE;

    /** The size of the largest such body that came whole. */
    private int trusted;

    private List<Bytes> parts = new ArrayList<>();

    // Of the run that is being looked through: where its last whole message ends, and how many they are.
    private int boundary;
    private int count;
    private boolean dead;

    /** Takes what was found, in the order in which it came. */
    public interface Output {
        /**
         * Takes a run of whole messages, without commands.
         *
         * @param wire the array they are in, as they came; it belongs to this output from now on, which hands it
         *     back by {@link Chunks#recycle} or drops it
         * @param from the first octet of the first message
         * @param to the end of the last message, exclusive
         * @param count how many messages
         */
        void messages(byte[] wire, int from, int to, int count);

        /**
         * Takes one message that had to be put together.
         *
         * @param parts its parts; the list belongs to this output from now on
         */
        void message(List<Bytes> parts);

        /**
         * Takes a command, which may come between two parts of a message.
         *
         * @param frame its frame
         */
        void frame(Frame frame);

        /**
         * Takes several commands SUBSCRIBE, or several CANCEL, that came one behind the other.
         *
         * @param run it belongs to this output from now on
         */
        default void subscriptions(SubscriptionRun run) {
            Bytes wire = run.octets();
            ByteBuffer frames = wire.asByteBuffer();
            for (Frame frame; (frame = Frame.read(frames, wire.size())) != null; ) {
                frame(frame);
            }
        }

        /**
         * Takes several acknowledgements of one kind that came one behind the other.
         *
         * @param run it belongs to this output from now on
         */
        default void acknowledgements(AcknowledgementRun run) {
            byte[] wire = new byte[Acknowledgement.MAX_FRAME];
            for (long digest : run.digests()) {
                int length = Acknowledgement.write(run.kind(), digest, wire, 0);
                frame(new Frame((byte) Frame.COMMAND, Bytes.copyOf(wire, Frame.SHORT_HEADER, length)));
            }
        }
    }

    /**
     * Makes a decoder.
     *
     * @param limits how much the peer may send
     */
    public FrameDecoder(Limits limits) {
        budget = new MessageBudget(limits);
    }

    /**
     * Takes what has come and hands out what is complete.
     *
     * @param in octets from the peer; all are consumed, and the buffer is the caller's again
     * @param out takes the messages and commands before this returns
     * @throws ZmtpProtocolException if the peer broke a rule or exceeded a limit; what came before is handed out first
     * @throws IllegalStateException if an earlier call threw
     */
    public void decode(ByteBuffer in, Output out) {
        if (dead) {
            throw new IllegalStateException("decoder: expected no call after an error, but an earlier one found one");
        }
        dead = true; // unless all goes well
        while (in.hasRemaining()) {
            if (body != GrowingBody.NONE) {
                fill(in, out);
            } else if (carried + (long) in.remaining() < needed) {
                int few = in.remaining();
                reserve(needed);
                in.get(carry, carried, few);
                carried += few;
            } else if (carried == 0 && beginsLarge(in)) {
                int flags = in.get();
                body = new GrowingBody(flags, (int) in.getLong(), trusted, in.remaining());
            } else {
                int length = (int) Math.min(carried + (long) in.remaining(), Chunks.POOLED_SIZE);
                byte[] chunk = Chunks.take(length);
                System.arraycopy(carry, 0, chunk, 0, carried);
                in.get(chunk, carried, length - carried);
                forget();
                scan(chunk, length, out);
            }
        }
        dead = false;
    }

    /** Whether a frame follows whose body is better copied straight into its own array. If so, its header is checked. */
    private boolean beginsLarge(ByteBuffer in) {
        if (in.remaining() < Frame.LONG_HEADER || (in.get(in.position()) & LONG) == 0) {
            return false;
        }
        long size = in.getLong(in.position() + 1);
        budget.check(in.get(in.position()), size);
        return size >= DIRECT_BODY;
    }

    private void fill(ByteBuffer in, Output out) {
        GrowingBody filled = body;
        if (filled.fill(in)) {
            body = GrowingBody.NONE;
            trusted = Math.max(trusted, filled.declared());
            take(filled.flags(), Bytes.wrap(filled.octets()), out);
        }
    }

    private void reserve(int capacity) {
        if (carry.length < capacity) {
            carry = Arrays.copyOf(carry, capacity);
        }
    }

    private void forget() {
        carry = NO_OCTETS;
        carried = 0;
        needed = Frame.SHORT_HEADER;
    }

    private void scan(byte[] taken, int length, Output out) {
        byte[] chunk = taken;
        int to = length;
        int from = oneByOne(chunk, 0, to, out);
        while (true) {
            int at = run(chunk, from, to, out);
            cutParts(chunk, boundary, at);
            int end = at < to && (chunk[at] & COMMAND) != 0 ? end(chunk, at, to) : INCOMPLETE;
            if (end == INCOMPLETE) {
                keep(chunk, at, to);
                handOut(chunk, from, out);
                return;
            }
            SubscriptionRun run = SubscriptionRun.copyOf(chunk, at, to);
            AcknowledgementRun said = run == null ? AcknowledgementRun.read(chunk, at, to) : null;
            Frame command = run == null && said == null ? new Frame(chunk[at], body(chunk, at, end)) : null;
            end = run != null ? at + run.size() : said != null ? at + said.size() : end;
            // The output owns the array of the run, so either the run or the rest of the chunk must move: always the
            // smaller one, or a flood of commands would take quadratic time.
            if (count > 0 && boundary - from > to - end) {
                byte[] rest = copy(chunk, end, to);
                out.messages(chunk, from, boundary, count);
                chunk = rest;
                to -= end;
                end = 0;
            } else if (count > 0) {
                out.messages(copy(chunk, from, boundary), 0, boundary - from, count);
            }
            if (run != null) {
                out.subscriptions(run);
            } else if (said != null) {
                out.acknowledgements(said);
            } else if (command != null) {
                out.frame(command);
            }
            from = oneByOne(chunk, end, to, out);
        }
    }

    /**
     * Looks through whole messages, and the complete parts of the next one, up to a command, or a frame that is not
     * complete, or the end. Leaves in {@code count} how many messages they are and in {@code boundary} where the last
     * one ends.
     */
    private int run(byte[] chunk, int from, int to, Output out) {
        boundary = from;
        count = 0;
        int at = from;
        try {
            while (at < to) {
                int end = end(chunk, at, to);
                int flags = chunk[at];
                if (end == INCOMPLETE || (flags & COMMAND) != 0) {
                    break;
                }
                budget.count(flags, end - at - Frame.headerSize(flags));
                if ((flags & MORE) == 0) {
                    count++;
                    boundary = end;
                }
                at = end;
            }
        } catch (ZmtpProtocolException broken) {
            if (count > 0) {
                out.messages(chunk, from, boundary, count);
            }
            throw broken;
        }
        return at;
    }

    private void cutParts(byte[] chunk, int from, int to) {
        int at = from;
        while (at < to) {
            int end = at + Frame.headerSize(chunk[at]) + size(chunk, at);
            parts.add(body(chunk, at, end));
            at = end;
        }
    }

    /** Takes frames one by one up to the end of a message begun before. */
    private int oneByOne(byte[] chunk, int from, int to, Output out) {
        int at = from;
        while (at < to && !parts.isEmpty()) {
            int end = end(chunk, at, to);
            if (end == INCOMPLETE) {
                break;
            }
            take(chunk[at], body(chunk, at, end), out);
            at = end;
        }
        return at;
    }

    private void take(int flags, Bytes octets, Output out) {
        if ((flags & COMMAND) != 0) {
            out.frame(new Frame((byte) flags, octets));
            return;
        }
        budget.count(flags, octets.size());
        parts.add(octets);
        if ((flags & MORE) == 0) {
            List<Bytes> whole = parts;
            parts = new ArrayList<>();
            out.message(whole);
        }
    }

    /** Where the frame ends, if it is all there; checks its header if that is. */
    private int end(byte[] chunk, int at, int to) {
        int flags = chunk[at];
        int header = Frame.headerSize(flags);
        if (to - at < header) {
            return INCOMPLETE;
        }
        long size = FrameCursor.size(chunk, at);
        budget.check(flags, size);
        return size > to - at - header ? INCOMPLETE : at + header + (int) size;
    }

    // Only for frames that end() has seen the whole of.
    private static int size(byte[] chunk, int at) {
        return (int) FrameCursor.size(chunk, at);
    }

    private static Bytes body(byte[] chunk, int at, int end) {
        return Bytes.copyOf(chunk, at + Frame.headerSize(chunk[at]), end);
    }

    private void keep(byte[] chunk, int at, int to) {
        int come = to - at;
        if (come == 0) {
            return;
        }
        int header = Frame.headerSize(chunk[at]);
        needed = header;
        if (come >= header) {
            int size = size(chunk, at);
            if (size > LARGE_BODY) {
                body = new GrowingBody(chunk[at], size, trusted, chunk, at + header, to);
                needed = Frame.SHORT_HEADER;
                return;
            }
            needed = header + size;
        }
        reserve(needed);
        System.arraycopy(chunk, at, carry, 0, come);
        carried = come;
    }

    private void handOut(byte[] chunk, int from, Output out) {
        if (count == 0) {
            Chunks.recycle(chunk);
        } else if (boundary - from <= Chunks.SMALL_SIZE && chunk.length == Chunks.POOLED_SIZE) {
            // A few octets that wait to be received must not hold 66 KiB.
            byte[] run = copy(chunk, from, boundary);
            Chunks.recycle(chunk);
            out.messages(run, 0, run.length, count);
        } else {
            out.messages(chunk, from, boundary, count);
        }
    }

    private static byte[] copy(byte[] chunk, int from, int to) {
        byte[] copy = Chunks.take(to - from);
        System.arraycopy(chunk, from, copy, 0, to - from);
        return copy;
    }

    /**
     * {@return whether nothing of an unfinished frame or message is held, so that the peer may leave without cutting
     * one}
     */
    public boolean idle() {
        return carried == 0 && body == GrowingBody.NONE && parts.isEmpty();
    }

    /** {@return the octets received and not handed out, without the headers of what has been taken apart} */
    public long held() {
        return carried + (long) body.filled() + budget.total();
    }

    /**
     * Puts together again what was received and not handed out, to continue elsewhere.
     *
     * @return the octets on the wire
     */
    public byte[] leftover() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        byte[] header = new byte[Frame.LONG_HEADER];
        for (Bytes part : parts) {
            wire.write(header, 0, FrameEncoder.header(header, 0, MORE, part.size()));
            wire.writeBytes(part.toByteArray());
        }
        if (body != GrowingBody.NONE) {
            wire.write(header, 0, FrameEncoder.header(header, 0, body.flags(), body.declared()));
            wire.write(body.octets(), 0, body.filled());
        }
        wire.write(carry, 0, carried);
        return wire.toByteArray();
    }
}
