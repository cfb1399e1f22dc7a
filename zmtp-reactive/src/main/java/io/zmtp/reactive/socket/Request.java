package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.routing.Envelope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/** A request that a REP is to answer. */
final class Request {

    /** Whose replies must keep their order. */
    record Line(Presence peer, Envelope envelope) {}

    final Pipe pipe;
    final Message body;
    final Envelope envelope;

    /** Who asks; null once it has gone. */
    final @Nullable Presence from;

    /** Completed when the reply is on its way, or lost; null if nobody waits for that. */
    Sinks.@Nullable Empty<Void> settled;

    /** The reply; null before it is there, and for none. */
    @Nullable
    Message reply;

    boolean answered;

    /** Whether there was a reply that could not go on its way. */
    boolean lost;

    Request(Pipe pipe, Message received, Envelope.Opened opened) {
        this.pipe = pipe;
        this.from = pipe.sender(received);
        this.envelope = opened.envelope();
        this.body = opened.body();
    }

    @Nullable
    Line line() {
        return from == null ? null : new Line(from, envelope);
    }
}
