package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A request of a REQ, and whoever waits for its reply. Guarded by {@link Requests}. */
final class Exchange {

    /** As it goes on the wire. */
    final Message request;

    final MonoSink<Message> sink;

    /** Who was asked; null before. */
    @Nullable
    Pipe pipe;

    /** The connection it was asked over. */
    @Nullable
    SocketPeer peer;

    /** Nobody waits for the reply any more. */
    boolean cancelled;

    /** Whether it was asked while the peer still owed the reply to one that was cancelled. */
    boolean behind;

    Exchange(Message request, MonoSink<Message> sink) {
        this.request = request;
        this.sink = sink;
    }
}
