package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is under way to one peer, in the order of sending: accepted, and not acknowledged. Guarded by the lock of the rule that
 * sends.
 */
final class Ledger {

    /** So many are looked at, from the oldest one: a peer mostly answers in order. */
    private static final int NEAR = 32;

    private final long maxMessages;
    private final long maxBytes;

    /** What is under way by its digest, where no two equal messages are; else null. */
    private final @Nullable Map<Long, Sent> byDigest;

    /**
     * The same where equal ones may be, from when a search has not found what it looked for near the oldest one until nothing
     * is under way: a peer may say of very many messages what is not so.
     */
    private @Nullable DigestIndex index;

    private @Nullable Sent first;
    private @Nullable Sent last;

    /** The first one that is not written. */
    private @Nullable Sent unwritten;

    /** How many there are, those among them that wait for their next attempt. */
    private int messages;

    private long bytes;

    /** Whether it had no room when asked, and is not half empty since. */
    boolean isFull;

    /** Whether it became half empty after that, and nobody has asked since. */
    private boolean relieved;

    Ledger(long maxMessages, long maxBytes, boolean isExact) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.byDigest = isExact ? new HashMap<>() : null;
    }

    long maxMessages() {
        return maxMessages;
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

    /** Whether there is room again; true once only. */
    boolean isRelieved() {
        boolean now = relieved;
        relieved = false;
        return now;
    }

    /** How many of the first of several messages there is room for. */
    int fitting(Message[] some, int count) {
        long most = Math.min(count, room());
        int fits = 0;
        for (long sum = bytes; fits < most && sum < maxBytes; fits++) {
            sum += FrameEncoder.size(some[fits]);
        }
        return fits;
    }

    /** Whether an equal message is under way; only where no two may be. */
    boolean has(long digest) {
        return byDigest != null && byDigest.containsKey(digest);
    }

    void add(Sent sent) {
        sent.writtenAt = 0;
        sent.before = last;
        if (last == null) {
            first = sent;
        } else {
            last.next = sent;
        }
        last = sent;
        if (unwritten == null) {
            unwritten = sent;
        }
        if (byDigest != null) {
            byDigest.put(sent.digest, sent);
        } else if (index != null) {
            index.add(sent);
        }
        count(sent, 1);
    }

    private void count(Sent sent, int sign) {
        messages += sign;
        bytes += sign * sent.size;
        if (isFull && messages <= maxMessages / 2 && bytes <= maxBytes / 2) {
            isFull = false;
            relieved = true;
        }
    }

    private void remove(Sent sent) {
        unlink(sent);
        if (!sent.isPlace) {
            if (byDigest != null) {
                byDigest.remove(sent.digest);
            } else if (first == null) {
                index = null;
            } else if (index != null) {
                index.remove(sent);
            }
            count(sent, -1);
        }
    }

    private void unlink(Sent sent) {
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
        // One that is garbage in the old generation would keep all that were sent after it, garbage too, from being
        // collected.
        sent.before = null;
        sent.next = null;
    }

    /** What its pipe has, and will count as written, is counted here too. */
    private void keepPlace(Sent sent) {
        Sent place = Sent.place(sent);
        place.before = sent;
        place.next = sent.next;
        if (sent.next == null) {
            last = place;
        } else {
            sent.next.before = place;
        }
        sent.next = place;
    }

    /** Takes out the oldest one of a digest; null if there is none. Mostly that is the first of all. */
    @Nullable
    Sent take(long digest) {
        Sent found = byDigest == null ? find(digest) : byDigest.get(digest);
        if (found != null) {
            if (found.writtenAt == 0) { // a peer may know what comes, or has read a part of what is being written
                keepPlace(found);
            }
            remove(found);
        }
        return found;
    }

    private @Nullable Sent find(long digest) {
        if (index != null) {
            return index.oldest(digest);
        }
        Sent each = first;
        for (int looks = 0; each != null && (each.digest != digest || each.isPlace); looks++) {
            if (looks == NEAR) {
                index = indexed();
                return index.oldest(digest);
            }
            each = each.next;
        }
        return each;
    }

    private DigestIndex indexed() {
        DigestIndex all = new DigestIndex();
        for (Sent each = first; each != null; each = each.next) {
            if (!each.isPlace) {
                all.add(each);
            }
        }
        return all;
    }

    /** So many more were written; returns those about which somebody wants to know. */
    List<PendingDelivery> written(long count, long now) {
        List<PendingDelivery> wanted = List.of();
        Sent each = unwritten;
        for (long left = count; left > 0 && each != null; left--) {
            if (each.delivery != null) {
                wanted = wanted.isEmpty() ? new ArrayList<>() : wanted;
                wanted.add(each.delivery);
            }
            each = isWritten(each, now);
        }
        return wanted;
    }

    /** The first one that was not written is; returns the next one. */
    private @Nullable Sent isWritten(Sent one, long now) {
        Sent next = one.next;
        unwritten = next;
        one.writtenAt = now;
        if (one.isPlace) {
            remove(one);
        }
        return next;
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
    @Nullable
    Sent takeExpired(Message offered) {
        Sent found = find(offered, unwritten); // mostly the first of those
        if (found == null) {
            found = find(offered, first);
        }
        if (found == null) {
            return null;
        }
        if (found.writtenAt != 0 && unwritten != null) { // the next one was written, before this was reported
            isWritten(unwritten, found.writtenAt);
        }
        remove(found);
        return found.isPlace ? null : found;
    }

    @SuppressWarnings("ReferenceEquality") // the same message, not an equal one
    private static @Nullable Sent find(Message offered, @Nullable Sent from) {
        Sent each = from;
        while (each != null && each.offered != offered) {
            each = each.next;
        }
        return each;
    }

    /** Takes out the last ones, as many as a pipe held; in order. */
    List<Sent> takeLast(int count) {
        List<Sent> all = new ArrayList<>();
        Sent each = last;
        for (int left = count - 1; left > 0 && each != null && each.before != null; left--) {
            each = each.before;
        }
        while (count > 0 && each != null) {
            Sent next = each.next;
            remove(each);
            if (!each.isPlace) {
                all.add(each);
            }
            each = next;
        }
        return all;
    }

    /** Takes out all, in order. */
    List<Sent> takeAll() {
        List<Sent> all = takeLast(Integer.MAX_VALUE);
        isFull = false;
        return all;
    }

    // ---- between two attempts

    /** A message that was taken out still counts, as it is to be sent again. */
    void retain(Sent sent) {
        sent.waitsIn = this;
        count(sent, 1);
    }

    /** It is sent again, or never. */
    static void release(Sent sent) {
        Ledger ledger = sent.waitsIn;
        if (ledger != null) {
            sent.waitsIn = null;
            ledger.count(sent, -1);
        }
    }
}
