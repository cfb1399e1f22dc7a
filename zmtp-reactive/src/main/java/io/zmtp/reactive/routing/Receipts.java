package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges messages that the application has got. A message counts as taken over when the subscriber's {@code onNext} has
 * returned, and not before: what lies in a queue of ours is lost with this process. Used by the draining thread only.
 */
public final class Receipts {

    /** After so many messages it is said what has been taken over, even if there are more. */
    private static final int MOST_AT_A_TIME = 256;

    /** Who sent the message that is handed out next; null if nobody waits to hear of it. */
    private @Nullable Acknowledging sender;

    private @Nullable Presence presence;
    private long digest;

    private @Nullable Acknowledging replying;
    private int replies;

    /** Nothing was handed out yet. */
    public Receipts() {}

    /** A message is to be handed out next. */
    public Message read(Pipe pipe, Message message) {
        Acknowledging from = Acknowledging.of(pipe);
        presence = from == null || !from.isEqual ? null : pipe.sender(message);
        sender = from;
        digest = pipe.digest();
        return message;
    }

    /** The message that was read last was handed out. */
    void handedOut() {
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
