package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.pipe.Acknowledgements;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.AcknowledgementRun;
import io.zmtp.reactive.wire.Frame;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/** What is acknowledged over one pipe, both ways. */
public class Acknowledging implements Acknowledgements {

    private static final int FIRST_REPLIES = 16 * Acknowledgement.MAX_FRAME;
    private static final Acknowledgement[] NONE = {};
    private static final long[] NO_DIGESTS = {};

    final Pipe pipe;
    private final @Nullable Acknowledged rule;

    private final @Nullable Memories memories;

    /** Completes when the peer has nothing; null while nobody waits for that. Guarded by the lock of the rule. */
    Sinks.@Nullable Empty<Void> emptied;

    /** What the peer has; null where nothing is sent. Guarded by the lock of the rule, as is the next one. */
    @Nullable
    Ledger ledger;

    /** The same of a peer that has it while it is away too; else null. */
    @Nullable
    PinnedPeer pinned;

    /** Whether the peer acknowledges as we do. */
    public volatile boolean isEqual = true;

    /** The peer that was let in last: within the process its commands may come before its connection is reported. */
    private volatile @Nullable Peer peer;

    // What the peer said, until it is settled; guarded by this. First that of which nothing but the digest counts.
    private long[] digests = NO_DIGESTS;
    private int digestCount;
    private Acknowledgement[] said = NONE;
    private int saidCount;
    private @Nullable Bytes pong;

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
     * @param memories what the socket has received; null if it only sends
     */
    public Acknowledging(Pipe pipe, @Nullable Acknowledged rule, @Nullable Memories memories) {
        this.pipe = pipe;
        this.rule = rule;
        this.memories = memories;
        this.ledger = rule == null ? null : rule.newLedger(false);
    }

    /** That of a pipe; null if nothing is acknowledged. */
    public static @Nullable Acknowledging of(Pipe pipe) {
        return (Acknowledging) pipe.acknowledgements;
    }

    /** A peer is let in. */
    public void admit(Peer next, boolean acknowledgesAsWeDo) {
        peer = next;
        isEqual = acknowledgesAsWeDo;
    }

    // ---- what the peer says

    @Override
    public boolean take(Frame command) {
        Acknowledgement one = Acknowledgement.read(command);
        if (one != null) {
            add(one);
        }
        return one != null;
    }

    /** What is to be forgotten is so at once: what the peer sends behind that may be an equal message. */
    private void add(Acknowledgement one) {
        Peer from = peer;
        if (memories == null || from == null || !isEqual || !memories.forget(from, one)) {
            keep(one);
        }
    }

    private synchronized void keep(Acknowledgement one) {
        if (rule != null && isEqual && rule.needsOnlyDigest(one.kind())) {
            makeRoom(1);
            digests[digestCount++] = one.digest();
            return;
        }
        if (saidCount == said.length) {
            said = Arrays.copyOf(said, Math.max(16, 2 * saidCount));
        }
        said[saidCount++] = one;
    }

    private void makeRoom(int more) {
        if (digestCount + more > digests.length) {
            digests = Arrays.copyOf(digests, Math.max(digestCount + more, 2 * digestCount));
        }
    }

    @Override
    public void take(AcknowledgementRun run) {
        if (rule != null && isEqual && rule.needsOnlyDigest(run.kind())) {
            synchronized (this) {
                makeRoom(run.digests().length);
                System.arraycopy(run.digests(), 0, digests, digestCount, run.digests().length);
                digestCount += run.digests().length;
            }
            return;
        }
        for (long digest : run.digests()) {
            add(new Acknowledgement(run.kind(), digest, 0, ""));
        }
    }

    @Override
    public boolean ponged(Bytes context) {
        if (rule == null || !PinnedPeer.isMark(context)) {
            return false;
        }
        synchronized (this) {
            pong = context;
        }
        return true;
    }

    @Override
    public void settle() {
        long[] known;
        int knownCount;
        Acknowledgement[] all;
        int count;
        Bytes answered;
        synchronized (this) {
            if (saidCount == 0 && digestCount == 0 && pong == null) {
                return;
            }
            answered = pong;
            pong = null;
            known = digests;
            knownCount = digestCount;
            digests = NO_DIGESTS;
            digestCount = 0;
            all = said;
            count = saidCount;
            said = NONE;
            saidCount = 0;
        }
        if (rule != null && knownCount > 0) {
            rule.acknowledged(this, known, knownCount);
        }
        if (count > 0) {
            take(all, count);
        }
        if (rule != null && answered != null) {
            rule.ponged(this, answered);
        }
    }

    /** Takes what the peer has said of messages that it was sent. */
    void take(Acknowledgement[] all, int count) {
        if (rule != null) {
            rule.acknowledged(this, all, count);
        } else {
            unexpected(count);
        }
    }

    final void unexpected(long count) {
        if (count > 0 && memories != null) {
            memories.unexpected(pipe, count);
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
