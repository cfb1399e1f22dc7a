package io.zmtp.reactive.routing;

import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.wire.Acknowledgement;

/** What the peer of a REQ says of requests: nothing but that it could not answer one. */
public final class Refusals extends Acknowledging {

    private final Requests requests;

    public Refusals(Pipe pipe, Requests requests, Memories memories) {
        super(pipe, null, memories);
        this.requests = requests;
    }

    @Override
    void take(Acknowledgement[] all, int count) {
        unexpected(requests.refused(pipe, all, count));
    }
}
