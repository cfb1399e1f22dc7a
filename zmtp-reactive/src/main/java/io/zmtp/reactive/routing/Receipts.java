package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges messages that the application has got. A message counts as taken over when the subscriber's {@code onNext} has
 * returned, and not before: what lies in a queue of ours is lost with this process. Used by the draining thread only.
 */
public final class Receipts {

    /** After so many messages it is said what has been taken over, even if there are more. */
    private static final int MOST_AT_A_TIME = 256;

    private final boolean isOnce;
    private final Duration limit;
    private final Memories memories;

    /** The pipe of the message that is handed out next; null if nothing is acknowledged over it. */
    private @Nullable Acknowledging sender;

    private @Nullable Presence presence;
    private long digest;

    /** The same where it is to be remembered. */
    private @Nullable TakenOver taken;

    private @Nullable Acknowledging replying;
    private int replies;

    /**
     * Nothing was handed out yet.
     *
     * @param memories keeps what must not be handed out twice
     */
    public Receipts(DeliveryOptions options, Memories memories) {
        this.isOnce = options.level() == DeliveryLevel.ONCE;
        this.limit = options.processingTimeout();
        this.memories = memories;
    }

    private static @Nullable Presence sender(Pipe pipe, Message message, @Nullable Acknowledging from) {
        return from == null || !from.isEqual ? null : pipe.sender(message);
    }

    /** A message is to be handed out next; null if that has been done before. */
    public @Nullable Message read(Pipe pipe, Message message) {
        Acknowledging from = Acknowledging.of(pipe);
        presence = sender(pipe, message, from);
        sender = from;
        digest = pipe.digest();
        if (isOnce) {
            Memory known = memory(message, from);
            if (known != null && isRepeated(known)) {
                return null;
            }
            taken = known == null ? null : new TakenOver(digest, presence, known);
        }
        return message;
    }

    private @Nullable Memory memory(Message message, @Nullable Acknowledging from) {
        Peer peer = message.peer().orElse(null);
        return peer == null || from == null || !from.isEqual ? null : memories.of(peer);
    }

    private boolean isRepeated(Memory known) {
        TakenOver before = known.get(digest);
        if (before != null) {
            before.repeated(presence);
        }
        return before != null;
    }

    /** Work that is to be handed out next; null if that has been done before. */
    public @Nullable Work readWork(Pipe pipe, Message message) {
        Acknowledging from = Acknowledging.of(pipe);
        presence = sender(pipe, message, from);
        digest = pipe.digest();
        Memory known = memory(message, from);
        if (known != null && isRepeated(known)) {
            return null;
        }
        TakenOver begun = new TakenOver(digest, presence, known);
        if (known != null) {
            known.begin(begun);
        }
        presence = null; // it is answered when it is done
        return new Task(message, begun, limit);
    }

    /** What was read last was handed out. */
    void handedOut() {
        TakenOver once = taken;
        if (once != null) {
            taken = null;
            once.taken();
            return;
        }
        Presence to = presence;
        Acknowledging from = sender;
        if (to != null && from != null) {
            presence = null;
            replying = from.reply(to, Acknowledgement.Kind.ACK, digest, replying);
            if (++replies == MOST_AT_A_TIME) {
                flush();
            }
        }
    }

    /** Says what has been taken over. */
    void flush() {
        replies = 0;
        for (Acknowledging next = replying; next != null; ) {
            next = next.flush();
        }
        replying = null;
    }
}
