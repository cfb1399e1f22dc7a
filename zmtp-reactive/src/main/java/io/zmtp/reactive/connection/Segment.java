package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
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

        /** How much fits: one write, and little enough for one segment on loopback; also makes the array a pooled one. */
        static final int CAPACITY = 60 * 1024;

        final byte[] array = Chunks.take(CAPACITY);

        /** Where the first frame begins that was not taken out again. */
        int from;

        /** Where the last one ends. */
        int length;

        int messages;

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

    /** One large part of a message, or encoded messages, by reference. */
    static final class Part extends Segment {

        /** Flags for the header; the octets bring their own if negative. */
        final int flags;

        final Bytes body;
        final int messages;

        Part(int flags, Bytes body, int messages) {
            this.flags = flags;
            this.body = body;
            this.messages = messages;
            this.open = flags >= 0 && (flags & Frame.MORE) != 0;
        }

        @Override
        long wireSize() {
            return flags < 0 ? body.size() : FrameEncoder.headerSize(body.size()) + (long) body.size();
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
