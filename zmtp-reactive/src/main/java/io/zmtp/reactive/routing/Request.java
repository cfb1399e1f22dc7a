package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Acknowledgement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/** A request that a REP is to answer. */
public final class Request {

    /** Whose replies must keep their order. */
    record Line(Presence peer, Envelope envelope) {}

    final Pipe pipe;
    public final Message body;
    final Envelope envelope;

    /** Who asks; null once it has gone. */
    final @Nullable Presence from;

    /** Completed when the reply is on its way, or lost; null if nobody waits for that. */
    public Sinks.@Nullable Empty<Void> settled;

    /** The reply; null before it is there, and for none. */
    @Nullable
    Message reply;

    boolean answered;

    private final long digest;

    /** Whether there was a reply that could not go on its way. */
    boolean lost;

    public Request(Pipe pipe, Message received, Envelope.Opened opened) {
        this.pipe = pipe;
        this.from = pipe.sender(received);
        this.envelope = opened.envelope();
        this.body = opened.body();
        this.digest = pipe.digest();
    }

    /** Says to the peer that asks that there will be no reply, if it wants to know. */
    public void refuse(int code, String text) {
        Acknowledging asking = Acknowledging.of(pipe);
        if (from != null && asking != null && asking.isEqual) {
            Bytes said = Acknowledgement.nack(digest, code, text);
            from.commands().write(said.toByteArray(), said.size());
        }
    }

    @Nullable
    Line line() {
        return from == null ? null : new Line(from, envelope);
    }
}
