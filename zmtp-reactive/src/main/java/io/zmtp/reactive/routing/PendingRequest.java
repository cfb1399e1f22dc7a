package io.zmtp.reactive.routing;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.wire.Digest;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/** A request of a REQ, and the subscriber that waits for its reply. Guarded by {@link Requests}. */
final class PendingRequest {

    final Message body;
    final MonoSink<Message> sink;

    /** As it goes on the wire, once it was sent. */
    private Message request;

    /** The digest of that; null until it is wanted. A peer may say very often that it could not answer. */
    private @Nullable Long digest;

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

    Message request() {
        return request;
    }

    /** It goes on the wire like this. */
    void request(Message sealed) {
        request = sealed;
        digest = null;
    }

    /** Whether it is the one that a peer means by a digest. */
    boolean hasDigest(long other, Digest digests) {
        Long known = digest;
        if (known == null) {
            known = digests.of(request);
            digest = known;
        }
        return known == other;
    }
}
