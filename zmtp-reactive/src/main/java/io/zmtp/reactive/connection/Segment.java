package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.SharedEncoder;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of what the outbox holds; it ends where a frame does. */
abstract sealed class Segment {

    /** What comes behind it in the outbox. */
    @Nullable
    Segment next;

    /** Whether it ends in the middle of a message. */
    boolean open;

    /** How many octets it is on the wire. */
    abstract long wireSize();

    /** How much memory it holds, in octets. */
    abstract long memory();

    /** How many messages end in it. */
    abstract int messages();

    /** Gives back what it holds, unwritten or written. */
    void discard() {}

    /** Whole frames, encoded. */
    static final class Staged extends Segment {

        /** How much fits at most: one write, and little enough for one segment on loopback; such an array is a pooled one. */
        static final int CAPACITY = SharedEncoder.CAPACITY;

        /** How much fits at first: of many peers each may be sent one small message at a time. */
        private static final int FIRST_CAPACITY = 256;

        /** How much fits next: they may be sent more than one before the event loop writes any of it. */
        private static final int NEXT_CAPACITY = 2048;

        byte[] array;

        /** Where the first frame begins that was not taken out again. */
        int from;

        /** Where the last one ends. */
        int length;

        int messages;

        /** One with room for some octets. */
        Staged(int size) {
            array = Chunks.take(Math.max(FIRST_CAPACITY, size));
        }

        /** Makes room for some octets behind what is there; false if that would be more than may be. */
        boolean makeRoom(int size) {
            int needed = length + size;
            if (needed > CAPACITY) {
                return false;
            }
            if (needed > array.length) {
                byte[] wider = Chunks.take(needed <= NEXT_CAPACITY ? NEXT_CAPACITY : CAPACITY);
                System.arraycopy(array, from, wider, from, length - from);
                array = wider;
            }
            return true;
        }

        @Override
        long wireSize() {
            return (long) length - from;
        }

        @Override
        long memory() {
            return (long) length - from;
        }

        @Override
        int messages() {
            return messages;
        }

        @Override
        void discard() {
            Chunks.recycle(array);
        }
    }

    /** One large part of a message, by reference. */
    static final class Part extends Segment {

        /** Flags for the header. */
        final int flags;

        final Bytes body;
        final int messages;

        Part(int flags, Bytes body, int messages) {
            this.flags = flags;
            this.body = body;
            this.messages = messages;
            this.open = (flags & Frame.MORE) != 0;
        }

        @Override
        long wireSize() {
            return FrameEncoder.headerSize(body.size()) + (long) body.size();
        }

        @Override
        long memory() {
            return body.size();
        }

        @Override
        int messages() {
            return messages;
        }
    }

    /** Whole messages, encoded by somebody else, by reference; others may refer to the same octets. */
    static final class Range extends Segment {

        final Bytes wire;

        /** The first octet that is still to be written. */
        int from;

        int to;
        int messages;

        Range(Encoded encoded) {
            this.wire = encoded.wire();
            this.from = encoded.from();
            this.to = encoded.to();
            this.messages = encoded.messages();
        }

        /** Takes what follows the last octet directly. */
        boolean extend(Encoded encoded) {
            if (!isFollowedBy(encoded)) {
                return false;
            }
            to = encoded.to();
            messages += encoded.messages();
            return true;
        }

        /** Whether something follows the last octet directly. */
        @SuppressWarnings("ReferenceEquality") // the same octets, not equal ones
        boolean isFollowedBy(Encoded encoded) {
            return encoded.wire() == wire && encoded.from() == to;
        }

        /** Whether most of what it refers to is its own: it alone does not keep much more than it holds. */
        boolean isMost() {
            return 2L * (to - from) >= wire.size();
        }

        @Override
        long wireSize() {
            return (long) to - from;
        }

        @Override
        long memory() {
            return (long) to - from;
        }

        @Override
        int messages() {
            return messages;
        }
    }

    /** A whole message that is dropped if it waits too long; it becomes frames when it is about to be written. */
    static final class Aging extends Segment {

        /** A message, or one that is encoded. */
        final Object item;

        /** When it has waited too long. */
        final long deadline;

        private final long size;

        Aging(Object item, long deadline) {
            this.item = item;
            this.deadline = deadline;
            this.size = item instanceof Encoded encoded ? encoded.size() : FrameEncoder.size((Message) item);
        }

        /** Whether others may be written with it. */
        boolean isSmall() {
            return size <= SharedEncoder.INLINE;
        }

        Message message() {
            return item instanceof Message message ? message : message((Encoded) item);
        }

        private static Message message(Encoded encoded) {
            List<Bytes> parts = new ArrayList<>(2);
            ByteBuffer frames =
                    encoded.wire().asByteBuffer().position(encoded.from()).limit(encoded.to());
            while (frames.hasRemaining()) {
                parts.add(Backlog.whole(frames).body());
            }
            return Message.of(parts);
        }

        @Override
        long wireSize() {
            return size;
        }

        @Override
        long memory() {
            return size;
        }

        @Override
        int messages() {
            return 1;
        }
    }

    /** A message that comes from a file. */
    static final class FilePart extends Segment {

        final FileSource source;

        FilePart(FileSource source) {
            this.source = source;
        }

        @Override
        long wireSize() {
            return source.wireSize();
        }

        @Override
        long memory() {
            return 0;
        }

        @Override
        int messages() {
            return 1;
        }

        @Override
        void discard() {
            source.close();
        }
    }
}
