package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Segment.Aging;
import io.zmtp.reactive.connection.Segment.FilePart;
import io.zmtp.reactive.connection.Segment.Part;
import io.zmtp.reactive.connection.Segment.Range;
import io.zmtp.reactive.connection.Segment.Staged;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.SharedEncoder;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, in order. Small parts are encoded into a shared array at once; a large one is kept by
 * reference. Whole messages can be taken out again. Not thread safe.
 */
final class Backlog {

    /** Parts up to this size are copied when they are added. */
    static final int INLINE = SharedEncoder.INLINE;

    private @Nullable Segment head;
    private @Nullable Segment tail;
    private long bytes;
    /** Whether what was taken last ends in the middle of a message. */
    private boolean cut;

    /**
     * What was taken out, not to be written.
     *
     * @param messages the messages; none if it was the rest of one
     * @param skipped how many octets on the wire stay before them
     * @param size their octets on the wire
     */
    record Removed(List<Message> messages, long skipped, long size) {}

    boolean isEmpty() {
        return head == null;
    }

    /** How many octets of memory are held. */
    long bytes() {
        return bytes;
    }

    // ---- adding

    void add(Message message) {
        int last = message.size() - 1;
        for (int i = 0; i < last; i++) {
            addPart(Frame.MORE, message.part(i), 0);
        }
        addPart(0, message.part(last), 1);
    }

    void add(Frame command) {
        addPart(command.flags() & ~Frame.LONG, command.body(), 0);
    }

    void add(Encoded encoded) {
        int size = encoded.size();
        bytes += size;
        if (tail instanceof Range before && before.extend(encoded)) {
            return;
        }
        // A small one of which the neighbours are not held is copied, lest it keeps all of them.
        if (size > INLINE || tail == null || (tail instanceof Range before && before.isMost())) {
            append(new Range(encoded));
            return;
        }
        Staged target = room(size);
        encoded.wire().copyTo(encoded.from(), target.array, target.length, size);
        target.length += size;
        target.messages += encoded.messages();
    }

    /** Adds a message, or one that is encoded, which is taken out again if it waits too long. */
    void add(Object item, long deadline) {
        Aging aging = new Aging(item, deadline);
        append(aging);
        bytes += aging.memory();
    }

    void add(FileSource source) {
        append(new FilePart(source));
    }

    private void addPart(int flags, Bytes body, int messages) {
        int size = body.size();
        if (size > INLINE) {
            append(new Part(flags, body, messages));
            bytes += size;
            return;
        }
        Staged target = room(FrameEncoder.headerSize(size) + size);
        int at = FrameEncoder.header(target.array, target.length, flags, size);
        body.copyTo(0, target.array, at, size);
        bytes += at + size - target.length;
        target.length = at + size;
        target.messages += messages;
        target.open = (flags & Frame.MORE) != 0;
    }

    private Staged room(int size) {
        if (tail instanceof Staged last && last.makeRoom(size)) {
            return last;
        }
        Staged fresh = new Staged(size);
        append(fresh);
        return fresh;
    }

    private void append(Segment segment) {
        if (tail == null) {
            head = segment;
        } else {
            tail.next = segment;
        }
        tail = segment;
    }

    // ---- taking, to write

    /** Takes the first segment; null when there is none. */
    @Nullable
    Segment take() {
        thaw();
        Segment first = head;
        if (first != null) {
            unlink(null, first);
            first.next = null;
            cut = first.open;
        }
        return first;
    }

    /** Makes frames of messages at the head that wait no longer: one segment, unless one of them makes more by itself. */
    private void thaw() {
        if (!(head instanceof Aging)) {
            return;
        }
        Backlog thawed = new Backlog();
        while (head instanceof Aging next && thawed.isExtendedBy(next)) {
            unlink(null, next);
            if (next.item instanceof Encoded encoded) {
                thawed.add(encoded);
            } else {
                thawed.add((Message) next.item);
            }
        }
        prepend(thawed);
    }

    /** Whether what a message becomes goes into the same segment as what is here. */
    private boolean isExtendedBy(Aging next) {
        if (tail instanceof Staged run) {
            return next.item instanceof Message && next.isSmall() && run.length + next.wireSize() <= Staged.CAPACITY;
        }
        return tail == null
                || (tail instanceof Range range && next.item instanceof Encoded encoded && range.isFollowedBy(encoded));
    }

    private void prepend(Backlog other) {
        if (other.tail != null) {
            other.tail.next = head;
            tail = tail == null ? other.tail : tail;
            head = other.head;
            bytes += other.bytes;
        }
    }

    private void unlink(@Nullable Segment before, Segment segment) {
        if (before == null) {
            head = segment.next;
        } else {
            before.next = segment.next;
        }
        if (tail == segment) {
            tail = before;
        }
        bytes -= segment.memory();
    }

    void clear() {
        for (Segment each = head; each != null; each = each.next) {
            each.discard();
        }
        head = null;
        tail = null;
        bytes = 0;
        cut = false;
    }

    // ---- taking out, not to write

    /** Takes out what belongs to a message of which the beginning was taken, if there is one. */
    @Nullable
    Removed removeRest() {
        if (!cut) {
            return null;
        }
        Removal removal = new Removal(false, true);
        removal.run();
        cut = false;
        return new Removed(List.of(), 0, removal.size);
    }

    /**
     * Takes out all that has waited too long.
     *
     * @param each gets it, with how many octets on the wire stay before it
     * @return when the next one has waited too long; 0 if none ages
     */
    long removeExpired(long now, ObjLongConsumer<Aging> each) {
        long skipped = 0;
        long soonest = 0;
        Segment before = null;
        for (Segment at = head, next; at != null; at = next) {
            next = at.next;
            if (at instanceof Aging aging && Deadline.isOver(aging.deadline, now)) {
                unlink(before, aging);
                each.accept(aging, skipped);
                continue;
            }
            if (at instanceof Aging aging && (soonest == 0 || aging.deadline - soonest < 0)) {
                soonest = aging.deadline;
            }
            skipped += at.wireSize();
            before = at;
        }
        return soonest;
    }

    /** Whether what would be written next has waited too long. */
    boolean isExpired(long now) {
        return head instanceof Aging aging && Deadline.isOver(aging.deadline, now);
    }

    /** Takes out the oldest whole message; null if there is none. Commands and files stay. */
    @Nullable
    Removed removeFirst() {
        Removal removal = new Removal(cut, false);
        removal.run();
        return removal.messages.isEmpty() ? null : new Removed(removal.messages, removal.skipped, removal.size);
    }

    /** Reads a frame of which all is there. */
    static Frame whole(ByteBuffer frames) {
        Frame frame = Frame.read(frames, Integer.MAX_VALUE);
        if (frame == null) {
            throw new IllegalStateException("a run ends in the middle of a frame");
        }
        return frame;
    }

    /** Looks for the frames of one message from the beginning, and takes them out. */
    private final class Removal {

        final List<Message> messages = new ArrayList<>(1);
        final List<Bytes> parts = new ArrayList<>(1);
        long skipped;
        long size;
        /** Whether the next frames belong to a message that has begun to be written, and stay. */
        private boolean begun;

        private boolean inside;
        private boolean found;

        Removal(boolean begun, boolean inside) {
            this.begun = begun;
            this.inside = inside;
        }

        void run() {
            Segment before = null;
            Segment next;
            for (Segment at = head; at != null && !found; at = next) {
                next = at.next;
                boolean emptied = at instanceof Staged octets
                        ? cutOut(octets)
                        : at instanceof Part part
                                ? isTaken(part)
                                : at instanceof Range range
                                        ? takeFirst(range)
                                        : at instanceof Aging aging ? takeWhole(aging) : keep(at);
                if (emptied) {
                    unlink(before, at);
                    at.discard();
                } else {
                    before = at;
                }
            }
        }

        private boolean keep(Segment segment) {
            skipped += segment.wireSize();
            return false;
        }

        private boolean isTaken(Part part) {
            if (begun) {
                begun = part.open;
                return keep(part);
            }
            if (!inside && (part.flags & Frame.COMMAND) != 0) {
                return keep(part);
            } else {
                parts.add(part.body);
                inside = part.open;
                end(part.open);
            }
            size += part.wireSize();
            return true;
        }

        /** Takes the first message, of which nothing is elsewhere; true if nothing is left. */
        private boolean takeFirst(Range range) {
            ByteBuffer frames = range.wire.asByteBuffer().position(range.from).limit(range.to);
            while (!found) {
                Frame frame = whole(frames);
                parts.add(frame.body());
                end(frame.isMore());
            }
            int gone = frames.position() - range.from;
            size += gone;
            bytes -= gone;
            range.from += gone;
            range.messages--;
            return range.from == range.to;
        }

        /** Takes one that others may keep for a while; no other one begins before it ends. */
        private boolean takeWhole(Aging aging) {
            messages.add(Deadline.rest(aging.message(), aging.deadline));
            size += aging.wireSize();
            found = true;
            return true;
        }

        private void end(boolean more) {
            if (!more) {
                messages.add(Message.of(parts));
                parts.clear();
                found = true;
            }
        }

        /** Takes frames out of a run; true if nothing is left. */
        private boolean cutOut(Staged run) {
            ByteBuffer frames = ByteBuffer.wrap(run.array, run.from, run.length - run.from);
            int start = run.from;
            while (!found && frames.hasRemaining()) {
                int here = frames.position();
                Frame frame = whole(frames);
                if (begun) {
                    begun = frame.isMore();
                } else if (inside || !frame.isCommand()) {
                    start = inside ? start : here;
                    inside = true;
                    parts.add(frame.body());
                    end(frame.isMore());
                }
            }
            if (!inside) {
                return keep(run);
            }
            skipped += start - run.from;
            int gone = frames.position() - start;
            size += gone;
            bytes -= gone;
            // What stays before it is short: it moves, so that a full run need not.
            System.arraycopy(run.array, run.from, run.array, run.from + gone, start - run.from);
            run.from += gone;
            if (found) {
                run.messages--;
            } else {
                run.open = false;
            }
            return run.from == run.length;
        }
    }
}
