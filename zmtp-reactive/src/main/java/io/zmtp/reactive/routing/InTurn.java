package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One request at a time, and its reply is the next one of the connection it was sent over. When it is given up, that
 * connection ends, for its late reply would be taken for the next one's. Where that reply may follow over another
 * connection, as to a peer that connects to us or knows us by name, the requests behind it have ids instead, as if
 * {@link Correlated}.
 */
public final class InTurn implements Awaited {

    private final boolean named;
    private final boolean plain;
    private int nextId = ThreadLocalRandom.current().nextInt();
    private @Nullable PendingRequest current;

    /** Whether a reply to a request without an id may still come, over whatever connection. */
    private boolean lateReply;

    /**
     * Nothing is awaited yet.
     *
     * @param named whether peers know us by a routing id of ours
     * @param plain whether no request may have an id
     */
    public InTurn(boolean named, boolean plain) {
        this.named = named;
        this.plain = plain;
    }

    /** Whether a reply may come over another connection than the one that the request was sent over. */
    private boolean mayFollow(Pipe pipe) {
        return !plain && (named || !pipe.lasting);
    }

    @Override
    public Message seal(Message body, Pipe pipe) {
        boolean identifies = lateReply && mayFollow(pipe);
        return identifies ? Envelope.request(nextId++, body) : Envelope.request(body);
    }

    @Override
    public boolean mayAsk() {
        return current == null;
    }

    @Override
    public void sent(PendingRequest pending) {
        current = pending;
    }

    @Override
    public void unsent(PendingRequest pending) {
        current = null;
    }

    @Override
    public @Nullable PendingRequest answered(Pipe pipe, Message message) {
        PendingRequest asked = current;
        if (asked == null || asked.pipe != pipe || asked.peer != pipe.sender(message) || !answers(message, asked)) {
            return null;
        }
        current = null;
        return asked;
    }

    /** Whether a message begins with the envelope of a request, and has a body. */
    private static boolean answers(Message message, PendingRequest asked) {
        int envelope = envelope(asked);
        if (message.size() <= envelope) {
            return false;
        }
        for (int i = 0; i < envelope; i++) {
            if (!message.part(i).equals(asked.request().part(i))) {
                return false;
            }
        }
        return true;
    }

    private static int envelope(PendingRequest asked) {
        return asked.request().size() - asked.body.size();
    }

    @Override
    public Message open(PendingRequest pending, Message reply) {
        return reply.skip(envelope(pending));
    }

    @Override
    public boolean cancelled(PendingRequest pending) {
        if (current != pending) {
            return false; // answered, or lost
        }
        current = null;
        boolean mayFollow = pending.pipe != null && mayFollow(pending.pipe);
        lateReply |= mayFollow;
        return pending.pipe != null && !mayFollow;
    }

    @Override
    public List<PendingRequest> left(Pipe pipe) {
        PendingRequest asked = current;
        if (asked == null || asked.pipe != pipe) {
            return List.of();
        }
        current = null;
        lateReply |= mayFollow(pipe);
        return List.of(asked);
    }

    @Override
    public Collection<PendingRequest> all() {
        return current == null ? List.of() : List.of(current);
    }

    @Override
    public int size() {
        return current == null ? 0 : 1;
    }
}
