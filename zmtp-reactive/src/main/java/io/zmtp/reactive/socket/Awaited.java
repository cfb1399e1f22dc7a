package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that were sent and not answered, and how to tell whose a reply is. Guarded by {@link Requests}. */
interface Awaited {

    /** The request as it goes on the wire. */
    Message seal(Message body);

    /** Whether another request may be sent now. */
    boolean mayAsk();

    /** Whether a peer still owes replies that nobody waits for, and that the next reply may be taken for. */
    boolean owes(Pipe pipe);

    void sent(Exchange exchange);

    /** It could not be sent after all. */
    void unsent(Exchange exchange);

    /** Whom a message of a pipe's answers; null if it is no reply, or answers nothing that is awaited. */
    @Nullable
    Exchange answered(Pipe pipe, Message message);

    /** The body of a reply. */
    Message open(Message reply);

    /**
     * Nobody waits for a reply any more.
     *
     * @return whether the replies of its peer cannot be told apart any more, so that its connection must end
     */
    boolean cancelled(Exchange exchange);

    /** A peer has gone: those who wait for it. */
    List<Exchange> left(Pipe pipe);

    int size();
}
