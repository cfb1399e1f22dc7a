package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.connection.Segment.FilePart;
import io.zmtp.reactive.connection.Segment.Part;
import io.zmtp.reactive.connection.Segment.Staged;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * What was accepted and waits to be written, in order: any thread puts in, under one short lock; the event loop takes
 * out, a segment at a time.
 *
 * <p>Small parts are encoded into a shared array at once; a large one is kept by reference and its header is made when
 * it is written. Everything in here is plain: the cipher works behind {@link #take()}.
 */
final class Outbox extends Intake {

    /** Senders wait above this many octets. */
    static final int HIGH = 256 * 1024;

    /** {@code write} gives up above this many. */
    static final int WRITE_LIMIT = 16 * 1024 * 1024;

    /** Parts up to this size are copied when they are accepted. */
    private static final int INLINE = 2048;

    private final ArrayDeque<Flush> flushes = new ArrayDeque<>(0);
    private final long maxBytes;
    private final long maxMessages;
    /** Tells a socket that there is room again, if this is one of its outboxes. */
    private final @Nullable Runnable onRoom;

    private @Nullable Runnable wake;
    private @Nullable Segment head;
    private @Nullable Segment tail;
    private long staged;
    private boolean scheduled;
    private boolean watched;
    private boolean wasFull;
    /** Whether what was taken last ends in the middle of a message. */
    private boolean cut;

    private @Nullable ZmtpClosedException closed;

    private long acceptedBytes;
    private long acceptedMessages;
    private long takenBytes;
    private long takenMessages;
    private long writtenBytes;
    private long writtenMessages;

    private record Flush(long position, MonoSink<Void> sink) {}

    /** That of a bare connection, bounded in octets. */
    Outbox() {
        this(HIGH, Long.MAX_VALUE, null);
    }

    /**
     * Makes an empty one that nobody drains yet.
     *
     * @param maxBytes full when so many octets are held
     * @param maxMessages full when so many whole messages are held
     * @param onRoom told, without the lock, when it was full and is not any more
     */
    Outbox(long maxBytes, long maxMessages, @Nullable Runnable onRoom) {
        super(null);
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.onRoom = onRoom;
    }

    /**
     * Has a connection drain it from now on.
     *
     * @param wake schedules a drain on the event loop; called outside the lock, at most once until the drain has found
     *     the outbox empty
     */
    void attach(Runnable wake) {
        synchronized (lock) {
            this.wake = wake;
            scheduled = head != null;
        }
    }

    // ---- accepting

    @Override
    protected boolean hasRoomFor(Object item) {
        if (staged < maxBytes && acceptedMessages - takenMessages < maxMessages) {
            return true;
        }
        wasFull = true;
        return false;
    }

    @Override
    protected @Nullable Runnable accept(Object item) {
        boolean full = stage(item);
        return schedule() || full ? wake : null;
    }

    @Override
    protected long room() {
        return staged < maxBytes ? maxMessages - (acceptedMessages - takenMessages) : 0;
    }

    @Override
    protected void accepted(MonoSink<Void> stream) {
        flush(stream);
    }

    /** Accepts an item if there is room, whoever waits; for a socket, whose own senders wait elsewhere. */
    boolean offerNow(Object item) {
        Runnable then;
        synchronized (lock) {
            if (closed != null || !hasRoomFor(item)) {
                return false;
            }
            then = accept(item);
        }
        if (then != null) {
            then.run();
        }
        return true;
    }

    /** Accepts without flushing; true while below the mark. */
    boolean write(Iterable<?> items) {
        Runnable then = null;
        boolean room;
        synchronized (lock) {
            requireOpen();
            if (staged >= WRITE_LIMIT) {
                throw new ZmtpSendException("expected write(…) to wait for flush() or writable(), but " + staged
                        + " octets are held already; the limit is " + WRITE_LIMIT);
            }
            for (Object item : items) {
                if (stage(item)) {
                    then = wake;
                }
            }
            room = staged < maxBytes;
            if (staged >= Staged.CAPACITY && schedule()) {
                then = wake;
            }
        }
        if (then != null) {
            then.run();
        }
        return room;
    }

    private boolean schedule() {
        if (scheduled || wake == null) {
            return false;
        }
        scheduled = true;
        return true;
    }

    // ---- staging, under the lock

    /** Encodes or keeps an item; true if somebody who watches must hear that the outbox is full now. */
    private boolean stage(Object item) {
        boolean hadRoom = staged < maxBytes;
        if (item instanceof Message message) {
            stageMessage(message);
        } else if (item instanceof Frame command) {
            Bytes body = command.body();
            stagePart(command.flags() & ~Frame.LONG, body, 0);
            acceptedBytes += FrameEncoder.headerSize(body.size()) + body.size();
        } else if (item instanceof Encoded encoded) {
            stageOctets(encoded);
        } else {
            stageFile((FileSource) item);
        }
        return watched && hadRoom && staged >= maxBytes;
    }

    private void stageFile(FileSource source) {
        if (source.take()) {
            append(new FilePart(source));
            acceptedBytes += source.wireSize();
            acceptedMessages++;
        }
    }

    private void stageMessage(Message message) {
        int last = message.size() - 1;
        for (int i = 0; i < last; i++) {
            stagePart(Frame.MORE, message.part(i), 0);
        }
        stagePart(0, message.part(last), 1);
        acceptedBytes += FrameEncoder.size(message);
        acceptedMessages++;
    }

    private void stagePart(int flags, Bytes body, int messages) {
        int size = body.size();
        if (size > INLINE) {
            append(new Part(flags, body, messages));
            staged += size;
            return;
        }
        Staged target = room(FrameEncoder.headerSize(size) + size);
        int at = FrameEncoder.header(target.array, target.length, flags, size);
        body.copyTo(0, target.array, at, size);
        staged += at + size - target.length;
        target.length = at + size;
        target.messages += messages;
        target.open = (flags & Frame.MORE) != 0;
    }

    private void stageOctets(Encoded encoded) {
        Bytes wire = encoded.wire();
        int size = wire.size();
        if (size > INLINE) {
            append(new Part(-1, wire, encoded.messages()));
        } else {
            Staged target = room(size);
            wire.copyTo(0, target.array, target.length, size);
            target.length += size;
            target.messages += encoded.messages();
        }
        staged += size;
        acceptedBytes += size;
        acceptedMessages += encoded.messages();
    }

    private Staged room(int size) {
        if (tail instanceof Staged last && last.length + size <= Staged.CAPACITY) {
            return last;
        }
        Staged fresh = new Staged();
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

    // ---- the event loop's side

    /** Takes the first segment; null when there is none, after which the next item wakes the loop again. */
    @Nullable
    Segment take() {
        synchronized (lock) {
            Segment first = head;
            if (first == null) {
                scheduled = false;
                return null;
            }
            head = first.next;
            if (head == null) {
                tail = null;
            }
            first.next = null;
            staged -= stagedSize(first);
            takenBytes += first.wireSize();
            takenMessages += first.messages();
            cut = first.open;
            return first;
        }
    }

    private static long stagedSize(Segment segment) {
        return segment instanceof Staged octets ? octets.length : segment instanceof Part part ? part.body.size() : 0;
    }

    /** Lets waiting senders go on when there is room; called after {@link #take()}. */
    void released() {
        boolean tell;
        synchronized (lock) {
            if (staged >= maxBytes / 2 || acceptedMessages - takenMessages > maxMessages / 2) {
                return;
            }
            tell = wasFull;
            wasFull = false;
            if (!tell && !hasWaiting()) {
                return;
            }
        }
        release();
        if (tell && onRoom != null) {
            onRoom.run();
        }
    }

    /** Notes what went to the transport. */
    void written(long bytes, int messages) {
        List<Flush> done = List.of();
        synchronized (lock) {
            writtenBytes += bytes;
            writtenMessages += messages;
            if (!flushes.isEmpty() && flushes.peek().position() <= writtenBytes) {
                done = new ArrayList<>();
                for (Iterator<Flush> each = flushes.iterator(); each.hasNext(); ) {
                    Flush flush = each.next();
                    if (flush.position() > writtenBytes) {
                        break;
                    }
                    done.add(flush);
                    each.remove();
                }
            }
        }
        for (Flush flush : done) {
            flush.sink().success();
        }
    }

    /** Completes the sink when everything accepted so far was written, and what waits with it flushes. */
    void flush(MonoSink<Void> sink) {
        Runnable then = null;
        ZmtpClosedException failure;
        synchronized (lock) {
            failure = closed;
            if (failure == null && writtenBytes < acceptedBytes) {
                flushes.add(new Flush(acceptedBytes, sink));
                then = schedule() ? wake : null;
                sink = null;
            }
        }
        if (then != null) {
            then.run();
        }
        if (sink != null) {
            if (failure != null) {
                sink.error(failure);
            } else {
                sink.success();
            }
        }
    }

    /** From now on a full outbox wakes the loop, for {@code writable()}. */
    void watch() {
        synchronized (lock) {
            watched = true;
        }
    }

    /** Whether senders would be accepted at once. */
    boolean hasRoom() {
        synchronized (lock) {
            return staged < maxBytes && acceptedMessages - takenMessages < maxMessages && !hasParked() && !isEnding();
        }
    }

    /** How much is held, in octets. */
    long staged() {
        synchronized (lock) {
            return staged;
        }
    }

    /** How many messages would be accepted now; if none, the socket is told when there is room again. */
    long roomNow() {
        synchronized (lock) {
            long room = isEnding() ? 0 : room();
            wasFull |= room <= 0;
            return room;
        }
    }

    /** How many whole messages are held. */
    long messages() {
        synchronized (lock) {
            return acceptedMessages - takenMessages;
        }
    }

    /** Whether all that was accepted, or waits to be, went to the transport. */
    boolean isDrained() {
        synchronized (lock) {
            return !hasWaiting() && writtenBytes == acceptedBytes;
        }
    }

    /** Counts what was accepted and never written. */
    Closed count(Closed.Reason reason, @Nullable Throwable cause) {
        synchronized (lock) {
            return new Closed(reason, cause, acceptedMessages - writtenMessages, acceptedBytes - writtenBytes);
        }
    }

    /** Fails everyone who waits, and everyone who comes. */
    void close(ZmtpClosedException reason) {
        List<Flush> flushing;
        synchronized (lock) {
            if (closed != null) {
                return;
            }
            closed = reason;
            flushing = new ArrayList<>(flushes);
            flushes.clear();
            for (Segment each = head; each != null; each = each.next) {
                each.discard();
            }
            head = null;
            tail = null;
            staged = 0;
        }
        fail(reason);
        flushing.forEach(flush -> flush.sink().error(reason));
    }

    // ---- outliving a connection

    /**
     * The connection has gone. What it had taken and not written is lost; what is held stays for the next one, but for
     * the rest of a message whose beginning was taken.
     *
     * @return how much was lost
     */
    Closed detach(Closed.Reason reason, @Nullable Throwable cause) {
        Closed lost;
        synchronized (lock) {
            wake = null;
            scheduled = false;
            if (cut) {
                cut = false;
                cutHead();
            }
            lost = new Closed(reason, cause, takenMessages - writtenMessages, takenBytes - writtenBytes);
        }
        written(lost.unsentBytes(), (int) lost.unsentMessages());
        released();
        return lost;
    }

    /** Drops what belongs to a message whose beginning has gone. */
    private void cutHead() {
        for (Segment first; (first = head) != null; ) {
            if (first instanceof Staged octets) {
                ByteBuffer frames = ByteBuffer.wrap(octets.array, 0, octets.length);
                Frame frame;
                do {
                    frame = Frame.read(frames, Integer.MAX_VALUE);
                } while (frame != null && frame.isMore());
                int dropped = frames.position();
                System.arraycopy(octets.array, dropped, octets.array, 0, octets.length - dropped);
                octets.length -= dropped;
                staged -= dropped;
                takenBytes += dropped;
                if (frame != null) {
                    octets.messages--;
                    takenMessages++;
                }
                if (octets.length > 0) {
                    return;
                }
                removeHead(first);
                first.discard();
            } else {
                removeHead(first);
                staged -= stagedSize(first);
                takenBytes += first.wireSize();
                takenMessages += first.messages();
                first.discard();
            }
            if (!first.open) {
                return;
            }
        }
    }

    private void removeHead(Segment first) {
        head = first.next;
        if (head == null) {
            tail = null;
        }
    }

    /** Takes out all whole messages that are held, for another peer; commands and files are dropped. */
    List<Message> takeBack() {
        List<Message> messages = new ArrayList<>();
        List<Bytes> parts = new ArrayList<>();
        for (Segment segment; (segment = unaccept()) != null; ) {
            if (segment instanceof Staged octets) {
                collect(ByteBuffer.wrap(octets.array, 0, octets.length), parts, messages);
            } else if (segment instanceof Part part && part.flags < 0) {
                collect(part.body.asByteBuffer(), parts, messages);
            } else if (segment instanceof Part part) {
                parts.add(part.body);
                if (!part.open) {
                    messages.add(Message.of(parts));
                    parts.clear();
                }
            }
            segment.discard();
        }
        return messages;
    }

    /** Takes a segment out as if it had never come. */
    private @Nullable Segment unaccept() {
        synchronized (lock) {
            Segment first = take();
            if (first != null) {
                takenBytes -= first.wireSize();
                takenMessages -= first.messages();
                acceptedBytes -= first.wireSize();
                acceptedMessages -= first.messages();
            }
            return first;
        }
    }

    private static void collect(ByteBuffer wire, List<Bytes> parts, List<Message> messages) {
        for (Frame frame; (frame = Frame.read(wire, Integer.MAX_VALUE)) != null; ) {
            if (frame.isCommand()) {
                continue;
            }
            parts.add(frame.body());
            if (!frame.isMore()) {
                messages.add(Message.of(parts));
                parts.clear();
            }
        }
    }
}
