package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.PipeOwner;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Whose an endpoint is: a socket, to which the endpoint and its pipes report what happens to them. */
public interface EndpointOwner extends PipeOwner {

    /**
     * A pipe that connects is there, before its peer is. If the application has given its peer a routing id, it has that
     * already.
     *
     * @throws IllegalArgumentException if another pipe has the routing id
     */
    void added(Pipe pipe);

    /** Why any peer of a pipe that connects would be refused; null if it would not. */
    @Nullable
    ZmtpHandshakeException unwanted(Pipe pipe);

    // How a pipe ends: draining if there is time to write, then givenUp where it connects, or removed where it is
    // bound.

    /** A pipe is to be written out, and nothing more to be put in. */
    void draining(Pipe pipe);

    /** A pipe that connects is about to be closed, for good. */
    void givenUp(Pipe pipe);

    /** A pipe is gone for good. */
    void removed(Pipe pipe);

    /** An endpoint is no longer to be had: it is to be dropped. */
    void gaveUp(SocketEndpoint endpoint);

    /** Where all that happens is reported. */
    EndpointMonitor monitor();

    /** Completes when the peer of a pipe has acknowledged all that it was sent, or has gone; at once if it does not have to. */
    Mono<Void> acknowledged(Pipe pipe);
}
