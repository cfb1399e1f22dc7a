package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that were sent and not answered, and how to find the one that a reply answers. Guarded by {@link Requests}. */
public interface Awaited {

    /** A request to a peer as it goes on the wire. */
    Message seal(Message body, Pipe pipe);

    /** Whether another request may be sent now. */
    boolean mayAsk();

    void sent(PendingRequest pending);

    /** It could not be sent after all. */
    void unsent(PendingRequest pending);

    /** The request that a message answers; null if it is no reply, or answers none that is awaited. */
    @Nullable
    PendingRequest answered(Pipe pipe, Message message);

    /** The body of the reply to a request. */
    Message open(PendingRequest pending, Message reply);

    /**
     * Nobody waits for a reply any more; it may have come already.
     *
     * @return whether that reply, if it comes, would be taken for another one's, so that its connection must end
     */
    boolean cancelled(PendingRequest pending);

    /** A peer has gone: returns the requests that waited for its reply. */
    List<PendingRequest> left(Pipe pipe);

    /** Those that were sent and not answered. */
    Collection<PendingRequest> all();

    int size();
}
