package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that were sent and not answered, and how to tell whose a reply is. Guarded by {@link Requests}. */
interface Awaited {

    /** A request to a peer as it goes on the wire. */
    Message seal(Message body, Pipe pipe);

    /** Whether another request may be sent now. */
    boolean mayAsk();

    void sent(Exchange exchange);

    /** It could not be sent after all. */
    void unsent(Exchange exchange);

    /** Whom a message of a pipe's answers; null if it is no reply, or answers nothing that is awaited. */
    @Nullable
    Exchange answered(Pipe pipe, Message message);

    /** The body of the reply to a request. */
    Message open(Exchange exchange, Message reply);

    /**
     * Nobody waits for a reply any more; it may have come already.
     *
     * @return whether that reply, if it comes, would be taken for another one's, so that its connection must end
     */
    boolean cancelled(Exchange exchange);

    /** A peer has gone: those who wait for it. */
    List<Exchange> left(Pipe pipe);

    int size();
}
