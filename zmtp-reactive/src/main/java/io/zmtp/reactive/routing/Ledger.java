package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is under way to one peer, in the order of sending: accepted, and not acknowledged. Guarded by the lock of the rule that
 * sends.
 */
final class Ledger {

    private final long maxMessages;
    private final long maxBytes;
    private @Nullable Sent first;
    private @Nullable Sent last;

    /** The first one that is not written. */
    private @Nullable Sent unwritten;

    private int messages;
    private long bytes;

    /** Whether it had no room when asked, and is not half empty since. */
    boolean isFull;

    Ledger(long maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    int messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    /** When the oldest one was written, in nanoseconds; 0 if it was not, or there is none. */
    long oldest() {
        return first == null ? 0 : first.writtenAt;
    }

    /** How many more there may be; remembers that somebody waits if that is none. */
    long room() {
        long room = isFull || bytes >= maxBytes ? 0 : maxMessages - messages;
        isFull = room <= 0;
        return room;
    }

    /** Whether there is room again, and nobody was told yet. */
    boolean isRelieved() {
        boolean relieved = isFull && messages <= maxMessages / 2 && bytes <= maxBytes / 2;
        isFull &= !relieved;
        return relieved;
    }

    void add(Sent sent) {
        sent.writtenAt = 0;
        sent.before = last;
        sent.next = null;
        if (last == null) {
            first = sent;
        } else {
            last.next = sent;
        }
        last = sent;
        if (unwritten == null) {
            unwritten = sent;
        }
        messages++;
        bytes += sent.size;
    }

    private void remove(Sent sent) {
        if (sent.before == null) {
            first = sent.next;
        } else {
            sent.before.next = sent.next;
        }
        if (sent.next == null) {
            last = sent.before;
        } else {
            sent.next.before = sent.before;
        }
        if (unwritten == sent) {
            unwritten = sent.next;
        }
        messages--;
        bytes -= sent.size;
    }

    /** Takes out the oldest one of a digest; null if there is none. Mostly that is the first of all. */
    @Nullable
    Sent take(long digest) {
        for (Sent each = first; each != null; each = each.next) {
            if (each.digest == digest) {
                remove(each);
                return each;
            }
        }
        return null;
    }

    /** So many more were written; returns those about which somebody wants to know. */
    List<PendingDelivery> written(long count, long now) {
        List<PendingDelivery> wanted = List.of();
        Sent each = unwritten;
        for (long left = count; left > 0 && each != null; left--) {
            each.writtenAt = now;
            if (each.delivery != null) {
                wanted = wanted.isEmpty() ? new ArrayList<>() : wanted;
                wanted.add(each.delivery);
            }
            each = each.next;
        }
        unwritten = each;
        return wanted;
    }

    /** Takes out all that were written. */
    List<Sent> takeWritten() {
        List<Sent> all = new ArrayList<>();
        for (Sent each; (each = first) != null && each != unwritten; ) {
            remove(each);
            all.add(each);
        }
        return all;
    }

    /** Takes out what a pipe has dropped, as it had waited too long; null if it is not here. */
    @SuppressWarnings("ReferenceEquality") // the same message, not an equal one
    @Nullable
    Sent takeExpired(Message offered) {
        for (Sent each = first; each != null; each = each.next) {
            if (each.offered == offered) {
                if (each.writtenAt != 0 && unwritten != null) { // it was dropped before it was counted as written
                    unwritten = unwritten.next;
                }
                remove(each);
                return each;
            }
        }
        return null;
    }

    /** Takes out all, in order. */
    List<Sent> takeAll() {
        List<Sent> all = new ArrayList<>(messages);
        for (Sent each = first; each != null; each = each.next) {
            all.add(each);
        }
        first = null;
        last = null;
        unwritten = null;
        messages = 0;
        bytes = 0;
        isFull = false;
        return all;
    }
}
