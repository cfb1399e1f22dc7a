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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * What was accepted and waits to be written, in order: any thread puts in, under one short lock; the event loop takes
 * out, a segment at a time.
 *
 * <p>Small parts are encoded into a shared array at once; a large one is kept by reference and its header is made when
 * it is written. Everything in here is plain: the cipher works behind {@link #take()}.
 */
final class Outbox {

    /** Senders wait above this many octets. */
    static final int HIGH = 256 * 1024;

    /** They go on below this many. */
    static final int LOW = HIGH / 2;

    /** {@code write} gives up above this many. */
    static final int WRITE_LIMIT = 16 * 1024 * 1024;

    /** Parts up to this size are copied when they are accepted. */
    private static final int INLINE = 2048;

    private final Runnable wake;
    /** In the order of asking; whoever cancels leaves it, however many wait. */
    private final Set<SendOne.Parked> parked = new LinkedHashSet<>(0);

    private final ArrayDeque<SendMany> hungry = new ArrayDeque<>(0);
    private final Set<SendMany> streams = new LinkedHashSet<>(0);
    private final ArrayDeque<Flush> flushes = new ArrayDeque<>(0);
    private @Nullable Segment head;
    private @Nullable Segment tail;
    private long staged;
    private boolean scheduled;
    private boolean watched;
    private boolean ending;
    private @Nullable ZmtpClosedException closed;

    private long acceptedBytes;
    private long acceptedMessages;
    private long writtenBytes;
    private long writtenMessages;

    private record Flush(long position, MonoSink<Void> sink) {}

    /**
     * Makes an empty one.
     *
     * @param wake schedules a drain on the event loop; called outside the lock, at most once until the drain has found
     *     the outbox empty
     */
    Outbox(Runnable wake) {
        this.wake = wake;
    }

    /** Accepts an item if nobody waits and there is room. */
    boolean offer(Object item) {
        boolean needsWake;
        synchronized (this) {
            requireOpen();
            if (staged >= HIGH || !parked.isEmpty()) {
                return false;
            }
            needsWake = accept(item);
        }
        if (needsWake) {
            wake.run();
        }
        return true;
    }

    /** Puts a sender to the end of the queue; false if its item was accepted instead. */
    boolean park(SendOne.Parked sender) {
        boolean needsWake;
        synchronized (this) {
            requireOpen();
            if (staged >= HIGH || !parked.isEmpty()) {
                parked.add(sender);
                return true;
            }
            if (!sender.leave()) {
                return true;
            }
            needsWake = accept(sender.item());
        }
        if (needsWake) {
            wake.run();
        }
        return false;
    }

    /** Takes a sender who cancelled out of the queue. */
    void forget(SendOne.Parked sender) {
        synchronized (this) {
            parked.remove(sender);
        }
    }

    /** Accepts the next message of a stream, whose demand is what bounds it; true while there is room for more. */
    boolean push(Message message) {
        boolean needsWake;
        boolean room;
        synchronized (this) {
            requireOpen();
            needsWake = accept(message);
            room = staged < HIGH;
        }
        if (needsWake) {
            wake.run();
        }
        return room;
    }

    /** Accepts without flushing; true while below the mark. */
    boolean write(Iterable<?> items) {
        boolean needsWake = false;
        boolean room;
        synchronized (this) {
            requireOpen();
            if (staged >= WRITE_LIMIT) {
                throw new ZmtpSendException("expected write(…) to wait for flush() or writable(), but " + staged
                        + " octets are held already; the limit is " + WRITE_LIMIT);
            }
            for (Object item : items) {
                needsWake |= stage(item);
            }
            room = staged < HIGH;
            if (staged >= Staged.CAPACITY) {
                needsWake |= schedule();
            }
        }
        if (needsWake) {
            wake.run();
        }
        return room;
    }

    /** Stages an item; true if the loop must be woken for it. */
    private boolean accept(Object item) {
        boolean full = stage(item);
        return schedule() || full;
    }

    private boolean schedule() {
        if (scheduled) {
            return false;
        }
        scheduled = true;
        return true;
    }

    private void requireOpen() {
        if (closed != null) {
            throw new ZmtpClosedException(String.valueOf(closed.getMessage()), closed.closed());
        }
        if (ending) {
            throw new ZmtpClosedException(
                    "the connection is closing: nothing more is accepted", new Closed(Closed.Reason.LOCAL, null, 0, 0));
        }
    }

    // ---- staging, under the lock

    /** Encodes or keeps an item; true if somebody who watches must hear that the outbox is full now. */
    private boolean stage(Object item) {
        boolean hadRoom = staged < HIGH;
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
        return watched && hadRoom && staged >= HIGH;
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
        synchronized (this) {
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
            if (first instanceof Staged octets) {
                staged -= octets.length;
            } else if (first instanceof Part part) {
                staged -= part.body.size();
            }
            return first;
        }
    }

    /** Lets waiting senders go on when there is room; called after {@link #take()}. */
    void release() {
        List<SendOne.Parked> accepted = List.of();
        List<SendMany> fed = List.of();
        synchronized (this) {
            if (staged >= LOW || (parked.isEmpty() && hungry.isEmpty()) || closed != null) {
                return;
            }
            if (!parked.isEmpty()) {
                accepted = new ArrayList<>();
                for (Iterator<SendOne.Parked> each = parked.iterator(); staged < HIGH && each.hasNext(); ) {
                    SendOne.Parked next = each.next();
                    each.remove();
                    if (next.leave()) {
                        stage(next.item());
                        accepted.add(next);
                    }
                }
            }
            if (!hungry.isEmpty() && staged < HIGH) {
                fed = new ArrayList<>(hungry);
                hungry.clear();
            }
        }
        accepted.forEach(SendOne.Parked::accepted);
        fed.forEach(SendMany::refill);
    }

    /** Notes what went to the transport. */
    void written(long bytes, int messages) {
        List<Flush> done = List.of();
        synchronized (this) {
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
        boolean needsWake = false;
        ZmtpClosedException failure;
        synchronized (this) {
            failure = closed;
            if (failure == null && writtenBytes < acceptedBytes) {
                flushes.add(new Flush(acceptedBytes, sink));
                needsWake = schedule();
                sink = null;
            }
        }
        if (needsWake) {
            wake.run();
        }
        if (sink != null) {
            if (failure != null) {
                sink.error(failure);
            } else {
                sink.success();
            }
        }
    }

    /** A stream waits for room; false if there is some. */
    boolean awaitRoom(SendMany stream) {
        synchronized (this) {
            if (staged < HIGH || closed != null) {
                return false;
            }
            hungry.add(stream);
            return true;
        }
    }

    /** Remembers a stream, so that it ends with the connection. */
    void open(SendMany stream) {
        synchronized (this) {
            requireOpen();
            streams.add(stream);
        }
    }

    void forget(SendMany stream) {
        synchronized (this) {
            streams.remove(stream);
            hungry.remove(stream);
        }
    }

    /** From now on a full outbox wakes the loop, for {@code writable()}. */
    void watch() {
        synchronized (this) {
            watched = true;
        }
    }

    /** Whether senders would be accepted at once. */
    boolean hasRoom() {
        synchronized (this) {
            return staged < HIGH && parked.isEmpty() && !ending && closed == null;
        }
    }

    /** How many senders wait. */
    int waiting() {
        synchronized (this) {
            return parked.size();
        }
    }

    /** How much is held, in octets. */
    long staged() {
        synchronized (this) {
            return staged;
        }
    }

    /** Refuses what comes from now on; what waits already is still written. */
    void end() {
        synchronized (this) {
            ending = true;
        }
    }

    /** Whether all that was accepted, or waits to be, went to the transport. */
    boolean isDrained() {
        synchronized (this) {
            return parked.isEmpty() && writtenBytes == acceptedBytes;
        }
    }

    /** Counts what was accepted and never written. */
    Closed count(Closed.Reason reason, @Nullable Throwable cause) {
        synchronized (this) {
            return new Closed(reason, cause, acceptedMessages - writtenMessages, acceptedBytes - writtenBytes);
        }
    }

    /** Fails everyone who waits, and everyone who comes. */
    void close(ZmtpClosedException reason) {
        List<SendOne.Parked> senders;
        List<Flush> flushing;
        List<SendMany> sending;
        synchronized (this) {
            if (closed != null) {
                return;
            }
            closed = reason;
            senders = new ArrayList<>(parked);
            parked.clear();
            flushing = new ArrayList<>(flushes);
            flushes.clear();
            sending = new ArrayList<>(streams);
            streams.clear();
            hungry.clear();
            for (Segment each = head; each != null; each = each.next) {
                each.discard();
            }
            head = null;
            tail = null;
            staged = 0;
        }
        for (SendOne.Parked sender : senders) {
            if (sender.leave()) {
                sender.failed(reason);
            }
        }
        flushing.forEach(flush -> flush.sink().error(reason));
        sending.forEach(stream -> stream.failed(reason));
    }
}
