package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Acknowledgements;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Frame;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is acknowledged over one pipe, both ways. */
public final class Acknowledging implements Acknowledgements {

    private static final int FIRST_REPLIES = 16 * Acknowledgement.MAX_FRAME;
    private static final long[] NONE = {};

    final Pipe pipe;
    private final @Nullable Acknowledged rule;

    /** What the peer has; null where nothing is sent. */
    final @Nullable Ledger ledger;

    /** Whether the peer acknowledges as we do. */
    public volatile boolean isEqual = true;

    // What the peer said, until it is settled; guarded by this.
    private long[] taken = NONE;
    private int takenCount;
    private int unexpected;

    // What is to be said to the peer; the taking thread's own.
    private byte[] replies = new byte[0];
    private int repliesLength;
    private @Nullable Presence repliesTo;

    /** Whether it is in the list of those that have something to say. */
    private boolean isReplying;

    /** The next one in that list. */
    private @Nullable Acknowledging nextReplying;

    /**
     * Makes one for a pipe.
     *
     * @param rule by which the socket sends; null if it only receives
     */
    public Acknowledging(Pipe pipe, @Nullable Acknowledged rule) {
        this.pipe = pipe;
        this.rule = rule;
        this.ledger = rule == null ? null : rule.newLedger();
    }

    /** That of a pipe; null if nothing is acknowledged. */
    public static @Nullable Acknowledging of(Pipe pipe) {
        return (Acknowledging) pipe.acknowledgements;
    }

    // ---- what the peer says

    @Override
    public boolean take(Frame command) {
        Acknowledgement said = Acknowledgement.read(command);
        if (said == null) {
            return false;
        }
        synchronized (this) {
            if (said.kind() != Acknowledgement.Kind.ACK || rule == null || !isEqual) {
                unexpected++;
                return true;
            }
            if (takenCount == taken.length) {
                taken = Arrays.copyOf(taken, Math.max(16, 2 * takenCount));
            }
            taken[takenCount++] = said.digest();
        }
        return true;
    }

    @Override
    public boolean ponged(Bytes context) {
        return false;
    }

    @Override
    public void settle() {
        long[] digests;
        int count;
        int strange;
        synchronized (this) {
            if (takenCount == 0 && unexpected == 0) {
                return;
            }
            digests = taken;
            count = takenCount;
            strange = unexpected;
            taken = NONE;
            takenCount = 0;
            unexpected = 0;
        }
        if (rule != null) {
            rule.acknowledged(this, digests, count, strange);
        }
    }

    @Override
    public void written(long messages) {
        if (rule != null) {
            rule.written(this, messages);
        }
    }

    /** The peer, which joins, does not acknowledge as we do. */
    public void isUnequal() {
        written(0);
    }

    @Override
    public void expired(List<Message> messages) {
        if (rule != null) {
            rule.expired(this, messages);
        }
    }

    // ---- what is said to the peer; the taking thread

    /** Adds that a message was taken over; returns the head of the list of those that have something to say. */
    @Nullable
    Acknowledging reply(Presence to, Acknowledgement.Kind kind, long digest, @Nullable Acknowledging replying) {
        if (repliesTo != to) {
            repliesTo = to;
            repliesLength = 0; // the connection before has ended
        }
        if (repliesLength + Acknowledgement.MAX_FRAME > replies.length) {
            replies = Arrays.copyOf(replies, Math.max(FIRST_REPLIES, 2 * replies.length));
        }
        repliesLength = Acknowledgement.write(kind, digest, replies, repliesLength);
        if (isReplying) {
            return replying;
        }
        isReplying = true;
        nextReplying = replying;
        return this;
    }

    /** Says it; returns the next one in the list. */
    @Nullable
    Acknowledging flush() {
        Acknowledging next = nextReplying;
        nextReplying = null;
        isReplying = false;
        Presence to = repliesTo;
        if (to != null) {
            to.commands().write(replies, repliesLength);
        }
        repliesLength = 0;
        return next;
    }
}
