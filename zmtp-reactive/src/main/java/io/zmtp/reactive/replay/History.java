package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last messages, within bounds, as octets: of a message are kept its frames, and 12 octets. They lie in segments, and what is
 * too old is forgotten a segment at a time. Any thread may call.
 */
final class History {

    private static final int FIRST_SEGMENT = 1024;
    private static final int MAX_SEGMENT = 64 * 1024;

    /** What a segment takes in memory beside its octets: objects, and its place in the map. */
    private static final int SEGMENT_OVERHEAD = 160;

    /** So many octets are looked at for one page. */
    private static final int MAX_LOOK = 4 * 1024 * 1024;

    /** An age is so many ticks. */
    static final int TICKS = 16;

    /** Never changed below its end, so that it can be read without the lock. */
    private static final class Segment {
        byte[] octets;
        int end;
        /** When it was closed. */
        long tick;

        Segment(int size) {
            octets = new byte[size];
        }
    }

    /** A segment as it was. */
    private static final class View {
        final byte[] octets;
        final int end;

        View(Segment segment) {
            octets = segment.octets;
            end = segment.end;
        }
    }

    private final int maxMessages;
    private final long maxBytes;

    /** By the number of the first message. */
    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    private @Nullable Segment open;
    private long held;
    private long oldest;
    private long next;
    private long ticks;

    History(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    // ---- keeping

    /** Keeps a message; its number is that of {@link #next}, which is returned. */
    synchronized long add(Message message) {
        long number = next++;
        long frames = FrameEncoder.size(message);
        long size = Records.HEADER + frames;
        if (size + SEGMENT_OVERHEAD > maxBytes || size > Integer.MAX_VALUE - 16) {
            forgetUntil(next); // nothing before it would be without a gap
            return number;
        }
        Segment segment = open;
        if (segment == null || segment.end + size > Math.max(MAX_SEGMENT, segment.octets.length)) {
            close();
            forgetUntil(oldest);
            segment = new Segment((int) Math.max(size, Math.min(FIRST_SEGMENT, maxBytes)));
            segments.put(number, segment);
            open = segment;
            held += segment.octets.length + SEGMENT_OVERHEAD;
        } else if (segment.end + size > segment.octets.length) {
            resize(segment, (int) Math.max(Math.min(segment.octets.length * 2L, MAX_SEGMENT), segment.end + size));
        }
        segment.end = Records.write(number, message, (int) frames, segment.octets, segment.end);
        oldest = Math.max(oldest, next - maxMessages); // and its segment goes when the next one comes
        while (held > maxBytes) {
            forgetFirst();
        }
        return number;
    }

    private void close() {
        Segment closed = open;
        if (closed != null) {
            open = null;
            closed.tick = ticks;
            if (closed.octets.length - closed.end > closed.octets.length / 8) {
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
    }

    private long endOfFirst() {
        Long second = segments.higherKey(segments.firstKey());
        return second == null ? next : second;
    }

    private void forgetFirst() {
        oldest = Math.max(oldest, endOfFirst());
        Segment first = segments.pollFirstEntry().getValue();
        held -= first.octets.length + SEGMENT_OVERHEAD;
        if (open == first) {
            open = null;
        }
    }

    /** A {@linkplain #TICKS part} of the age that a message may have is over. */
    synchronized void tick() {
        close();
        ticks++;
        while (!segments.isEmpty() && segments.firstEntry().getValue().tick + TICKS < ticks) {
            forgetFirst();
        }
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
        return held;
    }

    // ---- finding

    /** Looks for what is wanted; a page has at least one message, if there is one, and ends where it is full. */
    Page page(Query query, long epoch) {
        long nextNow;
        long oldestNow;
        List<View> views;
        synchronized (this) {
            nextNow = next;
            oldestNow = oldest;
            views = query.first() < 0 || query.first() >= next ? List.of() : views(Math.max(query.first(), oldest));
        }
        long first = Math.max(query.first(), oldestNow);
        long last = query.first() < 0 ? Wire.END : Math.min(query.last(), nextNow - 1);
        Output page = new Output(query);
        long through = query.first() < 0 ? nextNow - 1 : Math.min(first, nextNow) - 1;
        for (View view : views) {
            Records records = new Records(view.octets, view.end);
            while (through < last && records.next()) {
                if (records.number() >= first) {
                    if (!page.add(view.octets, records)) {
                        return page.end(epoch, oldestNow, through, nextNow);
                    }
                    through = records.number();
                }
            }
        }
        return page.end(epoch, oldestNow, through, nextNow);
    }

    private List<View> views(long from) {
        List<View> views = new ArrayList<>();
        Long start = segments.floorKey(from);
        long look = 0;
        for (Map.Entry<Long, Segment> each : (start == null ? segments : segments.tailMap(start)).entrySet()) {
            Segment segment = each.getValue();
            views.add(new View(segment));
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

        /** Adds a record if it is wanted; false if there is no room for it. */
        boolean add(byte[] from, Records record) {
            if (!query.prefixes().isEmpty() && !query.wants(record.topic())) {
                return true;
            }
            int frames = query.mode() == Query.Mode.NUMBERS ? 0 : record.to() - record.from();
            if (!reserve(frames)) {
                return false;
            }
            int at = Records.header(record.number(), frames, octets, end);
            System.arraycopy(from, record.from(), octets, at, frames);
            end = at + frames;
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
