package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.SharedEncoder;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last messages, within bounds, as the octets that their subscribers get: nothing else is kept of each. They lie in segments, and
 * what is too old is forgotten a segment at a time. Any thread may call.
 */
final class History {

    private static final int FIRST_SEGMENT = 1024;

    /** As many as are encoded into one array: so they are copied together. */
    private static final int MAX_SEGMENT = SharedEncoder.CAPACITY;

    /** Of the octets that it may have, a segment has at most this part, so that not too much is forgotten at a time. */
    private static final int LEAST_SEGMENTS = 8;

    /** What a segment takes in memory beside its octets: objects, and its place in the map. */
    private static final int SEGMENT_OVERHEAD = 160;

    /** So many octets are looked at for one page. */
    private static final int MAX_LOOK = 4 * 1024 * 1024;

    /** An age is so many ticks. */
    static final int TICKS = 16;

    /** Never changed below its end, so that it can be read without the lock by somebody who is counted in {@link #readers}. */
    private static final class Segment {
        byte[] octets;
        int end;
        /** When it was closed. */
        long tick;

        Segment(byte[] octets) {
            this.octets = octets;
        }
    }

    private final int maxMessages;
    private final long maxBytes;
    private final int maxSegment;

    /** By the number of the first message. */
    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    /** The last segment, if there may be more in it. */
    private @Nullable Segment open;
    /** What the segments take. */
    private long held;

    private long oldest;
    private long next;
    private long ticks;

    /** The last messages, where they were encoded, one behind the other; they are in no segment yet. */
    private Bytes fresh = Bytes.EMPTY;

    private int freshFrom;
    private int freshTo;
    /** The number of the first of them; {@link #next} if there is none. */
    private long freshFirst;

    /** The octets of a segment that was forgotten, for the next one. */
    private byte @Nullable [] spare;

    private int readers;

    History(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.maxSegment = (int) Math.min(MAX_SEGMENT, maxBytes / LEAST_SEGMENTS);
    }

    // ---- keeping

    /** Keeps the message that has the number {@link #next}, as it was encoded. */
    synchronized void add(Encoded message) {
        int size = message.size();
        if (size + SEGMENT_OVERHEAD > maxBytes) {
            next++;
            forgetUntil(next); // nothing before it would be without a gap
            return;
        }
        if (!extend(message, size)) {
            settle();
            fresh = message.wire();
            freshFrom = message.from();
            freshTo = message.to();
        }
        next++;
        oldest = Math.max(oldest, next - maxMessages); // and its segment goes when the next one comes
        trim();
    }

    @SuppressWarnings("ReferenceEquality") // the same octets, not equal ones
    private boolean extend(Encoded message, int size) {
        boolean follows =
                message.wire() == fresh && message.from() == freshTo && freshTo - freshFrom + size <= maxSegment;
        if (follows) {
            freshTo += size;
        }
        return follows;
    }

    /** Has all messages in segments. */
    private void settle() {
        int size = freshTo - freshFrom;
        if (size > 0) {
            Segment target = room(size);
            fresh.copyTo(freshFrom, target.octets, target.end, size);
            target.end += size;
        }
        forgetFresh();
    }

    private void forgetFresh() {
        fresh = Bytes.EMPTY;
        freshFrom = 0;
        freshTo = 0;
        freshFirst = next;
    }

    private Segment room(int size) {
        Segment segment = open;
        if (segment == null || segment.end + size > Math.max(maxSegment, segment.octets.length)) {
            close();
            forgetUntil(oldest);
            segment = new Segment(array(size));
            segments.put(freshFirst, segment);
            open = segment;
            held += segment.octets.length + SEGMENT_OVERHEAD;
        } else if (segment.end + size > segment.octets.length) {
            resize(segment, Math.max(Math.min(segment.octets.length * 2, maxSegment), segment.end + size));
        }
        return segment;
    }

    private byte[] array(int size) {
        boolean isMost = size <= maxSegment && isEnough(size, maxSegment);
        byte[] again = spare;
        spare = null;
        if (isMost && again != null) {
            return again;
        }
        return new byte[isMost ? maxSegment : Math.max(size, Math.min(FIRST_SEGMENT, maxSegment))];
    }

    /** Whether so many octets are no waste of an array. */
    private static boolean isEnough(int size, int length) {
        return length - size <= length / 8;
    }

    private void close() {
        Segment closed = open;
        if (closed != null) {
            open = null;
            closed.tick = ticks;
            if (!isEnough(closed.end, closed.octets.length)) {
                resize(closed, closed.end);
            }
        }
    }

    private void resize(Segment segment, int size) {
        held += size - segment.octets.length;
        segment.octets = Arrays.copyOf(segment.octets, size);
    }

    /** Forgets segments of which all messages have smaller numbers. */
    private void forgetUntil(long number) {
        oldest = Math.max(oldest, number);
        while (!segments.isEmpty() && endOfFirst() <= number) {
            forgetFirst();
        }
        if (number == next) {
            forgetFresh();
        }
    }

    private long endOfFirst() {
        Long second = segments.higherKey(segments.firstKey());
        return second == null ? freshFirst : second;
    }

    /** Forgets what is too much. */
    private void trim() {
        while (held() > maxBytes && !segments.isEmpty()) {
            forgetFirst();
        }
    }

    private void forgetFirst() {
        oldest = Math.max(oldest, endOfFirst());
        Segment first = segments.pollFirstEntry().getValue();
        held -= first.octets.length + SEGMENT_OVERHEAD;
        if (open == first) {
            open = null;
        }
        if (readers == 0 && first.octets.length == maxSegment) {
            spare = first.octets;
        }
    }

    /** A {@linkplain #TICKS part} of the age that a message may have is over. */
    synchronized void tick() {
        settle();
        close();
        ticks++;
        while (!segments.isEmpty() && segments.firstEntry().getValue().tick + TICKS < ticks) {
            forgetFirst();
        }
        trim();
        spare = null;
    }

    /** The number of the next message. */
    synchronized long next() {
        return next;
    }

    /** The number of the first message that is kept; {@link #next} if there is none. */
    synchronized long oldest() {
        return oldest;
    }

    /** How many octets of memory it takes. */
    synchronized long held() {
        return held + freshTo - freshFrom;
    }

    // ---- finding

    /** Looks for what is wanted; a page has at least one message, if there is one, and ends where it is full. */
    Page page(Query query, long epoch) {
        long nextNow;
        long oldestNow;
        List<Kept> views;
        synchronized (this) {
            settle();
            trim(); // a segment takes more than what was put into it
            nextNow = next;
            oldestNow = oldest;
            views = query.first() < 0 || query.first() >= next ? List.of() : views(Math.max(query.first(), oldest));
            readers++;
        }
        try {
            long first = Math.max(query.first(), oldestNow);
            long last = query.first() < 0 ? Wire.END : Math.min(query.last(), nextNow - 1);
            long before = query.first() < 0 ? nextNow - 1 : Math.min(first, nextNow) - 1;
            Output page = new Output(query);
            return page.end(epoch, oldestNow, fill(page, views, before, last), nextNow);
        } finally {
            synchronized (this) {
                readers--;
            }
        }
    }

    /** Adds what is wanted behind a number; returns up to which number that was looked at. */
    private static long fill(Output page, List<Kept> views, long before, long last) {
        long through = before;
        for (Kept messages : views) {
            while (through < last && messages.next()) {
                if (messages.number() > before) {
                    if (!page.add(messages)) {
                        return through;
                    }
                    through = messages.number();
                }
            }
        }
        return through;
    }

    private List<Kept> views(long from) {
        List<Kept> views = new ArrayList<>();
        Long start = segments.floorKey(from);
        long look = 0;
        for (Map.Entry<Long, Segment> each : (start == null ? segments : segments.tailMap(start)).entrySet()) {
            Segment segment = each.getValue();
            views.add(new Kept(each.getKey(), segment.octets, segment.end));
            look += segment.end;
            if (look >= MAX_LOOK) {
                break;
            }
        }
        return views;
    }

    /** What a page is made of. */
    static final class Output {

        private final Query query;
        private byte[] octets = new byte[256];
        private int end;

        Output(Query query) {
            this.query = query;
        }

        /** Adds a message if it is wanted; false if there is no room for it. */
        boolean add(Kept message) {
            if (!query.prefixes().isEmpty() && !query.wants(message.topic())) {
                return true;
            }
            int frames = query.mode() == Query.Mode.NUMBERS ? 0 : message.size();
            if (!reserve(frames)) {
                return false;
            }
            end = Records.header(message.number(), frames, octets, end);
            if (frames > 0) {
                end = message.copyTo(octets, end);
            }
            return true;
        }

        /** Adds a message; false if there is no room for it. */
        boolean add(long number, Message message) {
            int frames = (int) FrameEncoder.size(message);
            if (!reserve(frames)) {
                return false;
            }
            end = Records.write(number, message, frames, octets, end);
            return true;
        }

        private boolean reserve(int frames) {
            long needed = (long) end + Records.HEADER + frames;
            if (end > 0 && needed > query.maxBytes()) {
                return false;
            }
            if (needed > octets.length) {
                octets = Arrays.copyOf(octets, (int) Math.max(needed, Math.min(octets.length * 2L, query.maxBytes())));
            }
            return true;
        }

        Page end(long epoch, long oldest, long through, long next) {
            return new Page(query.id(), epoch, oldest, through, next, Bytes.copyOf(octets, 0, end));
        }
    }
}
