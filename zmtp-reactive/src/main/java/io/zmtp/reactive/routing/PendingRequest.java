package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/** A request of a REQ, and the subscriber that waits for its reply. Guarded by {@link Requests}. */
final class PendingRequest {

    final Message body;
    final MonoSink<Message> sink;

    /** As it goes on the wire, once it was sent. */
    Message request;

    /** The pipe it was sent by; null before. */
    @Nullable
    Pipe pipe;

    /** The peer it was sent to, of one connection: compared by identity. */
    @Nullable
    Presence peer;

    /** Which peer alone may be asked again; null for any. */
    Peer.@Nullable Key pinnedTo;

    /** Fails it when that peer has been away for long; null while it is there. */
    @Nullable
    Disposable timer;

    /** Nobody waits for the reply any more. */
    boolean cancelled;

    PendingRequest(Message body, MonoSink<Message> sink) {
        this.body = body;
        this.request = body;
        this.sink = sink;
    }
}
