package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.pipe.CommandWriter;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A peer that knows what it has taken over, from its first connection until it has been away for long: what it has, what only it
 * may get, and what it is to forget. Guarded by the lock of the rule that sends.
 */
final class PinnedPeer {

    private static final byte PING_MARK = 'q';

    /** What is under way by the present connection. */
    final Ledger ledger;

    /** The peer as it was when it came last, and by which endpoint. */
    Peer peer;

    Endpoint endpoint;

    /** By which it is connected; null while it is away. */
    @Nullable
    Pipe pipe;

    /** Gives up what is here, when it has been away for long; null while it is not. */
    @Nullable
    Disposable timer;

    /** What is to be sent to it before anything new, in this order; it counts in the ledger. */
    private final ArrayDeque<Sent> again = new ArrayDeque<>();

    /** The digests in CLRs that it is not known to have read; with the places of these in what was sent. */
    private final Map<Long, Long> clearing = new LinkedHashMap<>();

    /** The place of what was sent last. */
    private long order;

    /** The place of the last command when a PING was sent that was not answered; 0 for none. */
    private long pinged;

    /** Whether a message waits for what is under way, or not known to be forgotten. */
    private boolean isAwaited;

    /** What waits for its next attempt, and is not due yet, by its digest. */
    private final Map<Long, Sent> resting = new LinkedHashMap<>(0);

    PinnedPeer(Ledger ledger, Peer peer, Endpoint endpoint) {
        this.ledger = ledger;
        this.peer = peer;
        this.endpoint = endpoint;
    }

    /** Whether nothing is left to keep. */
    boolean isEmpty() {
        return ledger.messages() == 0 && clearing.isEmpty();
    }

    /**
     * Whether a message must not be sent now, as it could be taken for an equal one, or as the peer does not read; remembers
     * that it waits.
     */
    boolean mustWait(long digest) {
        boolean waits = isUnderWay(digest) || clearing.containsKey(digest) || hasTooMuchToForget();
        isAwaited |= waits;
        return waits;
    }

    /** Whether there is more that it is to forget than a peer ever needs that reads. */
    private boolean hasTooMuchToForget() {
        return clearing.size() >= 2 * ledger.maxMessages();
    }

    private boolean isUnderWay(long digest) {
        if (ledger.has(digest) || resting.containsKey(digest)) {
            return true;
        }
        for (Sent each : again) { // mostly none
            if (each.digest == digest) {
                return true;
            }
        }
        return false;
    }

    /** Whether messages that waited for {@link #mustWait} may be tried again. */
    boolean takeAwaited() {
        boolean awaited = isAwaited;
        isAwaited = false;
        return awaited;
    }

    /** A message goes to the peer. */
    void add(Sent sent) {
        sent.order = ++order;
        ledger.add(sent);
    }

    // ---- what the peer is to forget

    /** The peer has answered for a message: it may forget it, and has read all that was sent before. */
    void answered(Sent sent) {
        readUpTo(sent.order);
        clearing.put(sent.digest, ++order);
    }

    private void readUpTo(long place) {
        for (Iterator<Long> places = clearing.values().iterator(); places.hasNext() && places.next() <= place; ) {
            places.remove();
        }
    }

    /** The context of a PING that asks whether it has read what it is to forget; null if there is no need for one. */
    @Nullable
    Bytes takePing() {
        if ((!isAwaited && !isBlocked()) || clearing.isEmpty() || pinged != 0) {
            return null;
        }
        pinged = order;
        return Bytes.wrap(ByteBuffer.allocate(1 + Long.BYTES)
                .put(PING_MARK)
                .putLong(pinged)
                .array());
    }

    /** Takes the context of a PONG; false if it answers no such PING. */
    boolean ponged(Bytes context) {
        if (!isMark(context)) {
            return false;
        }
        if (pinged != 0 && context.asByteBuffer().getLong(1) == pinged) {
            readUpTo(pinged);
            pinged = 0;
        }
        return true;
    }

    /** Whether the context of a PONG is one of these. */
    static boolean isMark(Bytes context) {
        return context.size() == 1 + Long.BYTES && context.byteAt(0) == PING_MARK;
    }

    // ---- what is sent again

    /** The peer has failed to do the work: it rests before it is tried again. */
    void rest(Sent sent) {
        ledger.retain(sent);
        resting.put(sent.digest, sent);
    }

    /** Work that has rested is sent to this peer before anything new; false if it was given up meanwhile. */
    boolean endRest(Sent sent) {
        return resting.remove(sent.digest, sent);
    }

    void again(Sent sent) {
        again.add(sent);
    }

    private boolean isBlocked() {
        Sent head = again.peek();
        return head != null && clearing.containsKey(head.digest);
    }

    /** The next one to send again, if that may be; null if there is none. */
    @Nullable
    Sent nextAgain() {
        return isBlocked() ? null : again.peek();
    }

    /** All that is to be sent again, in order; a copy. */
    List<Sent> allAgain() {
        return List.copyOf(again);
    }

    /** One of those is not sent any more; true if a connection has had it, so that the peer is to forget it. */
    boolean dropAgain(Sent sent) {
        again.remove(sent);
        Ledger.release(sent);
        if (sent.isPinned) {
            clearing.put(sent.digest, ++order);
        }
        return sent.isPinned;
    }

    /** The one that was next is sent. */
    void sentAgain() {
        Sent sent = again.remove();
        Ledger.release(sent);
        add(sent);
    }

    /** Whether something is to be sent before anything new. */
    boolean hasAgain() {
        return !again.isEmpty();
    }

    // ---- connections

    /** A connection begins: CLRs that may not have been read are written again. */
    void joined(Pipe by, Peer now, CommandWriter commands) {
        pipe = by;
        peer = now;
        endpoint = by.endpoint;
        pinged = 0;
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
        byte[] frames = new byte[clearing.size() * Acknowledgement.MAX_FRAME];
        int length = 0;
        for (Map.Entry<Long, Long> each : clearing.entrySet()) {
            length = Acknowledgement.write(Kind.CLR, each.getKey(), frames, length);
            each.setValue(++order);
        }
        if (length > 0) {
            commands.write(frames, length);
        }
    }

    /**
     * The connection has ended. What it had is kept for the next one.
     *
     * @param held how many of the last messages it had not taken
     * @return those of them that no connection of this peer ever had
     */
    List<Sent> left(int held) {
        pipe = null;
        List<Sent> free = new ArrayList<>();
        List<Sent> kept = new ArrayList<>();
        List<Sent> tail = ledger.takeLast(held);
        for (Sent sent : ledger.takeAll()) {
            sent.isPinned = true;
            kept.add(sent);
        }
        for (Sent sent : tail) {
            (sent.isPinned ? kept : free).add(sent);
        }
        for (int index = kept.size() - 1; index >= 0; index--) {
            ledger.retain(kept.get(index));
            again.addFirst(kept.get(index));
        }
        return free;
    }

    /** Takes out all that is under way, or to be sent again. */
    List<Sent> takeAll() {
        List<Sent> all = new ArrayList<>(again);
        all.addAll(resting.values());
        again.clear();
        resting.clear();
        clearing.clear();
        all.forEach(Ledger::release);
        all.addAll(0, ledger.takeAll());
        return all;
    }
}
